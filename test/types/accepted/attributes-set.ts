/** Attributes are set. */
import {
  type ContextHandle,
  SECPKG_ATTR_APP_DATA,
  SECPKG_ATTR_KEYING_MATERIAL_INFO,
  type SECURITY_STATUS,
  setContextAttributes,
} from "sealwire";

export const go = (context: ContextHandle, pbAppData: Uint8Array): SECURITY_STATUS[] => [
  setContextAttributes(context, SECPKG_ATTR_APP_DATA, { dwFlags: 0, cbAppData: 1, pbAppData }),
  setContextAttributes(context, SECPKG_ATTR_KEYING_MATERIAL_INFO, {
    pszLabel: "EXPORTER-a",
    cbKeyingMaterial: 32,
  }),
];
