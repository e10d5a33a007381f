/** A quality of protection is given by its name. */
import {
  type ContextHandle,
  encryptMessage,
  SECQOP_WRAP_OOB_DATA,
  type SecBufferDesc,
} from "sealwire";

export const warn = (context: ContextHandle, message: SecBufferDesc) =>
  encryptMessage(context, SECQOP_WRAP_OOB_DATA, message);
