/** There is no attribute of that number. */
import { type ContextHandle, queryContextAttributes } from "sealwire";

export const go = (context: ContextHandle) => queryContextAttributes(context, 9999); // TS2345
