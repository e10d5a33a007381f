/**
 * SecPkgInfo of this package (reference 1.4) and the other names it answers to.
 */
import type { SecPkgInfo } from "../sspi/attribute-values.ts";
import * as flags from "../sspi/package-constants.ts";
import {
  DEFAULT_TLS_SSP_NAME,
  PCT1SP_NAME,
  SCHANNEL_NAME,
  SSL2SP_NAME,
  SSL3SP_NAME,
  TLS1SP_NAME,
  UNISP_NAME,
  UNISP_RPC_ID,
} from "./constants.ts";

export const PACKAGE_INFO: SecPkgInfo = Object.freeze({
  fCapabilities:
    flags.SECPKG_FLAG_INTEGRITY |
    flags.SECPKG_FLAG_PRIVACY |
    flags.SECPKG_FLAG_CONNECTION |
    flags.SECPKG_FLAG_MULTI_REQUIRED |
    flags.SECPKG_FLAG_EXTENDED_ERROR |
    flags.SECPKG_FLAG_IMPERSONATION |
    flags.SECPKG_FLAG_ACCEPT_WIN32_NAME |
    flags.SECPKG_FLAG_STREAM,
  wVersion: 1,
  wRPCID: UNISP_RPC_ID,
  cbMaxToken: 16_384,
  Name: UNISP_NAME,
  Comment: "Schannel Security Package",
});

/** Names of old; which protocols are spoken is the credential's business, not the name's. */
export const PACKAGE_ALIASES: readonly string[] = [
  SCHANNEL_NAME,
  DEFAULT_TLS_SSP_NAME,
  SSL2SP_NAME,
  SSL3SP_NAME,
  TLS1SP_NAME,
  PCT1SP_NAME,
];
