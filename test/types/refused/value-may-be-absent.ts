/** The value is absent when the query fails. */
import { type ContextHandle, queryContextAttributes, SECPKG_ATTR_STREAM_SIZES } from "sealwire";

export const go = (context: ContextHandle): number =>
  queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES).value.cbHeader; // TS2532
