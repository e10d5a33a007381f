/**
 * The entry `sealwire/client`: the SSPI functions and TLS over streams for clients whose bundle is to be small. Keys are WebCrypto's, so
 * a handshake answers by promise: use `initializeSecurityContextAsync`, or `secure`. What is not here: `docs/size.md`.
 */
import { createClient, plainPemLoader } from "../api/compose-client.ts";

export { type MessageTransport, overMessages } from "../adapters/streams/channels.ts";
export type {
  ByteStreams,
  MessageOptions,
  MessagePipe,
  MessageStreams,
} from "../adapters/streams/messages.ts";
export type { SecureOptions } from "../adapters/streams/option-types.ts";
export type { SecureStreams, Transport, WebFunctions } from "../adapters/streams/secure.ts";
export { type NegotiateOptions, negotiateStartTls } from "../adapters/streams/stream-start-tls.ts";
export * from "../api/common.ts";
export type { Sspi } from "../api/compose.ts";
export { chaCha20Poly1305, wasmCiphers } from "../providers/webcrypto/webcrypto-provider.ts";
export type { CredentialOptions, Role, SessionOptions, Version } from "../session/option-types.ts";
export type { SecureInfo } from "../session/session-info.ts";
export * from "../starttls/names.ts";

import { secureOver, startTlsOver, type WebFunctions } from "../adapters/streams/secure.ts";
import type { Sspi } from "../api/compose.ts";
import { CONTEXT_FUNCTIONS } from "../session/handshake-calls.ts";
import { acquireCredentialsOver, type SessionSspi } from "../session/options.ts";
import { functionOf } from "../sspi/function-of.ts";
// Behind the core: what lies together in a bundle compresses each other.
import { createAccept, createAcceptAsync } from "../sspi/handshake-functions.ts";

/** The types of the DOM promise `crypto` and `subtle`; old runtimes and pages without HTTPS lack them. */
const runtime: { readonly crypto?: { readonly subtle?: Subtle } } = globalThis;
type Subtle = Parameters<typeof createClient>[0];

function subtleOf({ crypto }: typeof runtime): Subtle {
  return crypto?.subtle;
}

const subtle: Subtle = /* @__PURE__ */ subtleOf(runtime);
const sspi: ReturnType<typeof createClient> = /* @__PURE__ */ createClient(subtle);

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
export const acceptSecurityContext: Sspi["acceptSecurityContext"] = /* @__PURE__ */ createAccept(
  [],
);
/**
 * As `acceptSecurityContext`, but waits where a key, a callback or a store answers with a promise (beyond Windows).
 */
export const acceptSecurityContextAsync: Sspi["acceptSecurityContextAsync"] =
  /* @__PURE__ */ createAcceptAsync([]);
/**
 * Reads certificates and their private key, PEM or DER, as a CertContext for `paCred` (beyond Windows).
 * @throws TlsError the files cannot be used; `reason` says why
 */
export const certContextFromPem: Sspi["certContextFromPem"] =
  /* @__PURE__ */ plainPemLoader(subtle);

const functions: SessionSspi = /* @__PURE__ */ Object.assign({}, CONTEXT_FUNCTIONS, sspi, {
  acceptSecurityContext,
  acceptSecurityContextAsync,
  certContextFromPem,
});

/**
 * Begins TLS, as client or server, over a pair of WHATWG byte streams or over messages.
 * @throws TlsError the options cannot be used. TypeError: a stream is locked
 */
export const secure: WebFunctions["secure"] = /* @__PURE__ */ secureOver(functions);
/**
 * Begins TLS over streams that carried plaintext before (STARTTLS).
 * @throws TlsError the options cannot be used. TypeError: a stream is locked
 */
export const startTls: WebFunctions["startTls"] = /* @__PURE__ */ startTlsOver(functions);
/**
 * Makes what many sessions share: certificates read once, and the sessions that later ones resume.
 * @throws TlsError the options cannot be used
 */
export const acquireCredentials: WebFunctions["acquireCredentials"] =
  /* @__PURE__ */ acquireCredentialsOver(functions);
