/** A variable made of one status takes another. */
import { type ContextHandle, endOfInput, SEC_I_CONTINUE_NEEDED } from "sealwire";

export function go(context: ContextHandle) {
  let status = SEC_I_CONTINUE_NEEDED;
  while (status === SEC_I_CONTINUE_NEEDED) status = endOfInput(context);
  return status;
}
