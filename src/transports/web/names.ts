/**
 * What the two forms of the entry `sealwire/web` have in common: everything that does not depend on the provider.
 */
export * from "../../starttls/names.ts";
export type {
  CertContext,
  CredentialHandle,
  PeerDecision,
  PeerFacts,
  SealwireOptions,
} from "../../wiring/names.ts";
export { TlsError, TrustStore, trustStoreFromPem } from "../../wiring/names.ts";
export { type MessageTransport, overMessages } from "./channels.ts";
export type {
  ByteStreams,
  MessageOptions,
  MessagePipe,
  MessageStreams,
} from "./messages.ts";
export type {
  CredentialOptions,
  Role,
  SecureOptions,
  Version,
} from "./option-types.ts";
export type { SecureStreams, Transport, WebFunctions } from "./secure.ts";
export type { SecureInfo } from "./session-facts.ts";
export { type NegotiateOptions, negotiateStartTls } from "./start-tls.ts";
