/** Sizes cannot be set. */
import { type ContextHandle, SECPKG_ATTR_STREAM_SIZES, setContextAttributes } from "sealwire";

export const go = (context: ContextHandle) =>
  setContextAttributes(context, SECPKG_ATTR_STREAM_SIZES, {}); // TS2345
