/**
 * What servers may not say to a TLS 1.2 client in their hellos, requests and last flights, and what they may, by name
 * (RFC 5077 §3.3, RFC 5246 §7.4, RFC 6066 §8, RFC 7301, RFC 7366, RFC 8422 §5.2, RFC 8446 §D.5).
 */
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { encodeCertificateStatus } from "../../src/wire/certificate.ts";
import { encodeHelloRequest } from "../../src/wire/empty-messages.ts";
import { encodeNewSessionTicket12 } from "../../src/wire/new-session-ticket.ts";
import {
  after,
  before,
  change,
  changeExtensions,
  message,
  overwrite,
  withBody,
  withContents,
  withExtension,
  withoutExtension,
} from "../support/edits.ts";
import type { AttackRun, Edit, Lie } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  either,
  mutual,
  nines,
  own,
  rsa,
  serverHello,
  suites12,
  tls12,
  zeros,
} from "./attack-kit.ts";

const {
  Certificate,
  CertificateRequest,
  CertificateStatus,
  Finished,
  NewSessionTicket,
  ServerHello,
  ServerHelloDone,
  ServerKeyExchange,
} = HandshakeType;
const {
  Alpn,
  EcPointFormats,
  ExtendedMasterSecret,
  RenegotiationInfo,
  ServerName,
  SessionTicket,
  SignatureAlgorithms,
  SignedCertificateTimestamp,
  StatusRequest,
} = ExtensionType;

const lying =
  (type: number, how: Lie): Lie =>
  (bytes) =>
    bytes[0] === type ? how(bytes) : bytes;

/** A ServerHello that names the session that the client named. */
const echoing =
  (sessionId: readonly number[]): Lie =>
  (bytes) =>
    withBody(
      bytes,
      Uint8Array.of(
        ...bytes.subarray(4, 38),
        sessionId.length,
        ...sessionId,
        ...bytes.subarray(39 + (bytes[38] as number)),
      ),
    );

/** The client's random bytes are all the same, its session id among them. */
const constant = { random: (length: number) => new Uint8Array(length).fill(9) };

const HELLOS: readonly Case[] = [
  {
    name: "legacy_version of SSL 3.0",
    edit: serverHello((b) => overwrite(b, 4, 3, 0)),
    reason: "NoCommonVersion",
  },
  {
    name: "session id of 33 bytes",
    edit: serverHello(echoing(nines(33))),
    reason: "MalformedMessage",
  },
  {
    name: "points without the uncompressed form",
    edit: serverHello((b) => withContents(b, EcPointFormats, 1, 1)),
    reason: "ForbiddenValue",
  },
  {
    name: "points, none",
    edit: serverHello((b) => withContents(b, EcPointFormats, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "points, the uncompressed form among them",
    lie: lying(ServerHello, (b) => withContents(b, EcPointFormats, 3, 2, 1, 0)),
    reason: null,
  },
  {
    name: "resumption with another application protocol, which is negotiated anew (RFC 7301 §3.1)",
    both: { alpnProtocols: ["h2", "h3"] },
    resumed: {},
    lie: lying(ServerHello, (b) => withContents(b, Alpn, 0, 3, 2, 0x68, 0x33)),
    reason: null,
  },
  {
    name: "server_name not accepted",
    lie: lying(ServerHello, (b) => withoutExtension(b, ServerName)),
    reason: null,
  },
  {
    name: "server_name accepted with content",
    edit: serverHello((b) => withContents(b, ServerName, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "ticket in ServerHello",
    edit: serverHello((b) => withContents(b, SessionTicket, 1)),
    reason: "MalformedMessage",
  },
  {
    name: "ticket promised that was not wished for",
    client: { sessionStore: null },
    edit: serverHello((b) => withExtension(b, SessionTicket)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "extended_master_secret with content",
    edit: serverHello((b) => withContents(b, ExtendedMasterSecret, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "extended_master_secret that was not offered",
    client: { extendedMasterSecret: "off" },
    edit: serverHello((b) => withExtension(b, ExtendedMasterSecret)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "signature_algorithms",
    edit: serverHello((b) => withExtension(b, SignatureAlgorithms, 0, 2, 4, 3)),
    reason: "MisplacedExtension",
  },
  {
    name: "timestamps that were not asked for",
    edit: serverHello((b) => withExtension(b, SignedCertificateTimestamp, 0, 0)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "ALPN that was not offered",
    edit: serverHello((b) => withExtension(b, Alpn, 0, 3, 2, 0x68, 0x32)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "ALPN choice outside the offer",
    both: { alpnProtocols: ["h2"] },
    edit: serverHello((b) => withContents(b, Alpn, 0, 3, 2, 0x68, 0x33)),
    reason: "UnofferedApplicationProtocol",
  },
  {
    name: "two ALPN choices",
    both: { alpnProtocols: ["h2"] },
    edit: serverHello((b) => withContents(b, Alpn, 0, 6, 2, 0x68, 0x32, 2, 0x68, 0x32)),
    reason: "ForbiddenValue",
  },
  {
    name: "no ALPN choice",
    both: { alpnProtocols: ["h2"] },
    edit: serverHello((b) => withContents(b, Alpn, 0, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "status promised that was not asked for",
    client: { requestOcsp: false },
    edit: serverHello((b) => withExtension(b, StatusRequest)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "status promised with content",
    edit: serverHello((b) => withExtension(b, StatusRequest, 1)),
    reason: "MalformedMessage",
  },
  {
    name: "renegotiation_info cut",
    edit: serverHello((b) => withContents(b, RenegotiationInfo, 1)),
    reason: "MalformedMessage",
  },
  {
    name: "extensions, none",
    client: { sessionStore: null },
    lie: lying(ServerHello, (b) => changeExtensions(b, () => [])),
    both: { extendedMasterSecret: "off" },
    reason: null,
  },
  {
    name: "echo of a session id that is only for the compatibility of TLS 1.3",
    both: either,
    server: tls12,
    client: constant,
    lie: lying(ServerHello, echoing(nines(32))),
    reason: "BadSessionIdEcho",
  },
  {
    name: "session id of its own",
    both: either,
    server: tls12,
    lie: lying(ServerHello, echoing(nines(32))),
    reason: null,
  },
];

/** Sends a HelloRequest before every message; RFC 5246 §7.4.1.1: a client that negotiates ignores it. */
const asking: Edit = (item) =>
  item.kind === "message" ? [message(encodeHelloRequest()), item] : [item];

const status = (...content: number[]): Uint8Array =>
  withBody(Uint8Array.of(CertificateStatus), Uint8Array.from(content));
const stapling = {
  server: { identities: [{ name: "p256", ocspResponse: Uint8Array.of(1, 2, 3) }] },
} as const;
const staticRsa = {
  both: { ...tls12, cipherSuites: suites12(({ keyExchange }) => keyExchange === "rsa") },
  server: rsa,
} as const;

const ticket = (length: number, lifetimeHint = 0): Uint8Array =>
  encodeNewSessionTicket12({ lifetimeHint, ticket: new Uint8Array(length).fill(3) });

const keeping =
  (kept: boolean) =>
  ({ configurations }: AttackRun): void => {
    const { sessionStore, sessionKey } = configurations.client;
    if ((sessionStore?.get(sessionKey) != null) !== kept)
      throw new Error(kept ? "the session is lost" : "the session was kept");
  };

const FLIGHTS: readonly Case[] = [
  { name: "HelloRequest before every message is passed over", edit: asking, reason: null },
  {
    name: "HelloRequest before every message of a client of both versions",
    both: either,
    server: tls12,
    edit: asking,
    reason: null,
  },
  {
    name: "HelloRequest with content",
    edit: before(Certificate, message(Uint8Array.of(0, 0, 0, 1, 0))),
    reason: "MalformedMessage",
  },
  {
    name: "HelloRequest without end",
    edit: before(Certificate, ...Array.from({ length: 33 }, () => message(encodeHelloRequest()))),
    reason: "UnexpectedMessage",
  },
  {
    name: "ServerHello twice",
    edit: (item) =>
      item.kind === "message" && item.bytes[0] === ServerHello ? [item, item] : [item],
    reason: "UnexpectedMessage",
  },
  {
    name: "status promised and not sent",
    lie: lying(ServerHello, (b) => withExtension(b, StatusRequest)),
    reason: null,
  },
  { name: "status", ...stapling, reason: null },
  {
    name: "status twice",
    ...stapling,
    edit: after(CertificateStatus, message(encodeCertificateStatus(Uint8Array.of(1)))),
    reason: "UnexpectedMessage",
  },
  {
    name: "status before Certificate",
    ...stapling,
    edit: before(Certificate, message(encodeCertificateStatus(Uint8Array.of(1)))),
    reason: "UnexpectedMessage",
  },
  {
    name: "status of another type",
    ...stapling,
    edit: change(CertificateStatus, () => status(2, 0, 0, 1, 9)),
    reason: "ForbiddenValue",
  },
  {
    name: "status without response",
    ...stapling,
    edit: change(CertificateStatus, () => status(1, 0, 0, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "ServerKeyExchange in static RSA",
    ...staticRsa,
    edit: before(ServerHelloDone, message(Uint8Array.of(12, 0, 0, 4, 3, 0, 23, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateRequest twice",
    server: mutual,
    client: own,
    edit: (item) =>
      item.kind === "message" && item.bytes[0] === CertificateRequest ? [item, item] : [item],
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateRequest before ServerKeyExchange",
    edit: before(ServerKeyExchange, message(Uint8Array.of(13, 0, 0, 8, 1, 64, 0, 2, 4, 3, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateRequest without types",
    edit: before(ServerHelloDone, message(Uint8Array.of(13, 0, 0, 7, 0, 0, 2, 4, 3, 0, 0))),
    reason: "MalformedMessage",
  },
  {
    name: "CertificateRequest without algorithms",
    edit: before(ServerHelloDone, message(Uint8Array.of(13, 0, 0, 6, 1, 64, 0, 0, 0, 0))),
    reason: "MalformedMessage",
  },
  {
    name: "CertificateRequest with an empty name",
    edit: before(
      ServerHelloDone,
      message(Uint8Array.of(13, 0, 0, 10, 1, 64, 0, 2, 4, 3, 0, 2, 0, 0)),
    ),
    reason: "MalformedMessage",
  },
  {
    name: "CertificateRequest for types that nobody knows is answered without certificate",
    server: { requestClientCertificate: true },
    client: own,
    lie: lying(CertificateRequest, (b) => overwrite(b, 5, 77, 78)),
    reason: null,
    check: ({ victim }) => {
      if (victim.facts.ownCredential !== null) throw new Error("a certificate was sent");
    },
  },
  {
    name: "CertificateRequest for RSA alone to a client with ECDSA is answered without certificate",
    server: { requestClientCertificate: true },
    client: own,
    lie: lying(CertificateRequest, (b) => overwrite(b, 5, 1, 1)),
    reason: null,
    check: ({ victim }) => {
      if (victim.facts.ownCredential !== null) throw new Error("a certificate was sent");
    },
  },
  {
    name: "Finished too short",
    edit: change(Finished, (b) => withBody(b, b.slice(4, -1))),
    reason: "MalformedMessage",
  },
  {
    name: "Finished too long",
    edit: change(Finished, (b) => withBody(b, Uint8Array.of(...b.subarray(4), 0))),
    reason: "MalformedMessage",
  },
  {
    name: "Finished of zeros",
    edit: change(Finished, (b) => withBody(b, Uint8Array.from(zeros(12)))),
    reason: "BadFinished",
  },
  {
    name: "ticket twice",
    edit: after(NewSessionTicket, message(ticket(1))),
    reason: "UnexpectedMessage",
  },
  {
    name: "ticket",
    lie: lying(NewSessionTicket, () => ticket(300, 100)),
    reason: null,
    check: keeping(true),
  },
  {
    name: "ticket of 15000 bytes",
    lie: lying(NewSessionTicket, () => ticket(15_000)),
    reason: null,
    check: keeping(true),
  },
  {
    name: "empty ticket is not kept, nor a session without a name",
    server: { sessionStore: null },
    lie: lying(NewSessionTicket, () => ticket(0)),
    reason: null,
    check: keeping(false),
  },
  {
    name: "ticket cut",
    edit: change(NewSessionTicket, (b) => withBody(b, b.slice(4, -1))),
    reason: "MalformedMessage",
  },
];

export const ATTACKS_12_ANSWERS: readonly Attack[] = table(
  "TLS 1.2 client, answers",
  { victim: "client", both: tls12 },
  [...HELLOS, ...FLIGHTS],
);
