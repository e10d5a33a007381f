/** A context is not a credential. */
import { type ContextHandle, freeCredentialsHandle } from "sealwire";

export const go = (context: ContextHandle) => freeCredentialsHandle(context); // TS2345
