/**
 * Converts the errors of the SSPI functions to the TlsError of the adapters: `code` is node's own word where node has
 * one (OpenSSL's reasons behind ERR_SSL_, its certificate errors), else the status's name.
 */
import type { ErrorReport } from "../sspi/security-package.ts";
import { type SECURITY_STATUS, statusName } from "../sspi/security-status.ts";
import { TlsError } from "../sspi/tls-error.ts";

/** Reason of our refusal → node's code. */
const BY_REASON: Readonly<Record<string, string>> = {
  NotTls: "ERR_SSL_WRONG_VERSION_NUMBER",
  RecordTooLong: "ERR_SSL_PACKET_LENGTH_TOO_LONG",
  BadRecordMac: "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
  RecordTooShort: "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
  UnexpectedMessage: "ERR_SSL_UNEXPECTED_MESSAGE",
  UnexpectedRecord: "ERR_SSL_UNEXPECTED_RECORD",
  NoCommonVersion: "ERR_SSL_UNSUPPORTED_PROTOCOL",
  NoCommonCipherSuite: "ERR_SSL_NO_SHARED_CIPHER",
  NoUsableCredential: "ERR_SSL_NO_SHARED_CIPHER",
  NoCommonGroup: "ERR_SSL_NO_SUITABLE_KEY_SHARE",
  NoCommonSignatureScheme: "ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM",
  NoCommonApplicationProtocol: "ERR_SSL_NO_APPLICATION_PROTOCOL",
  UnknownPskIdentity: "ERR_SSL_PSK_IDENTITY_NOT_FOUND",
  UnofferedCipherSuite: "ERR_SSL_WRONG_CIPHER_RETURNED",
  InappropriateFallback: "ERR_SSL_INAPPROPRIATE_FALLBACK",
  DowngradeDetected: "ERR_SSL_INAPPROPRIATE_FALLBACK",
  BadSignature: "ERR_SSL_BAD_SIGNATURE",
  BadFinished: "ERR_SSL_DIGEST_CHECK_FAILED",
  UnknownIssuer: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  CertificateRevoked: "CERT_REVOKED",
  CrlExpired: "CRL_HAS_EXPIRED",
  CrlNotYetValid: "CRL_NOT_YET_VALID",
  BadCrlSignature: "CRL_SIGNATURE_FAILURE",
  RevocationOffline: "UNABLE_TO_GET_CRL",
  NoRevocationInformation: "UNABLE_TO_GET_CRL",
  CertificateExpired: "CERT_HAS_EXPIRED",
  CertificateNotYetValid: "CERT_NOT_YET_VALID",
  WrongCertificateUsage: "INVALID_PURPOSE",
  BadCertificateSignature: "CERT_SIGNATURE_FAILURE",
  CertificateChainTooLong: "CERT_CHAIN_TOO_LONG",
  UnverifiedSignature: "CERT_SIGNATURE_FAILURE",
  IssuerNotAuthority: "INVALID_CA",
  IssuerMayNotSign: "INVALID_CA",
  PathTooLong: "PATH_LENGTH_EXCEEDED",
  NameNotPermitted: "CERT_REJECTED",
  NameExcluded: "CERT_REJECTED",
  PolicyRequired: "CERT_REJECTED",
  UnknownCriticalExtension: "CERT_REJECTED",
  WeakCertificateKey: "CERT_REJECTED",
  CertificateRefused: "CERT_REJECTED",
  NameMismatch: "ERR_TLS_CERT_ALTNAME_INVALID",
  CertificateRequired: "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE",
  ClientCertificateMissing: "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE",
  TooManyRenegotiations: "ERR_TLS_SESSION_ATTACK",
  HelperFailed: "ERR_SEALWIRE_HELPER_FAILED",
};

/** Alerts that SSL 3.0 knew; OpenSSL names the others after TLS 1.0, two after TLS 1.3. */
const SSL3_ALERTS: ReadonlySet<string> = new Set([
  ...["unexpected_message", "bad_record_mac", "decompression_failure", "handshake_failure"],
  ...["bad_certificate", "unsupported_certificate", "certificate_revoked", "certificate_expired"],
  ...["certificate_unknown", "illegal_parameter"],
]);
const TLS13_ALERTS: ReadonlySet<string> = new Set(["missing_extension", "certificate_required"]);
/** Those that OpenSSL names without the word ALERT. */
const TLS1_WORDS: ReadonlySet<string> = new Set([
  ...["unsupported_extension", "unrecognized_name", "bad_certificate_status_response"],
]);

/** The methods that OpenSSL knows, in its first five bytes. */
const HTTP_METHODS = ["GET ", "POST ", "HEAD ", "PUT "];
/** Bytes that are looked at. */
const MAX_METHOD = 5;

/** node's code for an alert that the peer sent. */
export function alertCode(name: string): string {
  const word = name.toUpperCase().replace("USER_CANCELED", "USER_CANCELLED");
  if (SSL3_ALERTS.has(name)) return `ERR_SSL_SSLV3_ALERT_${word}`;
  if (TLS13_ALERTS.has(name)) return `ERR_SSL_TLSV13_ALERT_${word}`;
  return `ERR_SSL_TLSV1_${TLS1_WORDS.has(name) ? "" : "ALERT_"}${word}`;
}

/** node's code for a reason of `lastError`, or null. */
export function reasonCode(reason: string): string | null {
  return Object.hasOwn(BY_REASON, reason) ? (BY_REASON[reason] ?? null) : null;
}

/**
 * The error of a failed call.
 * @param call the function's name, for a failure that nothing is reported about
 * @param report `lastError`, or the error of the result
 */
export function tlsErrorOf(
  call: string,
  status: SECURITY_STATUS,
  report: ErrorReport | null | undefined,
): TlsError {
  if (report == null) {
    return new TlsError(`${call} failed with ${statusName(status)}`, { status });
  }
  const { reason, faults, alertReceived, alertSent } = report;
  const received = reason === "AlertReceived" && alertReceived !== undefined;
  const code = received ? alertCode(alertReceived.name) : reasonCode(reason);
  const alert = received ? alertReceived : (alertSent ?? alertReceived);
  return new TlsError(inFriendlyWords(report.message), {
    status,
    reason,
    ...(faults === undefined ? {} : { faults }),
    ...(code === null ? {} : { code }),
    ...(alert === undefined ? {} : { alert }),
  });
}

/** Words of the SSPI functions → the adapters' names for them. */
const FRIENDLY: readonly (readonly [RegExp, string])[] = [
  [/, or set SCH_CRED_NO_SERVERNAME_CHECK/g, ""],
  [/\b(?:authData\.)?sealwire\.(?=[a-zA-Z])/g, ""],
  [/\bauthData\./g, ""],
  [/\bhRootStore\b/g, "ca"],
  [/\bpaCred\b/g, "cert"],
  [/\btargetName\b/g, "server name"],
];

/** A message of the SSPI functions without names that callers of the adapters cannot give. */
export function inFriendlyWords(message: string): string {
  return FRIENDLY.reduce((text, [word, friendly]) => text.replace(word, friendly), message);
}

/** As `error`, with OpenSSL's code for HTTP in plaintext where the peer's bytes are that. */
export function withHttpCode(error: TlsError, head: Uint8Array): TlsError {
  const start = String.fromCharCode(...head.subarray(0, MAX_METHOD));
  const request = HTTP_METHODS.some((method) => start.startsWith(method));
  if (!request && start !== "CONNE") return error;
  const { status, reason, alert } = error;
  return new TlsError("the peer speaks HTTP without TLS here", {
    ...{ status, reason, alert },
    code: request ? "ERR_SSL_HTTP_REQUEST" : "ERR_SSL_HTTPS_PROXY_REQUEST",
  });
}

/**
 * The transport ended without close_notify: what came may not be all (RFC 8446 §6.1).
 * @param secure the handshake was finished
 * @param anywhere such an end is refused between records too, not only inside one
 */
export function truncated(secure: boolean, anywhere = true): TlsError {
  return secure
    ? new TlsError(
        anywhere
          ? "the connection ended without close_notify: data may be missing; do not trust a message whose end is the end of the connection"
          : "the connection ended inside a TLS record, without close_notify: data is missing",
        { code: "ERR_SSL_UNEXPECTED_EOF_WHILE_READING", reason: "Truncated" },
      )
    : new TlsError(
        "the connection ended before the TLS handshake was finished: the peer may not speak TLS here, or refuses us silently",
        { code: "ECONNRESET", reason: "ClosedDuringHandshake" },
      );
}
