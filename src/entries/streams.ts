/**
 * The entry `sealwire/web` everywhere but in Node: TLS over WHATWG streams and over messages, with the portable provider, and
 * WebCrypto for what it does faster.
 */

import { secureOver, startTlsOver, type WebFunctions } from "../adapters/streams/secure.ts";
import { createAccept, createAcceptAsync } from "../sspi/handshake-functions.ts";

export * from "../adapters/streams/names.ts";

import type { Sspi } from "../api/compose.ts";
import { createWebInitiator } from "../api/compose-web.ts";
import { parserOver, pemLoader, pfxLoader, selfSigning } from "../api/loaders.ts";
import { ACCEPTORS } from "../api/packages.ts";
// Last: what lies together in a bundle compresses each other, and the libraries of this have little in common with the rest.
import { createWebProvider } from "../providers/webcrypto/noble-webcrypto-provider.ts";
import { CONTEXT_FUNCTIONS } from "../session/handshake-calls.ts";
import { acquireCredentialsOver, type SessionSspi } from "../session/options.ts";

/** The types of the DOM promise `crypto` and `subtle`; old runtimes and pages without HTTPS lack them. */
const runtime: { readonly crypto?: Partial<Pick<Crypto, "subtle">> } = globalThis;

function providerHere(): ReturnType<typeof createWebProvider> {
  return createWebProvider(runtime.crypto?.subtle);
}

const provider: ReturnType<typeof createWebProvider> = /* @__PURE__ */ providerHere();
/** Not `Date.now` itself: reading a member is an effect to bundlers, which would keep what it is given to. */
const now = (): number => Date.now();
const parser: ReturnType<typeof parserOver> = /* @__PURE__ */ parserOver(provider);

/**
 * Reads certificates and their private key, PEM or DER, as a CertContext for `paCred` (beyond Windows).
 * @throws TlsError the files cannot be used; `reason` says why
 */
export const certContextFromPem: Sspi["certContextFromPem"] = /* @__PURE__ */ pemLoader(parser);
/**
 * Reads a PFX (PKCS#12, RFC 7292) as a CertContext for `paCred` (beyond Windows). It rejects with a TlsError.
 */
export const certContextFromPfx: Sspi["certContextFromPfx"] = /* @__PURE__ */ pfxLoader(parser);
/**
 * Makes a self-signed certificate with a new P-256 key, for tests and demonstrations (beyond Windows).
 * @throws TlsError a name, a time or an option cannot be used
 */
export const selfSignedCertificate: Sspi["selfSignedCertificate"] = /* @__PURE__ */ selfSigning(
  provider,
  now,
);

function sspiHere(): SessionSspi {
  return {
    ...CONTEXT_FUNCTIONS,
    ...createWebInitiator(provider),
    acceptSecurityContext: createAccept(ACCEPTORS),
    acceptSecurityContextAsync: createAcceptAsync(ACCEPTORS),
    certContextFromPem,
  };
}

const sspi: SessionSspi = /* @__PURE__ */ sspiHere();

/**
 * Begins TLS, as client or server, over a pair of WHATWG byte streams or over messages.
 * @throws TlsError the options cannot be used. TypeError: a stream is locked
 */
export const secure: WebFunctions["secure"] = /* @__PURE__ */ secureOver(sspi);
/**
 * Begins TLS over streams that carried plaintext before (STARTTLS).
 * @throws TlsError the options cannot be used. TypeError: a stream is locked
 */
export const startTls: WebFunctions["startTls"] = /* @__PURE__ */ startTlsOver(sspi);
/**
 * Makes what many sessions share: certificates read once, and the sessions that later ones resume.
 * @throws TlsError the options cannot be used
 */
export const acquireCredentials: WebFunctions["acquireCredentials"] =
  /* @__PURE__ */ acquireCredentialsOver(sspi);
