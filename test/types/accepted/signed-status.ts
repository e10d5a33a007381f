/** Statuses become signed as in C. */
import { type SECURITY_STATUS, statusName } from "sealwire";

export const signed = (status: SECURITY_STATUS) => statusName(status | 0);
