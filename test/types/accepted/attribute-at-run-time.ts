/** An attribute is a number, and its value unknown. */
import { type ContextHandle, queryContextAttributes } from "sealwire";

export function go(context: ContextHandle, attribute: number): unknown {
  return queryContextAttributes(context, attribute).value;
}
