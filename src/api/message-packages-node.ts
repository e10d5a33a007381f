/**
 * The packages beside Schannel, over node:crypto: each is one object for all entries.
 */
import { nodeLegacyCrypto } from "../providers/node/legacy-crypto.ts";
import type { AddedPackage } from "../sspi/security-package.ts";
import { negotiateOver, ntlmOver } from "./message-packages.ts";

/**
 * NTLM (MS-NLMP), client and server, for `addSecurityPackage`. In Node `sealwire` has it by the name NTLMSP_NAME from the start.
 */
export const ntlm: AddedPackage = /* @__PURE__ */ ntlmOver(nodeLegacyCrypto);

/**
 * Negotiate (SPNEGO, RFC 4178), client and server, for `addSecurityPackage`; NTLM is in it. In Node `sealwire` has it by the name
 * NEGOSSP_NAME from the start.
 */
export const negotiate: AddedPackage = /* @__PURE__ */ negotiateOver(nodeLegacyCrypto);

/** Those that `sealwire` has from the start. */
export const MESSAGE_PACKAGES: readonly AddedPackage[] = [ntlm, negotiate];
