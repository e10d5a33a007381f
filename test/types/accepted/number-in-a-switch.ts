/** A switch over a number has statuses as cases. */
import { isFailure, SEC_E_OK } from "sealwire";

export function name(status: number): string {
  switch (status) {
    case SEC_E_OK:
      return "done";
    default:
      return isFailure(status) ? "failed" : "more";
  }
}
