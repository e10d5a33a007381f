/**
 * Every refusal as data: a stable word (`FailureReason`) and the alert that the peer is owed.
 * States, parsers and verifiers call `fail`; only the engine catches it. The status of the SSPI functions is
 * derived from the same word in `schannel/failure-status.ts`. A reason is at least as fine as an alert.
 */
import type { AlertName } from "./alert.ts";

/** The alert of each reason; null: none is sent. A reason without an alert does not compile. */
const ALERTS = {
  // Bytes that cannot be read.
  NotTls: null,
  MalformedMessage: "decode_error",
  RecordTooLong: "record_overflow",
  RecordTooShort: "bad_record_mac",
  BadRecordMac: "bad_record_mac",
  BadInnerPlaintext: "unexpected_message",
  UnexpectedRecord: "unexpected_message",
  EmptyHandshakeRecord: "unexpected_message",
  BadChangeCipherSpec: "unexpected_message",
  BadAlert: "decode_error",
  MessageTooLong: "illegal_parameter",
  CertificateChainTooLong: "illegal_parameter",
  // A peer that breaks the protocol.
  UnexpectedMessage: "unexpected_message",
  KeyChangeInsideMessage: "unexpected_message",
  TooManyEmptyRecords: "unexpected_message",
  TooManyWarningAlerts: "unexpected_message",
  TooManyKeyUpdates: "unexpected_message",
  TooManyRenegotiations: "unexpected_message",
  TooManyCertificateRequests: "unexpected_message",
  TooManyChangeCipherSpecs: "unexpected_message",
  DuplicateExtension: "illegal_parameter",
  UnsolicitedExtension: "unsupported_extension",
  MisplacedExtension: "illegal_parameter",
  MissingExtension: "missing_extension",
  ForbiddenCompression: "illegal_parameter",
  ForbiddenValue: "illegal_parameter",
  BadKeyShare: "illegal_parameter",
  UnofferedVersion: "illegal_parameter",
  UnofferedCipherSuite: "illegal_parameter",
  UnofferedGroup: "illegal_parameter",
  UnofferedSignatureScheme: "illegal_parameter",
  UnofferedApplicationProtocol: "illegal_parameter",
  UnofferedPsk: "illegal_parameter",
  SignatureSchemeKeyMismatch: "illegal_parameter",
  BadSessionIdEcho: "illegal_parameter",
  SecondHelloDiffers: "illegal_parameter",
  UselessHelloRetryRequest: "illegal_parameter",
  SecondHelloRetryRequest: "unexpected_message",
  BadCookie: "illegal_parameter",
  DowngradeDetected: "illegal_parameter",
  ResumptionMismatch: "illegal_parameter",
  ExtendedMasterSecretRequired: "handshake_failure",
  RenegotiationInfoMismatch: "handshake_failure",
  RenegotiatedIdentityChanged: "illegal_parameter",
  WeakKeyExchange: "insufficient_security",
  // A peer with nothing in common.
  NoCommonVersion: "protocol_version",
  NoCommonCipherSuite: "handshake_failure",
  NoCommonGroup: "handshake_failure",
  NoCommonSignatureScheme: "handshake_failure",
  NoCommonApplicationProtocol: "no_application_protocol",
  InappropriateFallback: "inappropriate_fallback",
  NoUsableCredential: "handshake_failure",
  UnknownPskIdentity: "unknown_psk_identity",
  // Proofs that fail.
  BadSignature: "decrypt_error",
  BadFinished: "decrypt_error",
  BadPskBinder: "decrypt_error",
  // Certificates, the gravest first: the reason of a verdict is the fault that stands first here. A certificate that
  // no trusted authority issued comes before one that a trusted authority issued and that breaks a rule. The faults
  // that callers tolerate now and then (time, usage, name) come last, so that none of them stands for another fault.
  MalformedCertificate: "bad_certificate",
  MalformedPem: "bad_certificate",
  UnusableCrl: "certificate_unknown",
  BadCertificateSignature: "bad_certificate",
  /** Signed with an algorithm or a key that no provider here can verify. */
  UnverifiedSignature: "bad_certificate",
  ChainTooCostly: "certificate_unknown",
  UnknownIssuer: "unknown_ca",
  UntrustedByConstraint: "unknown_ca",
  CertificateRevoked: "certificate_revoked",
  IssuerNotAuthority: "certificate_unknown",
  IssuerMayNotSign: "certificate_unknown",
  PathTooLong: "certificate_unknown",
  NameNotPermitted: "certificate_unknown",
  NameExcluded: "certificate_unknown",
  PolicyRequired: "certificate_unknown",
  UnknownCriticalExtension: "certificate_unknown",
  UnsupportedCertificateKey: "unsupported_certificate",
  WeakCertificateKey: "certificate_unknown",
  CertificateRefused: "certificate_unknown",
  CrlExpired: "certificate_revoked",
  CrlNotYetValid: "certificate_revoked",
  BadCrlSignature: "certificate_revoked",
  RevocationOffline: "certificate_revoked",
  NoRevocationInformation: "certificate_unknown",
  BadOcspResponse: "bad_certificate_status_response",
  OcspResponseRequired: "bad_certificate_status_response",
  CertificateExpired: "certificate_expired",
  CertificateNotYetValid: "certificate_expired",
  WrongCertificateUsage: "unsupported_certificate",
  NameMismatch: "bad_certificate",
  CertificateRequired: "certificate_required",
  ClientCertificateMissing: "handshake_failure",
  EmptyCertificate: "decode_error",
  // The peer's own words.
  AlertReceived: null,
  ClosedDuringHandshake: null,
  /** The transport ended without close_notify from the peer. */
  TransportEnded: null,
  // Ours.
  KeyUsageLimit: null,
  /** A function or store of the caller's failed whose answer was needed. */
  HelperFailed: "internal_error",
  InternalError: "internal_error",
} as const;

/** Stable word for why something was refused. */
export type FailureReason = keyof typeof ALERTS;

/** The alert that a reason owes to the peer, or null. */
export function alertOf(reason: FailureReason): AlertName | null {
  return ALERTS[reason];
}

/** All reasons, for tables and tests. */
export const FAILURE_REASONS: readonly FailureReason[] = Object.keys(ALERTS) as FailureReason[];

/** One thing that is wrong with a certificate chain. */
export interface Fault {
  /** Stable word. */
  readonly reason: FailureReason;
  /** For people: what is wrong, and where. */
  readonly message: string;
}

/** How grave a reason is beside others: the smaller number is the graver one. */
export function gravityOf(reason: FailureReason): number {
  return FAILURE_REASONS.indexOf(reason);
}

/** The faults in a new array, the gravest first; faults of one reason keep their order. */
export function gravestFirst(faults: readonly Fault[]): Fault[] {
  return [...faults].sort((one, other) => gravityOf(one.reason) - gravityOf(other.reason));
}

/** A refusal on its way to the engine, which turns it into an alert and a status. Callers never see it. */
export class TlsFailure extends Error {
  override readonly name = "TlsFailure";
  readonly reason: FailureReason;
  /** Alert number to send instead of the reason's own, e.g. what a caller's verifier asked for. */
  readonly alert: number | null;
  /** Status to answer instead of the reason's own, e.g. what a caller's verifier asked for. */
  readonly status: number | null;
  /** Of a refused chain: everything that is wrong with it, the gravest first; else null. */
  readonly faults: readonly Fault[] | null;

  constructor(
    reason: FailureReason,
    message: string,
    override: {
      readonly alert?: number | null;
      readonly status?: number | null;
      readonly faults?: readonly Fault[];
    } = {},
  ) {
    super(message);
    this.faults = override.faults ?? null;
    this.reason = reason;
    this.alert = override.alert ?? null;
    this.status = override.status ?? null;
  }
}

/**
 * Refuses.
 * @param reason the stable word
 * @param message what, where, which value, what to do about it
 */
export function fail(reason: FailureReason, message: string): never {
  throw new TlsFailure(reason, message);
}
