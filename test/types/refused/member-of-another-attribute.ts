/** The value of an attribute has the members of its structure. */
import { type ContextHandle, queryContextAttributes, SECPKG_ATTR_STREAM_SIZES } from "sealwire";

export const go = (context: ContextHandle) =>
  queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES).value?.cbMaxToken; // TS2339
