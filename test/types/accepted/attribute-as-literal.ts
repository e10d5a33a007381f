/** An attribute is given as its number. */
import { type ContextHandle, queryContextAttributes } from "sealwire";

export const go = (context: ContextHandle) => queryContextAttributes(context, 4).value?.cbHeader;
