/**
 * The functions of `sealwire` outside Node: SSPI over Schannel, with the portable provider. The exports of a module are
 * written out one by one, so the other entry has the same list; what is behind it is in `api/`. What is not
 * used stays out of bundles where it is a call of its own that is marked pure.
 */

import type { CryptoProvider } from "../crypto/provider.ts";
import { portableProvider } from "../providers/noble/provider.ts";
import { functionOf } from "../sspi/function-of.ts";
import { createAccept, createAcceptAsync } from "../sspi/handshake-functions.ts";
import { createInitiator, type Sspi } from "./compose.ts";
import type { Initiator } from "./function-types.ts";
import { asyncPemLoader, parserOver, pemLoader, pfxLoader, selfSigning } from "./loaders.ts";
import { ACCEPTORS } from "./packages.ts";
import { chainVerification } from "./verify-chain.ts";

export * from "./common.ts";
export { createSspi, type Sspi } from "./compose.ts";

const sspi: Initiator = /* @__PURE__ */ createInitiator(portableProvider);
/** Not `Date.now` itself: reading a member is an effect to bundlers, which would keep what it is given to. */
const now = (): number => Date.now();
const parser: ReturnType<typeof parserOver> = /* @__PURE__ */ parserOver(portableProvider);

/**
 * The cryptography of these functions: node:crypto in Node, elsewhere the noble libraries and the randomness of the
 * runtime (beyond Windows). To use another one, give it to `createSspi`; a provider of your own may spread this one and
 * replace members.
 */
export const defaultProvider: CryptoProvider = portableProvider;
/**
 * Makes a credential: the certificates, roots and options that many connections share, and the sessions that they resume
 * (SDK: AcquireCredentialsHandle). Failures are in `status` and `error`; it never throws.
 * @see https://learn.microsoft.com/windows/win32/secauthn/acquirecredentialshandle--schannel
 */
export const acquireCredentialsHandle: Sspi["acquireCredentialsHandle"] =
  /* @__PURE__ */ functionOf(sspi, "acquireCredentialsHandle");
/**
 * Lists the security packages (SDK: EnumerateSecurityPackages).
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-enumeratesecuritypackagesw
 */
export const enumerateSecurityPackages: Sspi["enumerateSecurityPackages"] =
  /* @__PURE__ */ functionOf(sspi, "enumerateSecurityPackages");
/**
 * Describes one security package by its name (SDK: QuerySecurityPackageInfo).
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-querysecuritypackageinfow
 */
export const querySecurityPackageInfo: Sspi["querySecurityPackageInfo"] =
  /* @__PURE__ */ functionOf(sspi, "querySecurityPackageInfo");
/**
 * Adds a security package of `sealwire/packages` to these functions, for the whole process (SDK: AddSecurityPackage).
 * @see https://learn.microsoft.com/windows/win32/api/sspi/nf-sspi-addsecuritypackagew
 */
export const addSecurityPackage: Sspi["addSecurityPackage"] = /* @__PURE__ */ functionOf(
  sspi,
  "addSecurityPackage",
);
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
  portableProvider,
  now,
);
/**
 * Validates a certificate chain as the handshake does (beyond Windows; RFC 5280 §6). It never throws.
 */
export const verifyChain: Sspi["verifyChain"] = /* @__PURE__ */ chainVerification(parser, now);
