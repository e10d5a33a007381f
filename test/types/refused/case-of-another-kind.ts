/** A case of a switch over statuses is a status. */
import { type SECURITY_STATUS, TLS1_ALERT_CLOSE_NOTIFY } from "sealwire";

export function name(status: SECURITY_STATUS): string {
  switch (status) {
    case TLS1_ALERT_CLOSE_NOTIFY: // TS2678
      return "closed";
    default:
      return "";
  }
}
