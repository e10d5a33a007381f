/**
 * The entry `sealwire/web`: TLS over WHATWG streams and over messages, in every runtime, with the portable provider,
 * and WebCrypto for what it does faster.
 */
import { createWebProvider } from "./providers/web/provider.ts";
import { credentialOf } from "./transports/web-options.ts";
import { secureOver, type WebFunctions } from "./transports/web-secure.ts";
import { createSspi, type Sspi } from "./wiring.ts";

export type {
  CertContext,
  CredentialHandle,
  PeerDecision,
  PeerFacts,
  SealwireOptions,
} from "./names.ts";
export { TlsError, TrustStore, trustStoreFromPem } from "./names.ts";
export * from "./start-tls.ts";
export { type MessageTransport, overMessages } from "./transports/web-channels.ts";
export type {
  ByteStreams,
  MessageOptions,
  MessagePipe,
  MessageStreams,
} from "./transports/web-messages.ts";
export type { CredentialOptions, Role, SecureOptions, Version } from "./transports/web-options.ts";
export type { SecureStreams, Transport } from "./transports/web-secure.ts";
export type { SecureInfo } from "./transports/web-session.ts";
export { negotiateStartTls } from "./transports/web-start-tls.ts";

/** The types of the DOM promise `crypto` and `subtle`; old runtimes and pages without HTTPS lack them. */
const runtime: { readonly crypto?: Partial<Pick<Crypto, "subtle">> } = globalThis;

const sspi: Sspi = createSspi(createWebProvider(runtime.crypto?.subtle));

export const certContextFromPem: Sspi["certContextFromPem"] = sspi.certContextFromPem;
export const certContextFromPfx: Sspi["certContextFromPfx"] = sspi.certContextFromPfx;
export const selfSignedCertificate: Sspi["selfSignedCertificate"] = sspi.selfSignedCertificate;

export const secure: WebFunctions["secure"] = /* @__PURE__ */ secureOver(sspi);
export const startTls: WebFunctions["startTls"] = secure;
export const acquireCredentials: WebFunctions["acquireCredentials"] = (options) =>
  credentialOf(sspi, options);
