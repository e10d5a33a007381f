/**
 * Every reason for a refusal is provoked by some peer (or is a word for verdicts on certificates, or our own fault), and
 * earns the alert and the status of the reference 7.2.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Connection } from "../../src/engine/connection.ts";
import { CLIENT } from "../../src/handshake/client/start.ts";
import { refusalFor } from "../../src/handshake/peer-identity.ts";
import { alertOf, FAILURE_REASONS, type FailureReason } from "../../src/protocol/failure.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { PROTECTIONS } from "../../src/record/protection.ts";
import { failureStatus } from "../../src/schannel/failure-status.ts";
import { statusName } from "../../src/sspi/security-status.ts";
import { configuration } from "../support/configurations.ts";
import { AttackRun } from "../support/malicious-peer.ts";
import { launch } from "./attack.ts";
import { ATTACKS } from "./attacks.ts";

const reasons = suite("engine: reasons");

/** Reference 7.2: alert and status, by the family of the reason; what is not listed here follows its alert (7.1). */
const STATUS_OF_ALERT: Readonly<Record<string, string>> = {
  unexpected_message: "SEC_E_ILLEGAL_MESSAGE",
  bad_record_mac: "SEC_E_MESSAGE_ALTERED",
  record_overflow: "SEC_E_ILLEGAL_MESSAGE",
  handshake_failure: "SEC_E_ILLEGAL_MESSAGE",
  bad_certificate: "SEC_E_CERT_UNKNOWN",
  unsupported_certificate: "SEC_E_CERT_UNKNOWN",
  certificate_revoked: "CRYPT_E_REVOKED",
  certificate_expired: "SEC_E_CERT_EXPIRED",
  certificate_unknown: "SEC_E_CERT_UNKNOWN",
  illegal_parameter: "SEC_E_ILLEGAL_MESSAGE",
  unknown_ca: "SEC_E_UNTRUSTED_ROOT",
  decode_error: "SEC_E_ILLEGAL_MESSAGE",
  decrypt_error: "SEC_E_DECRYPT_FAILURE",
  protocol_version: "SEC_E_UNSUPPORTED_FUNCTION",
  insufficient_security: "SEC_E_ALGORITHM_MISMATCH",
  internal_error: "SEC_E_INTERNAL_ERROR",
  inappropriate_fallback: "SEC_E_ILLEGAL_MESSAGE",
  missing_extension: "SEC_E_ILLEGAL_MESSAGE",
  unsupported_extension: "SEC_E_ILLEGAL_MESSAGE",
  no_application_protocol: "SEC_E_APPLICATION_PROTOCOL_MISMATCH",
  bad_certificate_status_response: "SEC_E_CERT_UNKNOWN",
  unknown_psk_identity: "SEC_E_ILLEGAL_MESSAGE",
};

/** Rows of 7.2 whose status is not that of the alert that they send. */
const STATUS_OF_REASON: Partial<Record<FailureReason, string>> = {
  NotTls: "SEC_E_INVALID_TOKEN",
  NoCommonCipherSuite: "SEC_E_ALGORITHM_MISMATCH",
  NoCommonGroup: "SEC_E_ALGORITHM_MISMATCH",
  NoCommonSignatureScheme: "SEC_E_ALGORITHM_MISMATCH",
  NoUsableCredential: "SEC_E_ALGORITHM_MISMATCH",
  DowngradeDetected: "SEC_E_DOWNGRADE_DETECTED",
  NameMismatch: "SEC_E_WRONG_PRINCIPAL",
  CrlExpired: "CRYPT_E_REVOCATION_OFFLINE",
  CrlNotYetValid: "CRYPT_E_REVOCATION_OFFLINE",
  BadCrlSignature: "CRYPT_E_REVOCATION_OFFLINE",
  RevocationOffline: "CRYPT_E_REVOCATION_OFFLINE",
  NoRevocationInformation: "CRYPT_E_NO_REVOCATION_CHECK",
  WrongCertificateUsage: "SEC_E_CERT_WRONG_USAGE",
  CertificateRequired: "SEC_E_NO_CREDENTIALS",
  ClientCertificateMissing: "SEC_E_NO_CREDENTIALS",
  KeyUsageLimit: "SEC_E_ENCRYPT_FAILURE",
  TransportEnded: "SEC_E_MESSAGE_ALTERED",
};

/** What a verifier may answer; the built-in one and callers do. */
const VERDICTS: readonly FailureReason[] = FAILURE_REASONS.slice(
  FAILURE_REASONS.indexOf("MalformedCertificate"),
  FAILURE_REASONS.indexOf("NameMismatch") + 1,
);

/** Provoked by no peer: keys that wear out (test/record), and what we do wrong ourselves. */
const OURS: readonly FailureReason[] = ["KeyUsageLimit", "HelperFailed", "InternalError"];
/** Provoked in test/engine/several-answers.test.ts. */
const ELSEWHERE: readonly FailureReason[] = ["TooManyCertificateRequests"];

const provoked = new Set<FailureReason>();

function expectedStatus(reason: FailureReason): string {
  const own = STATUS_OF_REASON[reason];
  if (own !== undefined) return own;
  const alert = alertOf(reason);
  return (alert === null ? undefined : STATUS_OF_ALERT[alert]) ?? "SEC_E_ILLEGAL_MESSAGE";
}

reasons("what attacks provoke has the status of the reference", () => {
  for (const attack of ATTACKS) {
    const { failure, alertReceived } = launch(attack, [nodeProvider, nodeProvider]).victim;
    if (failure === null) continue;
    provoked.add(failure.reason);
    if (failure.reason === "AlertReceived") {
      assert.ok(alertReceived !== null, attack.name);
      continue;
    }
    const code = failureStatus(failure, null, "handshake");
    assert.is(statusName(code), expectedStatus(failure.reason), attack.name);
  }
});

for (const reason of VERDICTS) {
  reasons(`the verdict ${reason}, of both roles and versions`, () => {
    const verifier = { verify: () => refusalFor({ reason, message: "a verdict" }) };
    for (const role of ["client", "server"] as const) {
      for (const tls13 of [true, false]) {
        const versions = [tls13 ? (0x0304 as const) : (0x0303 as const)];
        const client = configuration("client", {
          versions,
          ...(role === "client" ? { verifier } : {}),
          identities: ["p256"],
        });
        const server = configuration("server", {
          versions,
          ...(role === "server" ? { verifier } : {}),
          requestClientCertificate: true,
        });
        const { victim } = new AttackRun(role, { client, server }).run();
        assert.is(victim.failure?.reason, reason);
        const code = failureStatus(victim.failure as never, null, "handshake");
        assert.is(statusName(code), expectedStatus(reason));
        provoked.add(reason);
      }
    }
  });
}

reasons("a verdict may bring an alert and a status of its own", () => {
  const verifier = {
    verify: () =>
      ({
        ...refusalFor({ reason: "CertificateRefused", message: "not this one" }),
        alert: 49,
        status: 0x8009030c,
      }) as const,
  };
  const client = configuration("client", { verifier });
  const { victim, impostor } = new AttackRun("client", {
    client,
    server: configuration("server"),
  }).run();
  assert.equal(impostor.alerts.at(-1), [2, 49]);
  const code = failureStatus(victim.failure as never, null, "handshake");
  assert.is(statusName(code), "SEC_E_LOGON_DENIED");
});

reasons("what fails inside is InternalError, with an alert and no exception", () => {
  const broken = [
    configuration("client", {
      verifier: {
        verify: () => {
          throw new RangeError("a bug");
        },
      },
    }),
    configuration("client", {
      random: () => {
        throw new RangeError("no randomness");
      },
    }),
  ];
  for (const client of broken) {
    const { victim } = new AttackRun("client", { client, server: configuration("server") }).run();
    assert.is(victim.failure?.reason, "InternalError");
    assert.ok(victim.failure?.message.includes(": "));
    assert.is(victim.alertSent?.description, 80);
  }
  const connection = new Connection(CLIENT, broken[1] as never, PROTECTIONS);
  assert.is(connection.start().kind, "failed");
  provoked.add("InternalError");
});

reasons("an end of the transport without close_notify", () => {
  const client = configuration("client");
  const { victim } = new AttackRun("client", { client, server: configuration("server") }).run();
  victim.endInput();
  assert.is(victim.failure?.reason, "TransportEnded");
  assert.is(victim.alertSent, null);
  const code = failureStatus(victim.failure as never, null, "message");
  assert.is(statusName(code), expectedStatus("TransportEnded"));
  provoked.add("TransportEnded");
});

reasons("no reason is without a peer that provokes it", () => {
  const known = [...provoked, ...OURS, ...ELSEWHERE];
  const never = FAILURE_REASONS.filter((reason) => !known.includes(reason));
  assert.equal(never, []);
});

reasons.run();
