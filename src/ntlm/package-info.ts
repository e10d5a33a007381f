/**
 * SecPkgInfo of NTLM.
 */
import type { SecPkgInfo } from "../sspi/attribute-values.ts";
import * as capability from "../sspi/package-constants.ts";

/** RPC_C_AUTHN_WINNT. */
const RPC_ID = 10;

export const NTLM_INFO: SecPkgInfo = Object.freeze({
  fCapabilities:
    capability.SECPKG_FLAG_INTEGRITY |
    capability.SECPKG_FLAG_PRIVACY |
    capability.SECPKG_FLAG_CONNECTION |
    capability.SECPKG_FLAG_MULTI_REQUIRED |
    capability.SECPKG_FLAG_NEGOTIABLE |
    capability.SECPKG_FLAG_LOGON |
    capability.SECPKG_FLAG_READONLY_WITH_CHECKSUM,
  wVersion: 1,
  wRPCID: RPC_ID,
  cbMaxToken: 2888,
  Name: capability.NTLMSP_NAME,
  Comment: "NTLM Security Package",
});
