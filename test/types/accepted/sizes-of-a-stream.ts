/** The value of an attribute has its type. */
import {
  type ContextHandle,
  queryContextAttributes,
  SECPKG_ATTR_STREAM_SIZES,
  TlsError,
} from "sealwire";

export function room(context: ContextHandle): number {
  const { status, value } = queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES);
  if (value === undefined) throw new TlsError("no sizes", { status });
  return value.cbHeader + value.cbMaximumMessage + value.cbTrailer;
}
