/**
 * Every own failure of reference 7.2 provoked in a real session: the status, the alert that leaves under EXTENDED_ERROR,
 * and that the peer reads it.
 */

import { createPrivateKey, sign } from "node:crypto";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import { AlertDescription, type AlertName } from "../../src/protocol/alert.ts";
import type { FailureReason } from "../../src/protocol/failure.ts";
import { ASC_REQ_EXTENDED_ERROR, ISC_REQ_EXTENDED_ERROR } from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { RSA_IDENTITY, RSA_PIN } from "../support/pinned-dependencies.ts";
import { messagesOf, recordsOf } from "../support/record-surgery.ts";
import { rows } from "../support/rows.ts";
import {
  type Auth,
  type Pair,
  pair,
  type Side,
  sspi,
  versionOnly,
} from "../support/session-kit.ts";
import type { SideOptions } from "../support/sspi-session.ts";

const failures = rows("schannel: failures in sessions");

interface Case {
  readonly row: string;
  readonly title: string;
  readonly failing: "client" | "server";
  readonly client?: Auth;
  readonly server?: Auth;
  readonly clientOptions?: SideOptions;
  readonly serverOptions?: SideOptions;
  /** Changes what one side sent before the failing one gets it. */
  readonly damage?: (bytes: Uint8Array, turn: number) => Uint8Array;
  readonly status: string;
  readonly alert: AlertName | null;
}

const handshakeRecord = (...content: number[]): Uint8Array =>
  Uint8Array.of(22, 3, 3, content.length >> 8, content.length & 0xff, ...content);

/** The first record replaced. */
const replaced =
  (record: Uint8Array) =>
  (_bytes: Uint8Array, turn: number): Uint8Array =>
    turn < 2 ? record : _bytes;

/** One byte changed, counted from the end of the first record that holds `marker`. */
const changed =
  (at: (bytes: Uint8Array) => number, xor: number, onTurn: number) =>
  (bytes: Uint8Array, turn: number): Uint8Array => {
    if (turn !== onTurn) return bytes;
    const copy = bytes.slice();
    const index = at(copy);
    copy[index] = (copy[index] ?? 0) ^ xor;
    return copy;
  };

/** Offset of the 16-bit number of an extension in a hello. */
function extensionAt(bytes: Uint8Array, number: number): number {
  const [high, low] = [number >> 8, number & 0xff];
  const at = bytes.findIndex(
    (byte, i) => i > 43 && byte === high && bytes[i + 1] === low && bytes[i + 2] === 0,
  );
  assert.ok(at > 0, `extension ${number}`);
  return at;
}

const refusedBy = (reason: FailureReason): Auth => ({
  sealwire: { verifyPeer: () => ({ ok: false, reason }) },
});

const TLS12 = versionOnly("TLS 1.2");
const SUPPORTED_VERSIONS = 43;

const CASES: readonly Case[] = [
  {
    row: "C1",
    title: "first bytes are not TLS",
    failing: "server",
    damage: replaced(latin1("GET / HTTP/1.1\r\n")),
    status: "SEC_E_INVALID_TOKEN",
    alert: null,
  },
  {
    row: "C2",
    title: "malformed ClientHello",
    failing: "server",
    damage: replaced(handshakeRecord(1, 0, 0, 3, 3, 3, 9)),
    status: "SEC_E_ILLEGAL_MESSAGE",
    alert: "decode_error",
  },
  {
    row: "C3",
    title: "compression that TLS 1.3 forbids",
    failing: "server",
    damage: changed((bytes) => 44 + (bytes[43] ?? 0) + 2 + suitesLength(bytes) + 1, 1, 0),
    status: "SEC_E_ILLEGAL_MESSAGE",
    alert: "illegal_parameter",
  },
  {
    row: "C4",
    title: "Finished first",
    failing: "server",
    damage: replaced(handshakeRecord(20, 0, 0, 1, 0)),
    status: "SEC_E_ILLEGAL_MESSAGE",
    alert: "unexpected_message",
  },
  {
    row: "C5",
    title: "a ClientHello of 16385 bytes",
    failing: "server",
    damage: replaced(handshakeRecord(1, 0, 0x40, 1, 3, 3)),
    status: "SEC_E_ILLEGAL_MESSAGE",
    alert: "illegal_parameter",
  },
  {
    row: "C6",
    title: "no common version",
    failing: "server",
    client: TLS12,
    server: versionOnly("TLS 1.3"),
    status: "SEC_E_UNSUPPORTED_FUNCTION",
    alert: "protocol_version",
  },
  {
    row: "C7",
    title: "no common suite",
    failing: "server",
    client: { sealwire: { cipherSuites: [0x1301] } },
    server: { sealwire: { cipherSuites: [0x1302] } },
    status: "SEC_E_ALGORITHM_MISMATCH",
    alert: "handshake_failure",
  },
  {
    row: "C7",
    title: "no common group",
    failing: "server",
    client: { sealwire: { supportedGroups: [0x17] } },
    server: { sealwire: { supportedGroups: [0x18] } },
    status: "SEC_E_ALGORITHM_MISMATCH",
    alert: "handshake_failure",
  },
  {
    row: "C7",
    title: "no common signature scheme",
    failing: "server",
    client: { sealwire: { signatureSchemes: [0x0403] } },
    server: { paCred: [RSA_IDENTITY] },
    status: "SEC_E_ALGORITHM_MISMATCH",
    alert: "handshake_failure",
  },
  {
    row: "C8",
    title: "no common ALPN protocol",
    failing: "server",
    clientOptions: { alpn: ["h2"] },
    serverOptions: { alpn: ["http/1.1"] },
    status: "SEC_E_APPLICATION_PROTOCOL_MISMATCH",
    alert: "no_application_protocol",
  },
  {
    row: "C9",
    title: "a changed byte in an encrypted record",
    failing: "client",
    damage: changed((bytes) => bytes.length - 1, 1, 1),
    status: "SEC_E_MESSAGE_ALTERED",
    alert: "bad_record_mac",
  },
  {
    row: "C10",
    title: "a record longer than 2^14 + 2048",
    failing: "server",
    damage: replaced(Uint8Array.of(22, 3, 3, 0x48, 1)),
    status: "SEC_E_ILLEGAL_MESSAGE",
    alert: "record_overflow",
  },
  {
    row: "C11",
    title: "a changed signature in ServerKeyExchange",
    failing: "client",
    client: TLS12,
    // Its last byte stands before ServerHelloDone.
    damage: changed((bytes) => bytes.length - 5, 1, 1),
    status: "SEC_E_DECRYPT_FAILURE",
    alert: "decrypt_error",
  },
  {
    row: "C12",
    title: "TLS 1.3 hidden from the server",
    failing: "client",
    damage: changed((bytes) => extensionAt(bytes, SUPPORTED_VERSIONS), 0x7f, 0),
    status: "SEC_E_DOWNGRADE_DETECTED",
    alert: "illegal_parameter",
  },
  {
    row: "C22",
    title: "application data during the handshake",
    failing: "client",
    damage: (bytes, turn) => (turn === 1 ? concat(Uint8Array.of(23, 3, 3, 0, 1, 0), bytes) : bytes),
    status: "SEC_E_ILLEGAL_MESSAGE",
    alert: "unexpected_message",
  },
  {
    row: "C23",
    title: "the caller's own function throws",
    failing: "client",
    client: {
      sealwire: {
        verifyPeer: () => {
          throw new Error("out of order");
        },
      },
    },
    status: "SEC_E_INVALID_PARAMETER",
    alert: "internal_error",
  },
];

const CERTIFICATES: readonly (readonly [row: string, FailureReason, status: string, AlertName])[] =
  [
    ["C13", "UnknownIssuer", "SEC_E_UNTRUSTED_ROOT", "unknown_ca"],
    ["C14", "CertificateExpired", "SEC_E_CERT_EXPIRED", "certificate_expired"],
    ["C14", "CertificateNotYetValid", "SEC_E_CERT_EXPIRED", "certificate_expired"],
    ["C15", "NameMismatch", "SEC_E_WRONG_PRINCIPAL", "bad_certificate"],
    ["C16", "CertificateRevoked", "CRYPT_E_REVOKED", "certificate_revoked"],
    ["C17", "CrlExpired", "CRYPT_E_REVOCATION_OFFLINE", "certificate_revoked"],
    ["C17", "CrlNotYetValid", "CRYPT_E_REVOCATION_OFFLINE", "certificate_revoked"],
    ["C17", "BadCrlSignature", "CRYPT_E_REVOCATION_OFFLINE", "certificate_revoked"],
    ["C17", "RevocationOffline", "CRYPT_E_REVOCATION_OFFLINE", "certificate_revoked"],
    ["C18", "NoRevocationInformation", "CRYPT_E_NO_REVOCATION_CHECK", "certificate_unknown"],
    ["C19", "WrongCertificateUsage", "SEC_E_CERT_WRONG_USAGE", "unsupported_certificate"],
    ["C20", "BadCertificateSignature", "SEC_E_CERT_UNKNOWN", "bad_certificate"],
    ["C20", "MalformedCertificate", "SEC_E_CERT_UNKNOWN", "bad_certificate"],
    ["C21", "CertificateRefused", "SEC_E_CERT_UNKNOWN", "certificate_unknown"],
  ];

const ALL: readonly Case[] = [
  ...CASES,
  ...CERTIFICATES.flatMap(([row, reason, expected, alert]) =>
    [{}, TLS12].map((version): Case => {
      const client = { ...version, ...refusedBy(reason) };
      return { row, title: reason, failing: "client", client, status: expected, alert };
    }),
  ),
];

/** Length of the list of suites in a ClientHello record. */
function suitesLength(bytes: Uint8Array): number {
  const at = 44 + (bytes[43] ?? 0);
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Runs until a side fails; the alert that it gave out. */
function failingSide(sides: Pair, damage: Case["damage"]): { side: Side; alert: Uint8Array } {
  let [from, to] = [sides.client, sides.server];
  let bytes = from.step();
  for (let turn = 0; turn < 6; turn++) {
    to.receive(damage?.(bytes, turn) ?? bytes);
    bytes = to.step();
    while (to.last.status === status.SEC_I_CONTINUE_NEEDED && to.inbox.length > 0) {
      bytes = concat(bytes, to.step());
    }
    if (status.isFailure(to.last.status)) return { side: to, alert: bytes };
    [from, to] = [to, from];
  }
  throw new Error("nobody failed");
}

for (const test of ALL) {
  failures.row(`7.2 ${test.row} X1, 4.4 H1, 8.2 P1`, `${test.title}: ${test.status}`, () => {
    const { client = {}, server = {}, clientOptions = {}, serverOptions = {} } = test;
    const sides = pair(
      client,
      server,
      { ...clientOptions, contextReq: ISC_REQ_EXTENDED_ERROR },
      { ...serverOptions, contextReq: ASC_REQ_EXTENDED_ERROR },
    );
    const { side, alert } = failingSide(sides, test.damage);
    assert.is(side.role, test.failing);
    assert.is(status.statusName(side.last.status), test.status);
    const sent = side.last.error?.alertSent;
    assert.is(sent?.name, test.alert ?? undefined);
    if (test.alert === null) {
      assert.is(alert.length, 0);
      return;
    }
    const description = AlertDescription[test.alert];
    assert.is(sent?.description, description);
    const record = recordsOf(alert).at(-1) ?? new Uint8Array(0);
    if (record[0] === 21 && record.length === 7) {
      assert.equal(record.subarray(5), Uint8Array.of(2, description));
    } else assert.is(record[0], 23);
    const peer = side === sides.client ? sides.server : sides.client;
    if (test.damage !== undefined) return;
    peer.receive(alert);
    peer.step();
    assert.ok(status.isFailure(peer.last.status));
    assert.is(sspi.lastError(peer.handle)?.alertReceived?.name, test.alert);
  });
}

/** A TLS 1.2 server's flight with a DHE group of 1024 bits, signed as it must be. */
function withWeakGroup(hello: Uint8Array, flight: Uint8Array): Uint8Array {
  const prime = new Uint8Array(128).fill(0xff);
  const vector = (value: Uint8Array): Uint8Array => concat(Uint8Array.of(0, value.length), value);
  const parameters = concat(vector(prime), vector(Uint8Array.of(2)), vector(Uint8Array.of(4)));
  const key = createPrivateKey({
    key: Buffer.from(RSA_IDENTITY.privateKey as Uint8Array),
    format: "der",
    type: "pkcs8",
  });
  const random = (record: Uint8Array): Uint8Array => record.subarray(11, 43);
  const signed = concat(random(hello), random(flight), parameters);
  const signature = new Uint8Array(sign("sha256", signed, key));
  const body = concat(parameters, Uint8Array.of(4, 1), Uint8Array.of(1, 0), signature);
  const exchange = concat(Uint8Array.of(12, 0, body.length >> 8, body.length & 0xff), body);
  const content = concat(...recordsOf(flight).map((record) => record.subarray(5)));
  const messages = messagesOf(content).map((message) => (message[0] === 12 ? exchange : message));
  return handshakeRecord(...concat(...messages));
}

failures.row("6.5 V7b", "a DHE group of 1024 bits is refused", () => {
  const sealwire = { cipherSuites: [0x009e] };
  const { client, server } = pair(
    { ...TLS12, sealwire, hRootStore: RSA_PIN },
    { sealwire, paCred: [RSA_IDENTITY] },
  );
  const hello = client.step();
  server.receive(hello);
  client.receive(withWeakGroup(hello, server.step()));
  client.step();
  assert.ok(status.isFailure(client.last.status));
  assert.is(client.last.error?.reason, "WeakKeyExchange");
});

failures.run();
