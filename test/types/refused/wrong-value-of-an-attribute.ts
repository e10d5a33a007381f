/** The attribute takes another structure. */
import { type ContextHandle, SECPKG_ATTR_APP_DATA, setContextAttributes } from "sealwire";

export const go = (context: ContextHandle) =>
  setContextAttributes(context, SECPKG_ATTR_APP_DATA, { pszLabel: "EXPORTER" }); // TS2353
