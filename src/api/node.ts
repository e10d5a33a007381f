/**
 * The functions of `sealwire` in Node: SSPI over Schannel and the packages for messages, with node:crypto. The exports of a module are
 * written out one by one, so the other entry has the same list; what is behind it is in `api/`. What is not
 * used stays out of bundles where it is a call of its own that is marked pure.
 */

import type { CryptoProvider } from "../crypto/provider.ts";
import { nodeProvider } from "../providers/node/provider.ts";
import { createAccept, createAcceptAsync } from "../sspi/handshake-functions.ts";
import { createInitiator, type Sspi } from "./compose.ts";
import type { Initiator } from "./function-types.ts";
import { asyncPemLoader, parserOver, pemLoader, pfxLoader, selfSigning } from "./loaders.ts";
import { MESSAGE_PACKAGES } from "./message-packages-node.ts";
import { readLegacyFiles } from "./node-legacy-formats.ts";
import { ACCEPTORS } from "./packages.ts";
import { chainVerification } from "./verify-chain.ts";

export * from "./common.ts";
export { createSspi, type Sspi } from "./compose.ts";
export { defaultTrustStore, systemTrustStore } from "./node-trust-stores.ts";

readLegacyFiles();

const sspi: Initiator = createInitiator(nodeProvider);
for (const added of MESSAGE_PACKAGES) sspi.addSecurityPackage(added);
const parser: ReturnType<typeof parserOver> = /* @__PURE__ */ parserOver(nodeProvider);

/**
 * The cryptography of these functions: node:crypto in Node, elsewhere the noble libraries and the randomness of the
 * runtime (beyond Windows). To use another one, give it to `createSspi`; a provider of your own may spread this one and
 * replace members.
 */
export const defaultProvider: CryptoProvider = nodeProvider;
/**
 * Makes a credential: the certificates, roots and options that many connections share, and the sessions that they resume
 * (SDK: AcquireCredentialsHandle). Failures are in `status` and `error`; it never throws.
 * @see https://learn.microsoft.com/windows/win32/secauthn/acquirecredentialshandle--schannel
 */
export const acquireCredentialsHandle: Sspi["acquireCredentialsHandle"] =
  sspi.acquireCredentialsHandle;
/**
 * Lists the security packages (SDK: EnumerateSecurityPackages).
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-enumeratesecuritypackagesw
 */
export const enumerateSecurityPackages: Sspi["enumerateSecurityPackages"] =
  sspi.enumerateSecurityPackages;
/**
 * Describes one security package by its name (SDK: QuerySecurityPackageInfo).
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-querysecuritypackageinfow
 */
export const querySecurityPackageInfo: Sspi["querySecurityPackageInfo"] =
  sspi.querySecurityPackageInfo;
/**
 * Adds a security package of `sealwire/packages` to these functions, for the whole process (SDK: AddSecurityPackage).
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-addsecuritypackagew
 */
export const addSecurityPackage: Sspi["addSecurityPackage"] = sspi.addSecurityPackage;
/**
 * Takes the next step of a server's handshake (SDK: AcceptSecurityContext): reads the client's bytes and gives those to send.
 * Call it until it answers SEC_E_OK.
 * @see https://learn.microsoft.com/windows/win32/secauthn/acceptsecuritycontext--schannel
 */
export const acceptSecurityContext: Sspi["acceptSecurityContext"] =
  /* @__PURE__ */ createAccept(ACCEPTORS);
/**
 * As `acceptSecurityContext`, but waits where a key, a callback or a store answers with a promise (beyond Windows).
 */
export const acceptSecurityContextAsync: Sspi["acceptSecurityContextAsync"] =
  /* @__PURE__ */ createAcceptAsync(ACCEPTORS);
/**
 * Reads certificates and their private key, PEM or DER, as a CertContext for `paCred` (beyond Windows).
 * @throws TlsError the files cannot be used; `reason` says why
 */
export const certContextFromPem: Sspi["certContextFromPem"] = /* @__PURE__ */ pemLoader(parser);
/**
 * As `certContextFromPem`, and also reads the formats of keys whose code is loaded on demand (beyond Windows).
 * It rejects with a TlsError.
 */
export const certContextFromPemAsync: Sspi["certContextFromPemAsync"] =
  /* @__PURE__ */ asyncPemLoader(parser);
/**
 * Reads a PFX (PKCS#12, RFC 7292) as a CertContext for `paCred` (beyond Windows). It rejects with a TlsError.
 */
export const certContextFromPfx: Sspi["certContextFromPfx"] = /* @__PURE__ */ pfxLoader(parser);
/**
 * Makes a self-signed certificate with a new P-256 key, for tests and demonstrations (beyond Windows).
 * @throws TlsError a name, a time or an option cannot be used
 */
export const selfSignedCertificate: Sspi["selfSignedCertificate"] = /* @__PURE__ */ selfSigning(
  nodeProvider,
  Date.now,
);
/**
 * Validates a certificate chain as the handshake does (beyond Windows; RFC 5280 §6). It never throws.
 */
export const verifyChain: Sspi["verifyChain"] = /* @__PURE__ */ chainVerification(parser, Date.now);
