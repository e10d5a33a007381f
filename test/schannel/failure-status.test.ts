/**
 * Alerts and refusals to statuses: both tables of reference 7, as data.
 */
import * as assert from "uvu/assert";
import { AlertDescription, type AlertName } from "../../src/protocol/alert.ts";
import {
  alertOf,
  FAILURE_REASONS,
  type FailureReason,
  TlsFailure,
} from "../../src/protocol/failure.ts";
import { alertStatus, failureStatus } from "../../src/schannel/failure-status.ts";
import * as s from "../../src/sspi/security-status.ts";
import { is } from "../support/face-kit.ts";
import { rows } from "../support/rows.ts";

const failures = rows("schannel: failures");

const RECEIVED: readonly (readonly [number, s.SECURITY_STATUS])[] = [
  [10, s.SEC_E_ILLEGAL_MESSAGE],
  [20, s.SEC_E_MESSAGE_ALTERED],
  [21, s.SEC_E_DECRYPT_FAILURE],
  [22, s.SEC_E_ILLEGAL_MESSAGE],
  [30, s.SEC_E_MESSAGE_ALTERED],
  [40, s.SEC_E_ILLEGAL_MESSAGE],
  [42, s.SEC_E_CERT_UNKNOWN],
  [43, s.SEC_E_CERT_UNKNOWN],
  [44, s.CRYPT_E_REVOKED],
  [45, s.SEC_E_CERT_EXPIRED],
  [46, s.SEC_E_CERT_UNKNOWN],
  [47, s.SEC_E_ILLEGAL_MESSAGE],
  [48, s.SEC_E_UNTRUSTED_ROOT],
  [49, s.SEC_E_LOGON_DENIED],
  [50, s.SEC_E_ILLEGAL_MESSAGE],
  [51, s.SEC_E_DECRYPT_FAILURE],
  [60, s.SEC_E_ILLEGAL_MESSAGE],
  [70, s.SEC_E_UNSUPPORTED_FUNCTION],
  [71, s.SEC_E_ALGORITHM_MISMATCH],
  [80, s.SEC_E_INTERNAL_ERROR],
  [90, s.SEC_E_UNFINISHED_CONTEXT_DELETED],
  [100, s.SEC_E_ILLEGAL_MESSAGE],
  [110, s.SEC_E_ILLEGAL_MESSAGE],
  [115, s.SEC_E_ILLEGAL_MESSAGE],
  [120, s.SEC_E_APPLICATION_PROTOCOL_MISMATCH],
  [0, s.SEC_E_ILLEGAL_MESSAGE],
  [255, s.SEC_E_ILLEGAL_MESSAGE],
];

failures.row("7.1", `${RECEIVED.length} alerts received`, () => {
  for (const [alert, expected] of RECEIVED) {
    is(alertStatus(alert), expected);
    const failure = new TlsFailure("AlertReceived", "");
    is(failureStatus(failure, alert, "handshake"), expected);
    is(failureStatus(failure, alert, "message"), expected);
  }
});

const OWN: readonly (readonly [FailureReason, s.SECURITY_STATUS, AlertName | null])[] = [
  ["NotTls", s.SEC_E_INVALID_TOKEN, null],
  ["MalformedMessage", s.SEC_E_ILLEGAL_MESSAGE, "decode_error"],
  ["ForbiddenValue", s.SEC_E_ILLEGAL_MESSAGE, "illegal_parameter"],
  ["UnexpectedMessage", s.SEC_E_ILLEGAL_MESSAGE, "unexpected_message"],
  ["MessageTooLong", s.SEC_E_ILLEGAL_MESSAGE, "illegal_parameter"],
  ["NoCommonVersion", s.SEC_E_UNSUPPORTED_FUNCTION, "protocol_version"],
  ["NoCommonCipherSuite", s.SEC_E_ALGORITHM_MISMATCH, "handshake_failure"],
  ["NoCommonGroup", s.SEC_E_ALGORITHM_MISMATCH, "handshake_failure"],
  ["NoCommonSignatureScheme", s.SEC_E_ALGORITHM_MISMATCH, "handshake_failure"],
  ["NoCommonApplicationProtocol", s.SEC_E_APPLICATION_PROTOCOL_MISMATCH, "no_application_protocol"],
  ["BadRecordMac", s.SEC_E_MESSAGE_ALTERED, "bad_record_mac"],
  ["RecordTooLong", s.SEC_E_ILLEGAL_MESSAGE, "record_overflow"],
  ["BadSignature", s.SEC_E_DECRYPT_FAILURE, "decrypt_error"],
  ["BadFinished", s.SEC_E_DECRYPT_FAILURE, "decrypt_error"],
  ["DowngradeDetected", s.SEC_E_DOWNGRADE_DETECTED, "illegal_parameter"],
  ["UnknownIssuer", s.SEC_E_UNTRUSTED_ROOT, "unknown_ca"],
  ["CertificateExpired", s.SEC_E_CERT_EXPIRED, "certificate_expired"],
  ["CertificateNotYetValid", s.SEC_E_CERT_EXPIRED, "certificate_expired"],
  ["NameMismatch", s.SEC_E_WRONG_PRINCIPAL, "bad_certificate"],
  ["CertificateRevoked", s.CRYPT_E_REVOKED, "certificate_revoked"],
  ["RevocationOffline", s.CRYPT_E_REVOCATION_OFFLINE, "certificate_revoked"],
  ["NoRevocationInformation", s.CRYPT_E_NO_REVOCATION_CHECK, "certificate_unknown"],
  ["WrongCertificateUsage", s.SEC_E_CERT_WRONG_USAGE, "unsupported_certificate"],
  ["MalformedCertificate", s.SEC_E_CERT_UNKNOWN, "bad_certificate"],
  ["BadCertificateSignature", s.SEC_E_CERT_UNKNOWN, "bad_certificate"],
  ["CertificateRefused", s.SEC_E_CERT_UNKNOWN, "certificate_unknown"],
  ["UnexpectedRecord", s.SEC_E_ILLEGAL_MESSAGE, "unexpected_message"],
  ["ClosedDuringHandshake", s.SEC_E_ILLEGAL_MESSAGE, null],
  ["InternalError", s.SEC_E_INTERNAL_ERROR, "internal_error"],
];

for (const [reason, expected, alert] of OWN) {
  failures.row("7.2", `${reason}: ${s.statusName(expected)}, alert ${alert}`, () => {
    is(failureStatus(new TlsFailure(reason, ""), null, "handshake"), expected);
    assert.is(alertOf(reason), alert);
  });
}

failures.row("7.2", "every reason has a failing status in both places", () => {
  for (const reason of FAILURE_REASONS) {
    for (const where of ["handshake", "message"] as const) {
      assert.ok(s.isFailure(failureStatus(new TlsFailure(reason, ""), null, where)), reason);
    }
  }
  assert.is(AlertDescription.close_notify, 0);
});

failures.row("7.2", "a refusal's own status wins", () => {
  const failure = new TlsFailure("CertificateRefused", "", { status: s.SEC_E_LOGON_DENIED });
  is(failureStatus(failure, null, "handshake"), s.SEC_E_LOGON_DENIED);
});

failures.run();
