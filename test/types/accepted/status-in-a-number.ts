/** A status is kept in a number. */
import { type ContextHandle, endOfInput, SEC_E_OK } from "sealwire";

let status: number = SEC_E_OK;
export function go(context: ContextHandle): number {
  status = endOfInput(context);
  return status;
}
