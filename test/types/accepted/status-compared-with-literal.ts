/** A status is compared with a number. */
import type { SECURITY_STATUS } from "sealwire";

export const isInvalid = (status: SECURITY_STATUS) => status === 0x80090308 || status < 0;
