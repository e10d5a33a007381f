/**
 * What the two forms of the entry `sealwire/session` have in common: everything that does not depend on the provider.
 */
export type {
  CertContext,
  CredentialHandle,
  CryptoProvider,
  PeerDecision,
  PeerFacts,
  SealwireOptions,
} from "../api/common.ts";
export { TlsError, TrustStore, trustStoreFromPem } from "../api/common.ts";
export {
  type CreateSessionOptions,
  type SessionEntry,
  sessionsWithProvider,
} from "./create-session.ts";
export type { CredentialOptions, Role, SessionOptions, Version } from "./option-types.ts";
export type {
  CloseEvent,
  DataEvent,
  FailEvent,
  OpenEvent,
  OpenSession,
  RecordSizes,
  Session,
  SessionEvent,
  SessionPhase,
} from "./session.ts";
export type { SecureInfo } from "./session-info.ts";
