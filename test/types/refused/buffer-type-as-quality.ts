/** A type of buffer is not a quality of protection. */
import { type ContextHandle, encryptMessage, SECBUFFER_DATA, type SecBufferDesc } from "sealwire";

export const go = (context: ContextHandle, message: SecBufferDesc) =>
  encryptMessage(context, SECBUFFER_DATA, message); // TS2345
