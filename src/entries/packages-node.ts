/**
 * The entry `sealwire/packages` in Node: the security packages beside Schannel, each to be added to another entry by its
 * `addSecurityPackage`. Their cryptography is node:crypto. In Node `sealwire` has them all by name.
 */
export { digest, negotiate, ntlm } from "../api/message-packages-node.ts";
export type * from "../message/identity-types.ts";
export {
  CREDSSP_NAME,
  MICROSOFT_KERBEROS_NAME,
  NEGOSSP_NAME,
  NTLMSP_NAME,
  WDIGEST_SP_NAME,
} from "../sspi/package-constants.ts";
export type { AddedPackage } from "../sspi/security-package.ts";
