/** The attribute of our own has its type. */
import { type ContextHandle, queryContextAttributes, SEALWIRE_ATTR_CONNECTION } from "sealwire";

export const go = (context: ContextHandle): number | null | undefined =>
  queryContextAttributes(context, SEALWIRE_ATTR_CONNECTION).value?.cipherSuite;
