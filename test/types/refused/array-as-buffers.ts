/** An array is not a descriptor. */
import { type ContextHandle, decryptMessage, SECBUFFER_DATA, SecBuffer } from "sealwire";

export const go = (context: ContextHandle) =>
  decryptMessage(context, [new SecBuffer(SECBUFFER_DATA)]); // TS2345
