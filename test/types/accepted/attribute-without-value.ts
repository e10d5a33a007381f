/** Attributes that are not answered can be asked for. */
import {
  type ContextHandle,
  queryContextAttributes,
  SECPKG_ATTR_ACCESS_TOKEN,
  type SECURITY_STATUS,
} from "sealwire";

export const go = (context: ContextHandle): SECURITY_STATUS =>
  queryContextAttributes(context, SECPKG_ATTR_ACCESS_TOKEN).status;
