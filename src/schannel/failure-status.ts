/**
 * From alert or reason to status: the two directions of Schannel's alert table (reference 7.1, 7.2). A reason whose
 * status is not that of its alert has an explicit row; the rest follows the alert.
 */
import { AlertDescription, type AlertName } from "../protocol/alert.ts";
import { alertOf, type FailureReason, type TlsFailure } from "../protocol/failure.ts";
import * as status from "../sspi/security-status.ts";

/** Alert received, status answered; any other alert: SEC_E_ILLEGAL_MESSAGE. */
const BY_ALERT: Partial<Record<AlertName, status.SECURITY_STATUS>> = {
  bad_record_mac: status.SEC_E_MESSAGE_ALTERED,
  decryption_failed: status.SEC_E_DECRYPT_FAILURE,
  decompression_failure: status.SEC_E_MESSAGE_ALTERED,
  bad_certificate: status.SEC_E_CERT_UNKNOWN,
  unsupported_certificate: status.SEC_E_CERT_UNKNOWN,
  certificate_revoked: status.CRYPT_E_REVOKED,
  certificate_expired: status.SEC_E_CERT_EXPIRED,
  certificate_unknown: status.SEC_E_CERT_UNKNOWN,
  unknown_ca: status.SEC_E_UNTRUSTED_ROOT,
  access_denied: status.SEC_E_LOGON_DENIED,
  decrypt_error: status.SEC_E_DECRYPT_FAILURE,
  protocol_version: status.SEC_E_UNSUPPORTED_FUNCTION,
  insufficient_security: status.SEC_E_ALGORITHM_MISMATCH,
  internal_error: status.SEC_E_INTERNAL_ERROR,
  user_canceled: status.SEC_E_UNFINISHED_CONTEXT_DELETED,
  no_application_protocol: status.SEC_E_APPLICATION_PROTOCOL_MISMATCH,
};

/** Our own refusals whose status is not that of the alert they send. */
const BY_REASON: Partial<Record<FailureReason, status.SECURITY_STATUS>> = {
  NotTls: status.SEC_E_INVALID_TOKEN,
  NoCommonCipherSuite: status.SEC_E_ALGORITHM_MISMATCH,
  NoCommonGroup: status.SEC_E_ALGORITHM_MISMATCH,
  NoCommonSignatureScheme: status.SEC_E_ALGORITHM_MISMATCH,
  NoUsableCredential: status.SEC_E_ALGORITHM_MISMATCH,
  DowngradeDetected: status.SEC_E_DOWNGRADE_DETECTED,
  NameMismatch: status.SEC_E_WRONG_PRINCIPAL,
  CrlExpired: status.CRYPT_E_REVOCATION_OFFLINE,
  CrlNotYetValid: status.CRYPT_E_REVOCATION_OFFLINE,
  BadCrlSignature: status.CRYPT_E_REVOCATION_OFFLINE,
  RevocationOffline: status.CRYPT_E_REVOCATION_OFFLINE,
  NoRevocationInformation: status.CRYPT_E_NO_REVOCATION_CHECK,
  WrongCertificateUsage: status.SEC_E_CERT_WRONG_USAGE,
  BadOcspResponse: status.SEC_E_CERT_UNKNOWN,
  OcspResponseRequired: status.SEC_E_CERT_UNKNOWN,
  CertificateRequired: status.SEC_E_NO_CREDENTIALS,
  ClientCertificateMissing: status.SEC_E_NO_CREDENTIALS,
  // A truncated stream cannot be distinguished from an attack.
  TransportEnded: status.SEC_E_MESSAGE_ALTERED,
  KeyUsageLimit: status.SEC_E_ENCRYPT_FAILURE,
  // A function or store that the credential was given; the peer receives internal_error.
  HelperFailed: status.SEC_E_INVALID_PARAMETER,
};

/** In decryptMessage a record that cannot be one of this connection is undecryptable (reference 2.5, R12). */
const BY_REASON_OF_MESSAGE: Partial<Record<FailureReason, status.SECURITY_STATUS>> = {
  NotTls: status.SEC_E_DECRYPT_FAILURE,
  UnexpectedRecord: status.SEC_E_DECRYPT_FAILURE,
  RecordTooShort: status.SEC_E_DECRYPT_FAILURE,
};

const NAMES: ReadonlyMap<number, AlertName> = new Map(
  Object.entries(AlertDescription).map(([name, number]) => [number, name as AlertName]),
);

/** Status of a fatal alert that the peer sent (reference 7.1). */
export function alertStatus(description: number): status.SECURITY_STATUS {
  const name = NAMES.get(description);
  return (name === undefined ? undefined : BY_ALERT[name]) ?? status.SEC_E_ILLEGAL_MESSAGE;
}

/**
 * Status of a refusal.
 * @param received the alert that the peer sent, for AlertReceived
 * @param where the handshake calls and decryptMessage answer some records differently
 */
export function failureStatus(
  failure: TlsFailure,
  received: number | null,
  where: "handshake" | "message",
): status.SECURITY_STATUS {
  if (failure.status !== null) return failure.status >>> 0;
  const { reason } = failure;
  if (reason === "AlertReceived" && received !== null) return alertStatus(received);
  const own = (where === "message" ? BY_REASON_OF_MESSAGE[reason] : undefined) ?? BY_REASON[reason];
  if (own !== undefined) return own;
  const alert = alertOf(reason);
  return (alert === null ? undefined : BY_ALERT[alert]) ?? status.SEC_E_ILLEGAL_MESSAGE;
}
