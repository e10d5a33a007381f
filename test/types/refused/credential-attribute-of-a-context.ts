/** Only credentials have the attribute. */
import { type ContextHandle, queryContextAttributes, SECPKG_CRED_ATTR_NAMES } from "sealwire";

export const go = (context: ContextHandle) =>
  queryContextAttributes(context, SECPKG_CRED_ATTR_NAMES); // TS2345
