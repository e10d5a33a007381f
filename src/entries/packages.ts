/**
 * The entry `sealwire/packages` outside Node: the security packages beside Schannel, each to be added to another entry by its
 * `addSecurityPackage`. Their cryptography is @noble's.
 */
export type * from "../message/identity-types.ts";
export {
  CREDSSP_NAME,
  MICROSOFT_KERBEROS_NAME,
  NEGOSSP_NAME,
  NTLMSP_NAME,
  WDIGEST_SP_NAME,
} from "../sspi/package-constants.ts";
export type { AddedPackage } from "../sspi/security-package.ts";

import { digestOver, negotiateOver, ntlmOver } from "../api/message-packages.ts";
import { nobleDigestHashes } from "../providers/noble/digest-hashes.ts";
import { nobleLegacyCrypto } from "../providers/noble/legacy-crypto.ts";
import type { AddedPackage } from "../sspi/security-package.ts";

/**
 * NTLM (MS-NLMP), client and server, for `addSecurityPackage`. In Node `sealwire` has it by the name NTLMSP_NAME from the start.
 */
export const ntlm: AddedPackage = /* @__PURE__ */ ntlmOver(nobleLegacyCrypto);
/**
 * Negotiate (SPNEGO, RFC 4178), client and server, for `addSecurityPackage`; NTLM is in it. In Node `sealwire` has it by the name
 * NEGOSSP_NAME from the start.
 */
export const negotiate: AddedPackage = /* @__PURE__ */ negotiateOver(nobleLegacyCrypto);

/**
 * Digest, client and server, for `addSecurityPackage`: DIGEST-MD5 of SASL (RFC 2831), and HTTP Digest (RFC 7616) with
 * ISC_REQ_HTTP or ASC_REQ_HTTP. In Node `sealwire` has it by the name WDIGEST_SP_NAME from the start; elsewhere it is without
 * the ciphers 3DES and DES.
 */
export const digest: AddedPackage = /* @__PURE__ */ digestOver(
  nobleLegacyCrypto,
  nobleDigestHashes,
);
