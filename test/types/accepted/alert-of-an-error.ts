/** The alert of an error is compared with constants. */
import { type ContextHandle, lastError, TLS1_ALERT_UNKNOWN_CA } from "sealwire";

export const isUnknown = (context: ContextHandle): boolean =>
  lastError(context)?.alertReceived?.description === TLS1_ALERT_UNKNOWN_CA;
