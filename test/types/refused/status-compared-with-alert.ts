/** A status is never an alert. */
import { type SECURITY_STATUS, TLS1_ALERT_UNKNOWN_CA } from "sealwire";

export const same = (status: SECURITY_STATUS) => status === TLS1_ALERT_UNKNOWN_CA; // TS2367
