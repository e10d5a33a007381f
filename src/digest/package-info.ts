/**
 * SecPkgInfo of Digest.
 */
import type { SecPkgInfo } from "../sspi/attribute-values.ts";
import * as capability from "../sspi/package-constants.ts";

/** RPC_C_AUTHN_DIGEST. */
const RPC_ID = 21;

export const DIGEST_INFO: SecPkgInfo = Object.freeze({
  fCapabilities:
    capability.SECPKG_FLAG_INTEGRITY |
    capability.SECPKG_FLAG_PRIVACY |
    capability.SECPKG_FLAG_CONNECTION |
    capability.SECPKG_FLAG_MULTI_REQUIRED,
  wVersion: 1,
  wRPCID: RPC_ID,
  cbMaxToken: 4096,
  Name: capability.WDIGEST_SP_NAME,
  Comment: "Digest Authentication for Windows",
});
