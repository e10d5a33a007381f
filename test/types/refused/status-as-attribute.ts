/** A status is not an attribute. */
import { type ContextHandle, queryContextAttributes, SEC_E_OK } from "sealwire";

export const go = (context: ContextHandle) => queryContextAttributes(context, SEC_E_OK); // TS2345
