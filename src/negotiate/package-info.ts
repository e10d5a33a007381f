/**
 * SecPkgInfo of Negotiate.
 */
import type { SecPkgInfo } from "../sspi/attribute-values.ts";
import * as capability from "../sspi/package-constants.ts";

/** RPC_C_AUTHN_GSS_NEGOTIATE. */
const RPC_ID = 9;

export const NEGOTIATE_INFO: SecPkgInfo = Object.freeze({
  fCapabilities:
    capability.SECPKG_FLAG_INTEGRITY |
    capability.SECPKG_FLAG_PRIVACY |
    capability.SECPKG_FLAG_CONNECTION |
    capability.SECPKG_FLAG_MULTI_REQUIRED |
    capability.SECPKG_FLAG_EXTENDED_ERROR |
    capability.SECPKG_FLAG_LOGON |
    capability.SECPKG_FLAG_READONLY_WITH_CHECKSUM,
  wVersion: 1,
  wRPCID: RPC_ID,
  cbMaxToken: 48_256,
  Name: capability.NEGOSSP_NAME,
  Comment: "Microsoft Package Negotiator",
});
