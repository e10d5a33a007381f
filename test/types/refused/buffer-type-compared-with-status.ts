/** A type of buffer is never a status. */
import { SEC_E_INCOMPLETE_MESSAGE, type SecBuffer } from "sealwire";

export const same = (buffer: SecBuffer) => buffer.BufferType === SEC_E_INCOMPLETE_MESSAGE; // TS2367
