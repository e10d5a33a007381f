/** A switch over statuses. */
import {
  SEC_E_INCOMPLETE_MESSAGE,
  SEC_E_OK,
  SEC_I_CONTINUE_NEEDED,
  type SECURITY_STATUS,
  statusName,
} from "sealwire";

export function name(status: SECURITY_STATUS): string {
  switch (status) {
    case SEC_E_OK:
      return "done";
    case SEC_I_CONTINUE_NEEDED:
    case SEC_E_INCOMPLETE_MESSAGE:
      return "more";
    default:
      return statusName(status);
  }
}
