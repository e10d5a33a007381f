/**
 * The entry `sealwire/web` in Node: TLS over WHATWG streams and over messages, with the provider of node:crypto.
 */

import { secureOver, startTlsOver, type WebFunctions } from "../adapters/streams/secure.ts";
import type { Sspi } from "../api/compose.ts";
import { createWebInitiator } from "../api/compose-web.ts";
import { parserOver, pemLoader, pfxLoader, selfSigning } from "../api/loaders.ts";
import { readLegacyFiles } from "../api/node-legacy-formats.ts";
import { ACCEPTORS } from "../api/packages.ts";
import { nodeProvider } from "../providers/node/provider.ts";
import { CONTEXT_FUNCTIONS } from "../session/handshake-calls.ts";
import { acquireCredentialsOver, type SessionSspi } from "../session/options.ts";
import { createAccept, createAcceptAsync } from "../sspi/handshake-functions.ts";

export * from "../adapters/streams/names.ts";

readLegacyFiles();

const parser: ReturnType<typeof parserOver> = /* @__PURE__ */ parserOver(nodeProvider);

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
  nodeProvider,
  Date.now,
);

const sspi: SessionSspi = {
  ...CONTEXT_FUNCTIONS,
  ...createWebInitiator(nodeProvider),
  acceptSecurityContext: createAccept(ACCEPTORS),
  acceptSecurityContextAsync: createAcceptAsync(ACCEPTORS),
  certContextFromPem,
};

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
