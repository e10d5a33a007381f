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

import { negotiateOver, ntlmOver } from "../api/message-packages.ts";
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
