/** encryptMessage takes a quality before the message. */
import { type ContextHandle, encryptMessage, type SecBufferDesc } from "sealwire";

export const go = (context: ContextHandle, message: SecBufferDesc) =>
  encryptMessage(context, message); // TS2554
