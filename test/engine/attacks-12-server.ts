/**
 * Clients that break TLS 1.2, by name (RFC 5246, 5077, 5746, 7366, 7507, 7627, 8422), and clients that only look odd.
 */
import type { FlightItem } from "../../src/handshake/flight.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import { TicketKeys } from "../../src/handshake/ticket.ts";
import {
  CIPHER_SUITES,
  EMPTY_RENEGOTIATION_INFO_SCSV,
  FALLBACK_SCSV,
} from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { DEFAULT_CLIENT_LIMITS } from "../../src/protocol/limits.ts";
import { SIGNATURE_SCHEMES } from "../../src/protocol/signature-scheme.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { encodeCertificate12 } from "../../src/wire/certificate.ts";
import { credentialOf, groupNamed, NOW } from "../support/configurations.ts";
import {
  before,
  both,
  change,
  drop,
  flip,
  forgingStore,
  instead,
  message,
  onChangeCipherSpec,
  withBody,
  withContents,
  withDouble,
  withExtension,
  withHello,
  withoutExtension,
} from "../support/edits.ts";
import { type Edit, type Encounter, type Item, plainRecord, record } from "../support/impostor.ts";
import type { Attack } from "./attack.ts";

const { ClientHello, Certificate, ClientKeyExchange, CertificateVerify, Finished } = HandshakeType;
const tls12 = { versions: [TLS12] } as const;
const CCS = record(ContentType.ChangeCipherSpec, 1);
const mutual = { requestClientCertificate: true, requireClientCertificate: true };
const own = { credentials: [credentialOf("p256-other")] };
const renegotiable = { ...tls12, allowRenegotiation: true };
const suites = (wanted: (row: (typeof CIPHER_SUITES)[number]) => boolean) =>
  CIPHER_SUITES.filter((row) => row.version === TLS12 && wanted(row));
const cbc = suites(({ mac, authentication }) => mac !== null && authentication === "ecdsa");

const hello = (how: (bytes: Uint8Array) => Uint8Array, nth: number | null = 0): Edit =>
  change(ClientHello, how, nth);

const resumed = (encounter: Encounter): void => {
  if (!encounter.victim.facts.resumed) throw new Error("the session was not resumed");
};
const notResumed = (encounter: Encounter): void => {
  if (encounter.victim.facts.resumed) throw new Error("the session was resumed");
};
/** The last alert that came is a warning: no_renegotiation. */
const refusedToRenegotiate = ({ impostor }: Encounter): void => {
  const [level, description] = impostor.alerts.at(-1) ?? [];
  if (level !== 1 || description !== 100) throw new Error(`alert ${level}, ${description}`);
};

const forger = (how: Parameters<typeof forgingStore>[1]): NonNullable<Attack["client"]> => ({
  sessionStore: forgingStore(new MemorySessionStore(() => NOW), how),
});
const otherKeys = (): TicketKeys => new TicketKeys(nodeProvider, nodeProvider.random, () => NOW);

/** The client's wish, some times. */
const renegotiate =
  (times: number): NonNullable<Attack["later"]> =>
  (encounter) => {
    const { driver } = encounter.impostor;
    for (let count = 0; count < times && driver.state !== null; count++) {
      driver.run((flight) => driver.state?.renegotiate?.(flight) ?? stuck());
      encounter.pump();
    }
  };

/** Sends something before the second message of a type. */
function beforeSecond(type: number, ...items: readonly Item[]): Edit {
  let seen = 0;
  return (item) =>
    item.kind === "message" && item.bytes[0] === type && seen++ === 1 ? [...items, item] : [item];
}

function stuck(): never {
  throw new Error("the client cannot renegotiate");
}

type Case = Omit<Attack, "victim">;

const FLIGHTS: readonly Case[] = [
  { name: "no ClientKeyExchange", edit: drop(ClientKeyExchange), reason: "UnexpectedMessage" },
  {
    name: "ClientKeyExchange twice",
    edit: (item: FlightItem) =>
      item.kind === "message" && item.bytes[0] === ClientKeyExchange ? [item, item] : [item],
    reason: "UnexpectedMessage",
  },
  {
    name: "point that is none",
    edit: change(ClientKeyExchange, (b) =>
      withBody(b, Uint8Array.of(32, ...new Array<number>(32).fill(0))),
    ),
    reason: "BadKeyShare",
  },
  {
    name: "point that is not on the curve",
    both: { ...tls12, groups: [groupNamed("secp256r1")] },
    edit: change(ClientKeyExchange, (b) => flip(b, -1)),
    reason: "BadKeyShare",
  },
  {
    name: "compressed point",
    both: { ...tls12, groups: [groupNamed("secp256r1")] },
    edit: change(ClientKeyExchange, (b) => withBody(b, Uint8Array.of(33, 2, ...b.slice(6, 38)))),
    reason: "BadKeyShare",
  },
  {
    name: "ChangeCipherSpec before ClientKeyExchange",
    edit: before(ClientKeyExchange, CCS),
    reason: "UnexpectedMessage",
  },
  { name: "ChangeCipherSpec skipped", edit: onChangeCipherSpec(), reason: "UnexpectedMessage" },
  {
    name: "plain Finished without ChangeCipherSpec",
    edit: both(
      onChangeCipherSpec(),
      instead(
        Finished,
        plainRecord(
          ContentType.Handshake,
          Uint8Array.of(20, 0, 0, 12, ...new Array<number>(12).fill(0)),
        ),
      ),
    ),
    reason: "UnexpectedMessage",
  },
  {
    name: "ChangeCipherSpec of two bytes",
    edit: onChangeCipherSpec(record(ContentType.ChangeCipherSpec, 1, 1)),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "Finished that is wrong",
    edit: change(Finished, (b) => flip(b, -1)),
    reason: "BadFinished",
  },
  {
    name: "Finished too long",
    edit: change(Finished, (b) => withBody(b, Uint8Array.of(...b.slice(4), 0))),
    reason: "MalformedMessage",
  },
  {
    name: "message behind Finished in its record",
    edit: change(Finished, (b) => Uint8Array.of(...b, 1, 0, 0, 0)),
    reason: "UnexpectedMessage",
  },
  {
    name: "application data before Finished",
    edit: before(Finished, record(ContentType.ApplicationData, 1)),
    reason: "UnexpectedRecord",
  },
  {
    name: "no Certificate where one is requested",
    server: mutual,
    client: own,
    edit: drop(Certificate, CertificateVerify),
    reason: "UnexpectedMessage",
  },
  {
    name: "empty Certificate where one is required",
    server: mutual,
    reason: "ClientCertificateMissing",
  },
  {
    name: "no CertificateVerify",
    server: mutual,
    client: own,
    edit: drop(CertificateVerify),
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateVerify that is wrong",
    server: mutual,
    client: own,
    edit: change(CertificateVerify, (b) => flip(b, -1)),
    reason: "BadSignature",
  },
  {
    name: "CertificateVerify of a certificate that was not sent",
    server: { requestClientCertificate: true },
    client: own,
    edit: change(Certificate, () => encodeCertificate12([])),
    reason: "UnexpectedMessage",
  },
  {
    name: "client certificate of nobody",
    server: {
      ...mutual,
      verifier: {
        verify: () => ({ ok: false, reason: "UnknownIssuer", message: "nobody knows it" }),
      },
    },
    client: own,
    reason: "UnknownIssuer",
  },
  {
    name: "Certificate that was not requested",
    edit: before(ClientKeyExchange, message(encodeCertificate12([]))),
    reason: "UnexpectedMessage",
  },
].map((one) => ({ both: { ...tls12 }, ...one }) as Case);

const HELLOS: readonly Case[] = [
  {
    name: "version below TLS 1.2",
    edit: hello((b) => withHello(b, () => ({ legacyVersion: 0x0302 }))),
    reason: "NoCommonVersion",
  },
  {
    name: "SSL 3.0",
    edit: hello((b) => withHello(b, () => ({ legacyVersion: 0x0300 }))),
    reason: "NoCommonVersion",
  },
  {
    name: "version of tomorrow leads to TLS 1.2",
    edit: hello((b) => withHello(b, () => ({ legacyVersion: 0x0305 }))),
    reason: null,
  },
  {
    name: "fallback though both sides speak TLS 1.3",
    both: {},
    client: tls12,
    edit: hello((b) =>
      withHello(b, ({ cipherSuites }) => ({ cipherSuites: [...cipherSuites, FALLBACK_SCSV] })),
    ),
    reason: "InappropriateFallback",
  },
  {
    name: "fallback to the best that the server has is fine",
    server: tls12,
    edit: hello((b) =>
      withHello(b, ({ cipherSuites }) => ({ cipherSuites: [...cipherSuites, FALLBACK_SCSV] })),
    ),
    reason: null,
  },
  {
    name: "no null compression",
    edit: hello((b) => withHello(b, () => ({ compressionMethods: Uint8Array.of(1) }))),
    reason: "ForbiddenCompression",
  },
  {
    name: "compression beside null is fine",
    edit: hello((b) => withHello(b, () => ({ compressionMethods: Uint8Array.of(1, 0) }))),
    reason: null,
  },
  {
    name: "no suite in common",
    client: { cipherSuites: suites(({ code }) => code === 0xc02b) },
    server: { cipherSuites: suites(({ code }) => code === 0xc02c) },
    reason: "NoCommonCipherSuite",
  },
  {
    name: "no group in common",
    client: { groups: [groupNamed("x25519")] },
    server: { groups: [groupNamed("secp384r1")] },
    reason: "NoCommonCipherSuite",
  },
  {
    name: "no certificate for the suites",
    client: { cipherSuites: suites(({ authentication }) => authentication === "rsa") },
    server: { credentials: [credentialOf("p256")] },
    reason: "NoCommonCipherSuite",
  },
  {
    name: "a server without certificate",
    server: { credentials: [] },
    reason: "NoUsableCredential",
  },
  {
    name: "no application protocol in common",
    client: { alpnProtocols: ["h3"] },
    server: { alpnProtocols: ["h2"] },
    reason: "NoCommonApplicationProtocol",
  },
  {
    name: "points without the uncompressed form",
    edit: hello((b) => withContents(b, ExtensionType.EcPointFormats, 1, 1)),
    reason: "ForbiddenValue",
  },
  {
    name: "extension twice",
    edit: hello((b) => withDouble(b, ExtensionType.ExtendedMasterSecret)),
    reason: "DuplicateExtension",
  },
  {
    name: "renegotiation_info that is not empty",
    edit: hello((b) => withContents(b, ExtensionType.RenegotiationInfo, 1, 7)),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "the signalling suite instead of renegotiation_info is fine",
    edit: hello((b) =>
      withHello(b, ({ cipherSuites }) => ({
        cipherSuites: [...cipherSuites, EMPTY_RENEGOTIATION_INFO_SCSV],
      })),
    ),
    reason: null,
    check: ({ victim }: Encounter) => {
      if (!victim.facts.secureRenegotiation) throw new Error("not secure");
    },
  },
  {
    name: "no extended master secret where it is required",
    client: { extendedMasterSecret: "off" },
    server: { extendedMasterSecret: "require" },
    reason: "ExtendedMasterSecretRequired",
  },
  {
    name: "no signature_algorithms means SHA-1, which is off",
    edit: hello((b) => withoutExtension(b, ExtensionType.SignatureAlgorithms)),
    reason: "NoCommonCipherSuite",
  },
  {
    name: "no signature_algorithms means SHA-1, where it is named",
    both: {
      ...tls12,
      signingSchemes: [...SIGNATURE_SCHEMES],
      signatureSchemes: [...SIGNATURE_SCHEMES],
    },
    edit: hello((b) => withoutExtension(b, ExtensionType.SignatureAlgorithms)),
    reason: null,
    check: ({ victim }: Encounter) => {
      if (victim.facts.ownSignatureScheme?.code !== 0x0203) throw new Error("not SHA-1");
    },
  },
  {
    name: "no supported_groups leaves the choice to the server",
    edit: hello((b) => withoutExtension(b, ExtensionType.SupportedGroups)),
    reason: null,
  },
  {
    name: "GREASE everywhere is passed over",
    edit: hello((b) =>
      withExtension(
        withHello(b, ({ cipherSuites }) => ({ cipherSuites: [0x0a0a, ...cipherSuites] })),
        0x1a1a,
      ),
    ),
    reason: null,
  },
].map((one) => ({ both: { ...tls12 }, ...one }) as Case);

const SESSIONS: readonly Case[] = [
  { name: "ticket", reason: null, check: resumed },
  { name: "session id", server: { ticketCount: 0 }, reason: null, check: resumed },
  {
    name: "triple handshake: ticket without the extended master secret",
    edit: hello((b) => withoutExtension(b, ExtensionType.ExtendedMasterSecret)),
    reason: "ExtendedMasterSecretRequired",
  },
  {
    name: "triple handshake: session id without the extended master secret",
    server: { ticketCount: 0 },
    edit: hello((b) => withoutExtension(b, ExtensionType.ExtendedMasterSecret)),
    reason: "ExtendedMasterSecretRequired",
  },
  {
    name: "session without the extended master secret is not kept",
    both: { ...tls12, extendedMasterSecret: "off" },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket that was changed is not resumed",
    client: forger(({ ticket }) => ({ ticket: flip(ticket, 60) })),
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket that is garbage is not resumed",
    client: forger(() => ({ ticket: new Uint8Array(100).fill(7) })),
    reason: null,
    check: notResumed,
  },
  {
    name: "session id that nobody knows is not resumed",
    server: { ticketCount: 0 },
    client: forger(({ sessionId }) => ({ sessionId: flip(sessionId, 0) })),
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket of another name is not resumed",
    client: {
      ...forger(() => ({ serverName: "other.example" })),
      serverName: "other.example",
      verifyName: "other.example",
    },
    resumed: { client: { serverName: "localhost", verifyName: "localhost" } },
    reason: null,
    check: notResumed,
  },
  {
    name: "session id of another name is not resumed",
    server: { ticketCount: 0 },
    client: {
      ...forger(() => ({ serverName: "other.example" })),
      serverName: "other.example",
      verifyName: "other.example",
    },
    resumed: { client: { serverName: "localhost", verifyName: "localhost" } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket of another protocol is not resumed",
    both: { ...tls12, alpnProtocols: ["h2", "h3"] },
    client: { ...forger(() => ({ alpnProtocol: "h3" })), alpnProtocols: ["h3"] },
    resumed: { client: { alpnProtocols: ["h2"] } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket of another server's keys is not resumed",
    resumed: { server: { ticketKeys: otherKeys() } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket without identity is not resumed where one is required",
    server: mutual,
    client: own,
    resumed: { server: { requestClientCertificate: false, requireClientCertificate: false } },
    reason: null,
    check: notResumed,
  },
  {
    name: "ticket with identity is",
    server: mutual,
    client: own,
    reason: null,
    check: (encounter: Encounter) => {
      resumed(encounter);
      if (encounter.victim.facts.peerChain.length !== 1) throw new Error("the identity is gone");
    },
  },
  {
    name: "ticket that is too old is not resumed",
    server: { clock: () => NOW + 36_000_000 },
    resumed: { server: { clock: () => NOW } },
    reason: null,
    check: notResumed,
  },
].map((one) => ({ both: { ...tls12 }, resumed: {}, ...one }) as Case);

const RENEGOTIATIONS: readonly Case[] = [
  {
    name: "a client's renegotiation is refused and the connection goes on",
    later: renegotiate(1),
    reason: null,
    check: refusedToRenegotiate,
  },
  {
    name: "renegotiation where it is allowed",
    both: renegotiable,
    later: renegotiate(2),
    reason: null,
  },
  {
    name: "more renegotiations than the limit",
    both: renegotiable,
    client: { limits: { ...DEFAULT_CLIENT_LIMITS, renegotiations: 100 } },
    later: renegotiate(4),
    reason: "TooManyRenegotiations",
  },
  {
    name: "insecure renegotiation is refused even where it is allowed",
    both: renegotiable,
    edit: hello((b) => withoutExtension(b, ExtensionType.RenegotiationInfo)),
    later: renegotiate(1),
    reason: null,
    check: refusedToRenegotiate,
  },
  {
    name: "renegotiation without renegotiation_info",
    both: renegotiable,
    edit: hello((b) => withoutExtension(b, ExtensionType.RenegotiationInfo), 1),
    later: renegotiate(1),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "renegotiation with the signalling suite",
    both: renegotiable,
    edit: hello(
      (b) =>
        withHello(b, ({ cipherSuites }) => ({
          cipherSuites: [...cipherSuites, EMPTY_RENEGOTIATION_INFO_SCSV],
        })),
      1,
    ),
    later: renegotiate(1),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "renegotiation bound to another handshake",
    both: renegotiable,
    edit: hello(
      (b) => withContents(b, ExtensionType.RenegotiationInfo, 12, ...new Array<number>(12).fill(1)),
      1,
    ),
    later: renegotiate(1),
    reason: "RenegotiationInfoMismatch",
  },
  {
    name: "renegotiation in an older version",
    both: renegotiable,
    edit: hello((b) => withHello(b, () => ({ legacyVersion: 0x0302 })), 1),
    later: renegotiate(1),
    reason: "NoCommonVersion",
  },
  {
    name: "encrypt-then-MAC given up in a renegotiation",
    both: { ...renegotiable, cipherSuites: cbc },
    edit: hello((b) => withoutExtension(b, ExtensionType.EncryptThenMac), 1),
    later: renegotiate(1),
    reason: "ForbiddenValue",
  },
  {
    name: "another protocol in a renegotiation",
    both: { ...renegotiable, alpnProtocols: ["h2", "h3"] },
    edit: hello((b) => withContents(b, ExtensionType.Alpn, 0, 3, 2, 0x68, 0x33), 1),
    later: renegotiate(1),
    reason: "ResumptionMismatch",
  },
  {
    name: "application data amid a renegotiation",
    both: renegotiable,
    edit: beforeSecond(ClientKeyExchange, record(ContentType.ApplicationData, 1)),
    later: renegotiate(1),
    reason: "UnexpectedRecord",
  },
  {
    name: "ClientHello of TLS 1.3 for a server that turned to TLS 1.2",
    both: renegotiable,
    client: { versions: [TLS13, TLS12] },
    reason: null,
  },
].map((one) => ({ both: { ...tls12 }, ...one }) as Case);

export const ATTACKS_12_SERVER: readonly Attack[] = [
  ...FLIGHTS,
  ...HELLOS,
  ...SESSIONS,
  ...RENEGOTIATIONS,
].map((one) => ({ ...one, name: `TLS 1.2 server: ${one.name}`, victim: "server" }));
