/**
 * What the two forms of the entry `sealwire/web` have in common: everything that does not depend on the provider.
 */

export type {
  CertContext,
  CredentialHandle,
  PeerDecision,
  PeerFacts,
  SealwireOptions,
} from "../../api/common.ts";
export { TlsError, TrustStore, trustStoreFromPem } from "../../api/common.ts";
export type {
  CredentialOptions,
  Role,
  SessionOptions,
  Version,
} from "../../session/option-types.ts";
export type { SecureInfo } from "../../session/session-info.ts";
export * from "../../starttls/names.ts";
export { type MessageTransport, overMessages } from "./channels.ts";
export type {
  ByteStreams,
  MessageOptions,
  MessagePipe,
  MessageStreams,
} from "./messages.ts";
export type { SecureOptions } from "./option-types.ts";
export type { SecureStreams, Transport, WebFunctions } from "./secure.ts";
export { type NegotiateOptions, negotiateStartTls } from "./stream-start-tls.ts";
