/**
 * The packages beside Schannel, over node:crypto: each is one object for all entries.
 */
import { nodeDigestHashes } from "../providers/node/digest-hashes.ts";
import { nodeLegacyCrypto } from "../providers/node/legacy-crypto.ts";
import type { AddedPackage } from "../sspi/security-package.ts";
import { digestOver, negotiateOver, ntlmOver } from "./message-packages.ts";

/**
 * NTLM (MS-NLMP), client and server, for `addSecurityPackage`. In Node `sealwire` has it by the name NTLMSP_NAME from the start.
 */
export const ntlm: AddedPackage = /* @__PURE__ */ ntlmOver(nodeLegacyCrypto);

/**
 * Negotiate (SPNEGO, RFC 4178), client and server, for `addSecurityPackage`; NTLM is in it. In Node `sealwire` has it by the name
 * NEGOSSP_NAME from the start.
 */
export const negotiate: AddedPackage = /* @__PURE__ */ negotiateOver(nodeLegacyCrypto);

/**
 * Digest, client and server, for `addSecurityPackage`: DIGEST-MD5 of SASL (RFC 2831), and HTTP Digest (RFC 7616) with
 * ISC_REQ_HTTP or ASC_REQ_HTTP. In Node `sealwire` has it by the name WDIGEST_SP_NAME from the start; elsewhere it is without
 * the ciphers 3DES and DES.
 */
export const digest: AddedPackage = /* @__PURE__ */ digestOver(nodeLegacyCrypto, nodeDigestHashes);

/** Those that `sealwire` has from the start. */
export const MESSAGE_PACKAGES: readonly AddedPackage[] = [ntlm, negotiate, digest];
