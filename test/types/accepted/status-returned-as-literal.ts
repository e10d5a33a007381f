/** A function of statuses returns a number. */
import { type ContextHandle, deleteSecurityContext, type SECURITY_STATUS } from "sealwire";

export function go(context: ContextHandle | undefined): SECURITY_STATUS {
  if (context === undefined) return 0x80090301;
  return deleteSecurityContext(context);
}
