/** Messages are sealed and opened. */
import {
  type ContextHandle,
  decryptMessage,
  encryptMessage,
  SEC_E_OK,
  type SECURITY_STATUS,
  type SecBufferDesc,
} from "sealwire";

export function echo(context: ContextHandle, message: SecBufferDesc): SECURITY_STATUS {
  const status = decryptMessage(context, message);
  return status === SEC_E_OK ? encryptMessage(context, 0, message) : status;
}
