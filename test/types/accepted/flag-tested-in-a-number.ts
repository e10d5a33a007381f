/** hasFlag takes plain numbers. */
import { hasFlag, ISC_RET_STREAM } from "sealwire";

export const go = (flags: number) => hasFlag(flags, ISC_RET_STREAM) || hasFlag(flags, 4);
