/**
 * Peers that break TLS 1.2 by keys agreed on outside it, by name (RFC 4279, 5489, 8442), and what must not be taken for one
 * another: keys and certificates, one key and another, in sessions and renegotiations too.
 */
import { concat, equalBytes } from "../../src/bytes/byte-arrays.ts";
import { utf8 } from "../../src/bytes/text.ts";
import { pskAuthentication } from "../../src/handshake/client/tls12/psk-authentication.ts";
import type { ExternalPsk } from "../../src/handshake/pre-shared-key.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { encodeCertificate12, encodeCertificateStatus } from "../../src/wire/certificate.ts";
import { encodeCertificateRequest12 } from "../../src/wire/certificate-request.ts";
import { encodeServerHelloDone } from "../../src/wire/empty-messages.ts";
import { encodeDheParameters } from "../../src/wire/key-exchange-12.ts";
import { type Changes, groupNamed } from "../support/configurations.ts";
import {
  before,
  both,
  change,
  drop,
  flip,
  instead,
  message,
  overwrite,
  suiteOffset,
  withBody,
  withHello,
} from "../support/edits.ts";
import { identity } from "../support/identities.ts";
import { type AttackRun, type Edit, plainRecord } from "../support/malicious-peer.ts";
import { METER_KEY } from "../support/pre-shared-keys.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  clientHello,
  FINISHED_12,
  nobody,
  notResumed,
  own,
  renegotiable,
  renegotiate,
  resumed,
  serverHello,
  suite,
  tls12,
} from "./attack-kit.ts";

const { Certificate, CertificateVerify, ClientKeyExchange, Finished } = HandshakeType;
const { ServerHelloDone, ServerKeyExchange } = HandshakeType;

const ECDHE_PSK = 0xd001;
const DHE_PSK = 0x00aa;
const PSK = 0x00a8;
const ECDHE_ECDSA = 0xc02b;
const PSK_CBC = 0x00ae;

const OTHER: ExternalPsk = { ...METER_KEY, key: new Uint8Array(32).fill(9) };
const STRANGER: ExternalPsk = { ...METER_KEY, identity: utf8("meter 8") };
const NAMELESS: ExternalPsk = { ...METER_KEY, identity: new Uint8Array(0) };
/** One message of it fits the limit of no handshake message. */
const LONG: ExternalPsk = { ...METER_KEY, identity: new Uint8Array(0xffff).fill(0x61) };

const having = (key: ExternalPsk): Changes => ({ pskProof: pskAuthentication(() => key) });
/** Knows one key by its name. */
const knowing = (key: ExternalPsk, more: Changes = {}): Changes => ({
  selectPreSharedKey: (name) => (equalBytes(name, key.identity) ? key : null),
  ...more,
});
const METER = { client: having(METER_KEY), server: knowing(METER_KEY, { identities: [] }) };

const suites = (...codes: readonly number[]): Changes => ({
  ...tls12,
  cipherSuites: codes.flatMap(suite),
});
/** The ClientHello as sent offers only these. */
const offering = (nth: number, ...codes: readonly number[]): Edit =>
  clientHello((b) => withHello(b, () => ({ cipherSuites: codes })), nth);
const P256 = { groups: [groupNamed("secp256r1")] };

const byMeter = ({ victim }: AttackRun): void => {
  const name = victim.facts.pskIdentity;
  if (name === null || !equalBytes(name, METER_KEY.identity)) throw new Error("not by the key");
  if (victim.facts.peerChain.length > 0) throw new Error("there is a certificate");
};
const byCertificate = ({ victim }: AttackRun): void => {
  if (victim.facts.pskIdentity !== null) throw new Error("by the key");
};
const all =
  (...checks: readonly ((encounter: AttackRun) => void)[]) =>
  (encounter: AttackRun): void => {
    for (const check of checks) check(encounter);
  };

/** One key after the other, for each connection anew. */
const inTurn = (...keys: readonly [ExternalPsk, ExternalPsk]): Changes => {
  let asked = 0;
  return { pskProof: pskAuthentication(() => keys[asked++ % 2] ?? keys[0]) };
};

const UNHARMED: readonly Case[] = [
  { name: "ECDHE", reason: null, check: byMeter },
  { name: "DHE", both: { ...suites(DHE_PSK), groups: [groupNamed("ffdhe2048")] }, reason: null },
  { name: "plain", both: suites(PSK), reason: null, check: byMeter },
  { name: "a hint", both: suites(PSK), server: { pskHint: utf8("meters") }, reason: null },
  {
    name: "without the extended master secret",
    both: { ...suites(PSK), extendedMasterSecret: "off" },
    reason: null,
  },
  {
    name: "without encrypt-then-MAC",
    both: { ...suites(PSK_CBC), encryptThenMac: false },
    reason: null,
  },
  {
    name: "a server that asks for certificates asks for none",
    server: { requestClientCertificate: true },
    client: own,
    reason: null,
    check: byMeter,
  },
];

const TO_SERVER: readonly Case[] = [
  ...UNHARMED,
  { name: "another key of that name", client: having(OTHER), reason: "BadRecordMac" },
  {
    name: "another key of that name, plain",
    both: suites(PSK),
    client: having(OTHER),
    reason: "BadRecordMac",
  },
  {
    name: "no key, Finished in clear",
    client: having(OTHER),
    edit: instead(Finished, plainRecord(ContentType.Handshake, FINISHED_12)),
    reason: "RecordTooShort",
  },
  { name: "a name that is not known", client: having(STRANGER), reason: "UnknownPskIdentity" },
  { name: "no name", client: having(NAMELESS), reason: "UnknownPskIdentity" },
  { name: "a name of 65535 bytes", client: having(LONG), reason: "MessageTooLong" },
  {
    name: "a name longer than the message",
    edit: change(ClientKeyExchange, (b) => withBody(b, Uint8Array.of(0, 9, 1))),
    reason: "MalformedMessage",
  },
  {
    name: "a share without a name",
    edit: change(ClientKeyExchange, (b) => withBody(b, b.slice(4 + 2 + METER_KEY.identity.length))),
    reason: "MalformedMessage",
  },
  {
    name: "a name without a share",
    edit: change(ClientKeyExchange, (b) => withBody(b, b.slice(4, 6 + METER_KEY.identity.length))),
    reason: "MalformedMessage",
  },
  {
    name: "a share in plain PSK",
    both: suites(PSK),
    edit: change(ClientKeyExchange, (b) => withBody(b, concat(b.slice(4), Uint8Array.of(1, 7)))),
    reason: "MalformedMessage",
  },
  {
    name: "a point that is not on the curve",
    both: { ...suites(ECDHE_PSK), ...P256 },
    edit: change(ClientKeyExchange, (b) => flip(b, -1)),
    reason: "BadKeyShare",
  },
  {
    name: "a Certificate",
    client: own,
    edit: before(ClientKeyExchange, message(encodeCertificate12(identity("p256-other").chain))),
    reason: "UnexpectedMessage",
  },
  {
    name: "a CertificateVerify",
    edit: (item) =>
      item.kind === "change-cipher-spec"
        ? [message(Uint8Array.of(CertificateVerify, 0, 0, 4, 4, 3, 0, 0)), item]
        : [item],
    reason: "UnexpectedMessage",
  },
  {
    name: "a server that knows no keys",
    both: suites(ECDHE_PSK, ECDHE_ECDSA),
    server: { identities: ["p256"], selectPreSharedKey: null },
    edit: offering(0, ECDHE_PSK),
    reason: "NoCommonCipherSuite",
  },
  {
    name: "a server that knows no keys and has no certificate",
    server: { selectPreSharedKey: null },
    reason: "NoUsableCredential",
  },
  {
    name: "a server that demands a certificate is not content with a key",
    server: {
      identities: ["p256"],
      requestClientCertificate: true,
      requireClientCertificate: true,
    },
    client: own,
    reason: "NoCommonCipherSuite",
  },
  {
    name: "a server that demands a certificate takes another suite",
    both: suites(ECDHE_PSK, ECDHE_ECDSA),
    server: {
      identities: ["p256"],
      requestClientCertificate: true,
      requireClientCertificate: true,
    },
    client: own,
    reason: null,
    check: byCertificate,
  },
  {
    name: "a name where the suite has certificates",
    both: suites(ECDHE_ECDSA),
    server: { identities: ["p256"] },
    edit: change(ClientKeyExchange, (b) =>
      withBody(b, concat(Uint8Array.of(0, 1, 0x61), b.slice(4))),
    ),
    reason: "MalformedMessage",
  },
];

const dheExchange = (prime: number): Uint8Array =>
  concat(
    Uint8Array.of(0, 0),
    encodeDheParameters({
      prime: new Uint8Array(prime).fill(0xff),
      generator: Uint8Array.of(2),
      publicKey: Uint8Array.of(9),
    }),
  );

const TO_CLIENT: readonly Case[] = [
  ...UNHARMED,
  {
    name: "a PSK suite for a client that has no key",
    both: suites(ECDHE_ECDSA),
    server: { identities: ["p256"] },
    edit: serverHello((b) => overwrite(b, suiteOffset(b), ECDHE_PSK >> 8, ECDHE_PSK & 0xff)),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "a suite with certificates by a server that nobody knows",
    both: suites(ECDHE_PSK, ECDHE_ECDSA),
    client: { ...having(METER_KEY), ...nobody },
    server: { identities: ["p256"], selectPreSharedKey: null },
    reason: "UnknownIssuer",
  },
  {
    name: "a suite with certificates, and ServerKeyExchange by the key",
    both: suites(ECDHE_PSK, ECDHE_ECDSA),
    server: { identities: ["p256"], selectPreSharedKey: null },
    edit: change(ServerKeyExchange, (b) =>
      withBody(b, concat(Uint8Array.of(0, 0), b.slice(4, 4 + 4 + (b[7] ?? 0)))),
    ),
    reason: "ForbiddenValue",
  },
  {
    name: "a suite with certificates, and no Certificate",
    both: suites(ECDHE_PSK, ECDHE_ECDSA),
    server: { identities: ["p256"], selectPreSharedKey: null },
    edit: drop(Certificate),
    reason: "UnexpectedMessage",
  },
  {
    name: "a Certificate",
    edit: before(ServerKeyExchange, message(encodeCertificate12(identity("p256").chain))),
    reason: "UnexpectedMessage",
  },
  {
    name: "a CertificateStatus",
    edit: before(ServerKeyExchange, message(encodeCertificateStatus(Uint8Array.of(0x30, 0)))),
    reason: "UnexpectedMessage",
  },
  {
    name: "a CertificateRequest",
    edit: before(
      ServerHelloDone,
      message(
        encodeCertificateRequest12({
          certificateTypes: [64],
          signatureAlgorithms: [0x0403],
          authorities: [],
        }),
      ),
    ),
    reason: "UnexpectedMessage",
  },
  {
    name: "a Finished that is made up",
    edit: change(Finished, () => FINISHED_12),
    reason: "BadFinished",
  },
  { name: "no ServerKeyExchange", edit: drop(ServerKeyExchange), reason: "UnexpectedMessage" },
  {
    name: "ServerKeyExchange twice",
    edit: (item) =>
      item.kind === "message" && item.bytes[0] === ServerKeyExchange ? [item, item] : [item],
    reason: "UnexpectedMessage",
  },
  {
    name: "ServerHelloDone twice, plain",
    both: suites(PSK),
    edit: before(ServerHelloDone, message(encodeServerHelloDone())),
    reason: "UnexpectedMessage",
  },
  {
    name: "parameters in plain PSK",
    both: suites(PSK),
    server: { pskHint: utf8("meters") },
    edit: change(ServerKeyExchange, (b) =>
      withBody(b, concat(b.slice(4), Uint8Array.of(3, 0, 29))),
    ),
    reason: "MalformedMessage",
  },
  {
    name: "a hint longer than the message",
    both: suites(PSK),
    server: { pskHint: utf8("meters") },
    edit: change(ServerKeyExchange, (b) => withBody(b, Uint8Array.of(0, 9, 1))),
    reason: "MalformedMessage",
  },
  {
    name: "a hint of 65535 bytes",
    server: { pskHint: new Uint8Array(0xffff) },
    reason: "MessageTooLong",
  },
  {
    name: "a hint that there is no key for",
    client: { pskProof: pskAuthentication((hint) => (hint === null ? METER_KEY : null)) },
    server: { pskHint: utf8("meters") },
    reason: "NoUsableCredential",
  },
  {
    name: "a signature after the parameters",
    edit: change(ServerKeyExchange, (b) =>
      withBody(b, concat(b.slice(4), Uint8Array.of(4, 3, 0, 1, 7))),
    ),
    reason: "MalformedMessage",
  },
  {
    name: "a point that is not on the curve",
    both: { ...suites(ECDHE_PSK), ...P256 },
    edit: change(ServerKeyExchange, (b) => flip(b, -1)),
    reason: "BadKeyShare",
  },
  {
    name: "a group that was not offered",
    client: P256,
    edit: change(ServerKeyExchange, (b) => overwrite(b, 4 + 2 + 1, 0, 29)),
    reason: "UnofferedGroup",
  },
  {
    name: "a curve in full",
    edit: change(ServerKeyExchange, (b) => overwrite(b, 4 + 2, 1)),
    reason: "ForbiddenValue",
  },
  {
    name: "a prime of 1024 bits",
    both: { ...suites(DHE_PSK), groups: [groupNamed("ffdhe2048")] },
    edit: change(ServerKeyExchange, (b) => withBody(b, dheExchange(128))),
    reason: "WeakKeyExchange",
  },
];

/** What a server may not resume. */
const SESSIONS: readonly Case[] = [
  { name: "resumed", reason: null, check: all(resumed, byMeter) },
  {
    name: "made by another key of that name, not resumed",
    resumed: { client: having(OTHER), server: knowing(OTHER) },
    reason: null,
    check: all(notResumed, byMeter),
  },
  {
    name: "of a name that is not known any more, not resumed",
    resumed: { client: having(STRANGER), server: knowing(STRANGER) },
    reason: null,
    check: all(notResumed, byMeter),
  },
  {
    name: "of a name that is not known any more, and nothing else",
    client: having(STRANGER),
    resumed: { server: knowing(STRANGER) },
    reason: "UnknownPskIdentity",
  },
  {
    name: "not resumed where a certificate is demanded now",
    both: suites(ECDHE_PSK, ECDHE_ECDSA),
    client: { ...having(METER_KEY), ...own },
    server: {
      identities: ["p256"],
      requestClientCertificate: true,
      requireClientCertificate: true,
    },
    resumed: { server: { requestClientCertificate: false, requireClientCertificate: false } },
    reason: null,
    check: all(notResumed, byCertificate),
  },
  {
    name: "made by a certificate, not resumed by the key",
    both: suites(ECDHE_PSK, ECDHE_ECDSA),
    server: { identities: ["p256"] },
    resumed: { server: { selectPreSharedKey: null } },
    forge: () => ({ pskIdentity: METER_KEY.identity, suite: suite(ECDHE_PSK)[0] as never }),
    edit: offering(0, ECDHE_PSK),
    reason: null,
    check: all(notResumed, byMeter),
  },
];

const SAME: Case = { name: "the same key", reason: null, check: byMeter };
const EITHER: Changes = {
  ...renegotiable,
  cipherSuites: [ECDHE_PSK, ECDHE_ECDSA].flatMap(suite),
};

/** The attacker has forgotten whom it spoke with, so that it does not refuse what it is to do. */
const forgetful = (encounter: AttackRun): void => {
  encounter.impostor.facts.peerChain = [];
  encounter.impostor.facts.pskIdentity = null;
  renegotiate(1)(encounter);
};
/** The order that a server chooses in, which it turns round: from a key to a certificate, next time back. */
const turning = [...(EITHER.cipherSuites ?? [])];

const RENEGOTIATIONS_TO_CLIENT: readonly Case[] = [
  SAME,
  {
    name: "our caller has another key",
    client: inTurn(METER_KEY, STRANGER),
    reason: "RenegotiatedIdentityChanged",
  },
  {
    name: "from the key to a certificate, or back",
    both: EITHER,
    server: { identities: ["p256"], cipherSuites: turning },
    later: (encounter) => {
      turning.reverse();
      forgetful(encounter);
    },
    reason: "RenegotiatedIdentityChanged",
  },
];

const RENEGOTIATIONS_TO_SERVER: readonly Case[] = [
  SAME,
  {
    name: "another name",
    client: inTurn(METER_KEY, STRANGER),
    later: forgetful,
    reason: "RenegotiatedIdentityChanged",
  },
  {
    name: "from the key to a certificate of ours",
    both: EITHER,
    server: { identities: ["p256"] },
    edit: offering(1, ECDHE_ECDSA),
    reason: "RenegotiatedIdentityChanged",
  },
  {
    name: "from the client's certificate to the key",
    both: EITHER,
    client: own,
    server: { identities: ["p256"], requestClientCertificate: true },
    edit: both(offering(0, ECDHE_ECDSA), offering(1, ECDHE_PSK)),
    later: forgetful,
    reason: "RenegotiatedIdentityChanged",
  },
  {
    name: "from nobody to the key",
    both: EITHER,
    server: { identities: ["p256"] },
    edit: both(offering(0, ECDHE_ECDSA), offering(1, ECDHE_PSK)),
    later: forgetful,
    reason: null,
    check: byMeter,
  },
];

const common = { ...METER, both: suites(ECDHE_PSK) };
const again = {
  ...METER,
  server: { identities: [], selectPreSharedKey: () => METER_KEY },
  both: { ...renegotiable, cipherSuites: suite(ECDHE_PSK) },
  later: renegotiate(1),
};
const kept = { ...common, victim: "server", resumed: {} } as const;

export const ATTACKS_12_PSK: readonly Attack[] = [
  ...table("TLS 1.2 server with keys", { ...common, victim: "server" }, TO_SERVER),
  ...table("TLS 1.2 client with keys", { ...common, victim: "client" }, TO_CLIENT),
  ...table("ticket by a key", kept, SESSIONS),
  ...table(
    "session id by a key",
    { ...kept, server: { ...METER.server, ticketCount: 0 } },
    SESSIONS,
  ),
  ...table(
    "TLS 1.2 client with keys, renegotiation",
    { ...again, victim: "client" },
    RENEGOTIATIONS_TO_CLIENT,
  ),
  ...table(
    "TLS 1.2 server with keys, renegotiation",
    { ...again, victim: "server" },
    RENEGOTIATIONS_TO_SERVER,
  ),
];
