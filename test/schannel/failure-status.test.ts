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
import { rows } from "../support/rows.ts";
import { is } from "../support/sspi-kit.ts";

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

for (const [alert, expected] of RECEIVED) {
  failures.row(
    `7.1 ${alert === 0 || alert === 255 ? "A255" : `A${alert}`} X1`,
    s.statusName(expected),
    () => {
      is(alertStatus(alert), expected);
      const failure = new TlsFailure("AlertReceived", "");
      is(failureStatus(failure, alert, "handshake"), expected);
      is(failureStatus(failure, alert, "message"), expected);
    },
  );
}

const OWN: readonly (readonly [row: string, FailureReason, s.SECURITY_STATUS, AlertName | null])[] =
  [
    ["7.2 C1", "NotTls", s.SEC_E_INVALID_TOKEN, null],
    ["7.2 C2", "MalformedMessage", s.SEC_E_ILLEGAL_MESSAGE, "decode_error"],
    ["7.2 C3", "ForbiddenValue", s.SEC_E_ILLEGAL_MESSAGE, "illegal_parameter"],
    ["7.2 C4", "UnexpectedMessage", s.SEC_E_ILLEGAL_MESSAGE, "unexpected_message"],
    ["7.2 C5", "MessageTooLong", s.SEC_E_ILLEGAL_MESSAGE, "illegal_parameter"],
    ["7.2 C6", "NoCommonVersion", s.SEC_E_UNSUPPORTED_FUNCTION, "protocol_version"],
    ["7.2 C7", "NoCommonCipherSuite", s.SEC_E_ALGORITHM_MISMATCH, "handshake_failure"],
    ["7.2 C7", "NoCommonGroup", s.SEC_E_ALGORITHM_MISMATCH, "handshake_failure"],
    ["7.2 C7", "NoCommonSignatureScheme", s.SEC_E_ALGORITHM_MISMATCH, "handshake_failure"],
    [
      "7.2 C8",
      "NoCommonApplicationProtocol",
      s.SEC_E_APPLICATION_PROTOCOL_MISMATCH,
      "no_application_protocol",
    ],
    ["7.2 C9", "BadRecordMac", s.SEC_E_MESSAGE_ALTERED, "bad_record_mac"],
    ["7.2 C10", "RecordTooLong", s.SEC_E_ILLEGAL_MESSAGE, "record_overflow"],
    ["7.2 C11", "BadSignature", s.SEC_E_DECRYPT_FAILURE, "decrypt_error"],
    ["7.2 C11", "BadFinished", s.SEC_E_DECRYPT_FAILURE, "decrypt_error"],
    ["7.2 C12", "DowngradeDetected", s.SEC_E_DOWNGRADE_DETECTED, "illegal_parameter"],
    ["7.2 C13", "UnknownIssuer", s.SEC_E_UNTRUSTED_ROOT, "unknown_ca"],
    ["7.2 C14", "CertificateExpired", s.SEC_E_CERT_EXPIRED, "certificate_expired"],
    ["7.2 C14", "CertificateNotYetValid", s.SEC_E_CERT_EXPIRED, "certificate_expired"],
    ["7.2 C15", "NameMismatch", s.SEC_E_WRONG_PRINCIPAL, "bad_certificate"],
    ["7.2 C16", "CertificateRevoked", s.CRYPT_E_REVOKED, "certificate_revoked"],
    ["7.2 C17", "RevocationOffline", s.CRYPT_E_REVOCATION_OFFLINE, "certificate_revoked"],
    ["7.2 C18", "NoRevocationInformation", s.CRYPT_E_NO_REVOCATION_CHECK, "certificate_unknown"],
    ["7.2 C19", "WrongCertificateUsage", s.SEC_E_CERT_WRONG_USAGE, "unsupported_certificate"],
    ["7.2 C20", "MalformedCertificate", s.SEC_E_CERT_UNKNOWN, "bad_certificate"],
    ["7.2 C20", "BadCertificateSignature", s.SEC_E_CERT_UNKNOWN, "bad_certificate"],
    ["7.2 C21", "CertificateRefused", s.SEC_E_CERT_UNKNOWN, "certificate_unknown"],
    ["7.2 C22", "UnexpectedRecord", s.SEC_E_ILLEGAL_MESSAGE, "unexpected_message"],
    ["7.1 X3", "ClosedDuringHandshake", s.SEC_E_ILLEGAL_MESSAGE, null],
    ["7.2 C23", "InternalError", s.SEC_E_INTERNAL_ERROR, "internal_error"],
  ];

for (const [row, reason, expected, alert] of OWN) {
  failures.row(row, `${reason}: ${s.statusName(expected)}, alert ${alert}`, () => {
    is(failureStatus(new TlsFailure(reason, ""), null, "handshake"), expected);
    assert.is(alertOf(reason), alert);
  });
}

failures.row("8.2 P17", "every reason has a failing status in both places", () => {
  for (const reason of FAILURE_REASONS) {
    for (const where of ["handshake", "message"] as const) {
      assert.ok(s.isFailure(failureStatus(new TlsFailure(reason, ""), null, where)), reason);
    }
  }
  assert.is(AlertDescription.close_notify, 0);
});

failures.row("8.2 P17", "a refusal's own status wins", () => {
  const failure = new TlsFailure("CertificateRefused", "", { status: s.SEC_E_LOGON_DENIED });
  is(failureStatus(failure, null, "handshake"), s.SEC_E_LOGON_DENIED);
});

failures.run();
