/**
 * Servers that break TLS 1.2, by name (RFC 5246, 5746, 6066, 7366, 7627, 8422).
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { encodeCertificate12, encodeCertificateStatus } from "../../src/wire/certificate.ts";
import { encodeServerHelloDone } from "../../src/wire/empty-messages.ts";
import { encodeDheParameters } from "../../src/wire/key-exchange-12.ts";
import { encodeNewSessionTicket12 } from "../../src/wire/new-session-ticket.ts";
import { DOWNGRADE_TLS11, DOWNGRADE_TLS12 } from "../../src/wire/server-hello.ts";
import { makeCertificate, makeKey, serverExtensions } from "../pki/certificate-maker.ts";
import {
  before,
  both,
  change,
  drop,
  flip,
  instead,
  message,
  onChangeCipherSpec,
  overwrite,
  suiteOffset,
  withBody,
  withContents,
  withDouble,
  withExtension,
  withoutExtension,
} from "../support/edits.ts";
import { identity } from "../support/identities.ts";
import { type Edit, plainRecord, record } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  alert,
  CCS,
  cbc,
  data,
  either,
  FINISHED_12,
  HELLO_RETRY_RANDOM,
  nines,
  rsa,
  serverHello,
  suite,
  suites12,
  tls12,
} from "./attack-kit.ts";

const { ServerHello, Certificate, ServerKeyExchange, ServerHelloDone, NewSessionTicket, Finished } =
  HandshakeType;
const dhe = {
  cipherSuites: suites12((row) => row.keyExchange === "dhe" && row.authentication !== "psk"),
  groups: [...NAMED_GROUPS],
};

/** Random of a ServerHello with another end. */
const sentinel = (tail: Uint8Array): Edit =>
  serverHello((bytes) => overwrite(bytes, 4 + 2 + 24, ...tail));

/** A ServerKeyExchange of a DHE group that nobody should use, its signature left as it was. */
const weakGroup = (prime: Uint8Array): Edit =>
  change(ServerKeyExchange, (bytes) =>
    withBody(
      bytes,
      concat(
        encodeDheParameters({ prime, generator: Uint8Array.of(2), publicKey: Uint8Array.of(4) }),
        bytes.slice(-260),
      ),
    ),
  );

/** A ServerHello that names the session although it did not. */
function withSessionId(bytes: Uint8Array): Uint8Array {
  const at = 4 + 2 + 32;
  if (bytes[at] !== 0) throw new Error("the session has a name");
  return withBody(
    bytes,
    concat(bytes.subarray(4, at), Uint8Array.of(32, ...nines(32)), bytes.subarray(at + 1)),
  );
}

/** RSA, with key usage digitalSignature and nothing else. */
function signingOnly(): Uint8Array {
  const key = makeKey("rsa1024");
  const extensions = serverExtensions(key, "dns:localhost");
  return makeCertificate({ subject: "signs", issuer: "signs", key, signer: key, extensions });
}

const CASES: readonly Case[] = [
  { name: "no Certificate", edit: drop(Certificate), reason: "UnexpectedMessage" },
  { name: "no ServerKeyExchange", edit: drop(ServerKeyExchange), reason: "UnexpectedMessage" },
  {
    name: "ServerHelloDone twice",
    edit: before(ServerHelloDone, message(encodeServerHelloDone())),
    reason: "UnexpectedMessage",
  },
  {
    name: "ChangeCipherSpec skipped",
    both: { cipherSuites: suite(0xc009) },
    // The record of 68 bytes is read as plain text, and its IV as the header of a Finished.
    server: {
      random: (length) => Uint8Array.from({ length }, (_, index) => [20, 0, 0, 64][index % 4] ?? 0),
    },
    edit: onChangeCipherSpec(),
    reason: "UnexpectedMessage",
  },
  {
    name: "Finished in plain text, without ChangeCipherSpec",
    edit: both(
      onChangeCipherSpec(),
      instead(Finished, plainRecord(ContentType.Handshake, FINISHED_12)),
    ),
    reason: "UnexpectedMessage",
  },
  {
    name: "ChangeCipherSpec before ServerKeyExchange",
    edit: before(ServerKeyExchange, CCS),
    reason: "UnexpectedMessage",
  },
  {
    name: "ChangeCipherSpec before Certificate",
    edit: before(Certificate, CCS),
    reason: "UnexpectedMessage",
  },
  {
    name: "ChangeCipherSpec instead of the ticket",
    edit: drop(NewSessionTicket),
    reason: "UnexpectedMessage",
  },
  { name: "ChangeCipherSpec twice", edit: onChangeCipherSpec(CCS, CCS), reason: "RecordTooShort" },
  {
    name: "ChangeCipherSpec of another byte",
    edit: onChangeCipherSpec(record(ContentType.ChangeCipherSpec, 2)),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "ChangeCipherSpec inside a message",
    edit: onChangeCipherSpec(
      { kind: "record", type: ContentType.Handshake, content: Uint8Array.of(20, 0) },
      CCS,
    ),
    reason: "KeyChangeInsideMessage",
  },
  {
    name: "Finished before its time",
    edit: before(ServerHelloDone, message(FINISHED_12)),
    reason: "UnexpectedMessage",
  },
  {
    name: "application data in plain text",
    edit: before(Certificate, data(1)),
    reason: "UnexpectedRecord",
  },
  {
    name: "ticket that was not promised",
    server: { ticketKeys: null },
    edit: onChangeCipherSpec(
      message(encodeNewSessionTicket12({ lifetimeHint: 0, ticket: Uint8Array.of(1) })),
      { kind: "change-cipher-spec" },
    ),
    reason: "UnexpectedMessage",
  },
  {
    name: "status that was not promised",
    edit: before(ServerKeyExchange, message(encodeCertificateStatus(Uint8Array.of(1)))),
    reason: "UnexpectedMessage",
  },
  {
    name: "ticket before its time",
    edit: before(
      ServerHelloDone,
      message(encodeNewSessionTicket12({ lifetimeHint: 0, ticket: Uint8Array.of(1) })),
    ),
    reason: "UnexpectedMessage",
  },
  {
    name: "signature of ServerKeyExchange that is wrong",
    edit: change(ServerKeyExchange, (b) => flip(b, -1)),
    reason: "BadSignature",
  },
  {
    name: "share that was not signed",
    edit: change(ServerKeyExchange, (b) => flip(b, 30)),
    reason: "BadSignature",
  },
  {
    name: "share for a group that was not offered",
    edit: change(ServerKeyExchange, (b) => overwrite(b, 5, 0, 0x1e)),
    reason: "UnofferedGroup",
  },
  {
    name: "explicit curve",
    edit: change(ServerKeyExchange, (b) => overwrite(b, 4, 1)),
    reason: "ForbiddenValue",
  },
  {
    name: "signature scheme that was not offered",
    edit: change(ServerKeyExchange, (b) => overwrite(b, 40, 2, 3)),
    reason: "UnofferedSignatureScheme",
  },
  {
    name: "signature scheme of another kind of key",
    edit: change(ServerKeyExchange, (b) => overwrite(b, 40, 8, 4)),
    reason: "SignatureSchemeKeyMismatch",
  },
  {
    name: "DHE group of 1024 bits",
    both: dhe,
    server: rsa,
    edit: weakGroup(new Uint8Array(128).fill(0xff)),
    reason: "WeakKeyExchange",
  },
  {
    name: "DHE group that costs time",
    both: dhe,
    server: rsa,
    edit: weakGroup(new Uint8Array(1025).fill(0xff)),
    reason: "WeakKeyExchange",
  },
  {
    name: "DHE group that is none: its signature is looked at first",
    both: dhe,
    server: rsa,
    edit: weakGroup(new Uint8Array(256).fill(0xfe)),
    reason: "BadSignature",
  },
  {
    name: "certificate of another kind of key",
    edit: change(Certificate, () => encodeCertificate12(identity("rsa").chain)),
    reason: "ForbiddenValue",
  },
  {
    name: "certificate that may only sign, for static RSA",
    both: { cipherSuites: suites12(({ keyExchange }) => keyExchange === "rsa") },
    server: rsa,
    edit: change(Certificate, () => encodeCertificate12([signingOnly()])),
    reason: "WrongCertificateUsage",
  },
  {
    name: "certificate that cannot encipher, for static RSA",
    both: { cipherSuites: suites12(({ keyExchange }) => keyExchange === "rsa") },
    server: rsa,
    edit: change(Certificate, () => encodeCertificate12(identity("rsa-pss").chain)),
    reason: "WrongCertificateUsage",
  },
  {
    name: "no certificate at all",
    edit: change(Certificate, () => encodeCertificate12([])),
    reason: "EmptyCertificate",
  },
  {
    name: "suite that was not offered",
    edit: serverHello((b) => overwrite(b, suiteOffset(b), 0xc0, 0x0a)),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "suite of TLS 1.3",
    both: either,
    server: tls12,
    edit: serverHello((b) => overwrite(b, suiteOffset(b), 0x13, 0x01)),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "version that was not offered",
    edit: serverHello((b) => overwrite(b, 4, 3, 1)),
    reason: "NoCommonVersion",
  },
  {
    name: "version above what was offered",
    edit: serverHello((b) => overwrite(b, 4, 3, 4)),
    reason: "NoCommonVersion",
  },
  {
    name: "supported_versions to a client that did not send it",
    edit: serverHello((b) => withExtension(b, ExtensionType.SupportedVersions, 3, 4)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "key_share",
    edit: serverHello((b) => withExtension(b, ExtensionType.KeyShare, 0, 0x1d, 0, 1, 1)),
    reason: "MisplacedExtension",
  },
  {
    name: "extension twice",
    edit: serverHello((b) => withDouble(b, ExtensionType.ExtendedMasterSecret)),
    reason: "DuplicateExtension",
  },
  {
    name: "encrypt-then-MAC that was not offered",
    edit: serverHello((b) => withExtension(b, ExtensionType.EncryptThenMac)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "encrypt-then-MAC for an AEAD",
    client: { cipherSuites: suites12(({ authentication }) => authentication === "ecdsa") },
    edit: serverHello((b) => withExtension(b, ExtensionType.EncryptThenMac)),
    reason: "ForbiddenValue",
  },
  {
    name: "renegotiation_info that is not empty",
    edit: serverHello((b) => withContents(b, ExtensionType.RenegotiationInfo, 1, 7)),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "no extended master secret where it is required",
    client: { extendedMasterSecret: "require" },
    server: { extendedMasterSecret: "off" },
    reason: "ExtendedMasterSecretRequired",
  },
  {
    name: "triple handshake: a session without the extended master secret is not kept",
    server: { extendedMasterSecret: "off" },
    lie: (bytes) => (bytes[0] === ServerHello ? withSessionId(bytes) : bytes),
    reason: null,
    check: ({ configurations: { client } }) => {
      if (client.sessionStore?.get(client.sessionKey) !== null) throw new Error("it was kept");
    },
  },
  {
    name: "triple handshake: resumption without the extended master secret",
    resumed: {},
    edit: serverHello((b) => withoutExtension(b, ExtensionType.ExtendedMasterSecret)),
    reason: "ResumptionMismatch",
  },
  {
    name: "resumption with another suite",
    resumed: {},
    edit: serverHello((b) => overwrite(b, suiteOffset(b), 0xc0, 0x2b)),
    reason: "ResumptionMismatch",
  },
  {
    name: "resumption that was not asked for",
    edit: (item) => (item.kind === "message" && item.bytes[0] === Certificate ? [CCS] : [item]),
    reason: "UnexpectedMessage",
  },
  {
    name: "downgrade from TLS 1.3",
    both: either,
    server: tls12,
    edit: sentinel(DOWNGRADE_TLS12),
    reason: "DowngradeDetected",
  },
  {
    name: "downgrade from TLS 1.2 or 1.3 to below",
    both: either,
    server: tls12,
    edit: sentinel(DOWNGRADE_TLS11),
    reason: "DowngradeDetected",
  },
  {
    name: "sentinel for TLS 1.1 to a client of TLS 1.2",
    edit: sentinel(DOWNGRADE_TLS11),
    reason: "DowngradeDetected",
  },
  {
    name: "sentinel of a server of both, to a client of TLS 1.2",
    both: either,
    client: tls12,
    reason: null,
  },
  {
    name: "HelloRetryRequest",
    edit: serverHello((b) => overwrite(b, 6, ...HELLO_RETRY_RANDOM)),
    reason: "MisplacedExtension",
  },
  { name: "TLS 1.2 with encrypt-then-MAC", both: cbc, reason: null },
  {
    name: "TLS 1.2 without extensions of the server",
    both: { extendedMasterSecret: "off", sessionStore: null },
    reason: null,
  },
  {
    name: "warning alert is passed over",
    edit: before(Certificate, alert(1, 112)),
    reason: null,
  },
  {
    name: "warning alerts without end",
    edit: before(Certificate, ...new Array(5).fill(alert(1, 112))),
    reason: "TooManyWarningAlerts",
  },
  {
    name: "no_renegotiation in a first handshake is a warning like another",
    edit: before(Certificate, alert(1, 100)),
    reason: null,
  },
  {
    name: "record longer than the limit",
    edit: before(Certificate, plainRecord(ContentType.Handshake, new Uint8Array(0), 16384 + 2049)),
    reason: "RecordTooLong",
  },
];

export const ATTACKS_12_CLIENT: readonly Attack[] = table(
  "TLS 1.2 client",
  { victim: "client", both: tls12 },
  CASES,
);
