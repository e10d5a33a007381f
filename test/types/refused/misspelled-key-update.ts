/** The option is requestPeer. */
import { type ContextHandle, requestKeyUpdate } from "sealwire";

export const go = (context: ContextHandle) => requestKeyUpdate(context, { requestpeer: true }); // TS2561
