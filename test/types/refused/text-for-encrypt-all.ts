/** Data are bytes. */
import { type ContextHandle, encryptAll } from "sealwire";

export const go = (context: ContextHandle) => encryptAll(context, "GET / HTTP/1.1"); // TS2345
