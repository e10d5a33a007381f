/** A status is never a type of buffer. */
import { SECBUFFER_EXTRA, type SECURITY_STATUS } from "sealwire";

export const same = (status: SECURITY_STATUS) => status === SECBUFFER_EXTRA; // TS2367
