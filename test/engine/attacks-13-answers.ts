/**
 * What servers may not say to a TLS 1.3 client in their hellos, extensions, requests, certificates and tickets, and what they
 * may, by name (RFC 8446 §4.1.3, §4.1.4, §4.2, §4.3, §4.4.2, §4.6.1).
 */
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { encodeCertificate13 } from "../../src/wire/certificate.ts";
import { encodeCertificateRequest13 } from "../../src/wire/certificate-request.ts";
import { encodeNewSessionTicket13 } from "../../src/wire/new-session-ticket.ts";
import {
  before,
  change,
  changeContents,
  message,
  overwrite,
  suiteOffset,
  withBody,
  withContents,
  withDouble,
  withEntryExtension,
  withExtension,
  withoutExtension,
} from "../support/edits.ts";
import { identity } from "../support/identities.ts";
import type { AttackRun, Lie } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  flood,
  mutual,
  NONE,
  own,
  resumed,
  retried,
  retrying,
  serverHello,
  tls13,
} from "./attack-kit.ts";

const { Certificate, CertificateRequest, CertificateVerify, EncryptedExtensions, Finished } =
  HandshakeType;
const {
  Alpn,
  Cookie,
  EarlyData,
  KeyShare,
  MaxFragmentLength,
  PreSharedKey,
  RecordSizeLimit,
  RenegotiationInfo,
  ServerName,
  SignatureAlgorithms,
  SignedCertificateTimestamp,
  StatusRequest,
  SupportedGroups,
  SupportedVersions,
} = ExtensionType;

/** Changes messages of a type before the server reckons with them. */
const lying =
  (type: number, how: Lie): Lie =>
  (bytes) =>
    bytes[0] === type ? how(bytes) : bytes;

const HELLOS: readonly Case[] = [
  {
    name: "legacy_version of SSL 3.0",
    edit: serverHello((b) => overwrite(b, 4, 3, 0)),
    reason: "NoCommonVersion",
  },
  {
    name: "legacy_version of TLS 1.1",
    lie: lying(HandshakeType.ServerHello, (b) => overwrite(b, 4, 3, 2)),
    reason: null,
  },
  {
    name: "session id of 33 bytes",
    edit: serverHello((b) =>
      withBody(b, Uint8Array.of(3, 3, ...new Uint8Array(32), 33, ...new Uint8Array(36))),
    ),
    reason: "MalformedMessage",
  },
  {
    name: "no session id where one was sent",
    edit: serverHello((b) =>
      withBody(b, Uint8Array.of(...b.subarray(4, 38), 0, ...b.subarray(39 + 32))),
    ),
    reason: "BadSessionIdEcho",
  },
  {
    name: "no extensions",
    edit: serverHello((b) => withBody(b, b.slice(4, suiteOffset(b) + 3))),
    reason: "NoCommonVersion",
  },
  {
    name: "supported_versions of one byte",
    edit: serverHello((b) => withContents(b, SupportedVersions, 3)),
    reason: "MalformedMessage",
  },
  {
    name: "supported_versions as clients have it",
    edit: serverHello((b) => withContents(b, SupportedVersions, 2, 3, 4)),
    reason: "MalformedMessage",
  },
  {
    name: "key_share, a byte more",
    edit: serverHello((b) => changeContents(b, KeyShare, (share) => Uint8Array.of(...share, 0))),
    reason: "MalformedMessage",
  },
  {
    name: "key_share, empty share",
    edit: serverHello((b) => withContents(b, KeyShare, 0, 0x1d, 0, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "key_share as HelloRetryRequest has it",
    edit: serverHello((b) => withContents(b, KeyShare, 0, 0x1d)),
    reason: "MalformedMessage",
  },
  {
    name: "groups in ServerHello",
    edit: serverHello((b) => withExtension(b, SupportedGroups, 0, 2, 0, 0x1d)),
    reason: "MisplacedExtension",
  },
  ...[SignatureAlgorithms, StatusRequest, ServerName].map(
    (type): Case => ({
      name: `extension ${type} in ServerHello`,
      edit: serverHello((b) => withExtension(b, type)),
      reason: "MisplacedExtension",
    }),
  ),
  {
    name: "cookie in ServerHello",
    edit: serverHello((b) => withExtension(b, Cookie, 0, 1, 1)),
    reason: "MisplacedExtension",
  },
  {
    name: "renegotiation_info in ServerHello",
    edit: serverHello((b) => withExtension(b, RenegotiationInfo, 0)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "PSK without key_share",
    resumed: {},
    edit: serverHello((b) => withoutExtension(b, KeyShare)),
    reason: "MissingExtension",
  },
  {
    name: "selected identity of three bytes",
    resumed: {},
    edit: serverHello((b) => withContents(b, PreSharedKey, 0, 0, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "PSK that is refused leads to a whole handshake",
    resumed: { otherTicketKeys: true },
    reason: null,
  },
  { name: "PSK that is taken", resumed: {}, reason: null, check: resumed },
];

const RETRIES: readonly Case[] = [
  {
    name: "cookie in HelloRetryRequest, empty",
    edit: serverHello((b) => withContents(b, Cookie, 0, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "cookie in HelloRetryRequest, a byte more",
    edit: serverHello((b) => withContents(b, Cookie, 0, 1, 1, 1)),
    reason: "MalformedMessage",
  },
  {
    name: "cookie twice in HelloRetryRequest",
    edit: serverHello((b) => withDouble(b, Cookie)),
    reason: "DuplicateExtension",
  },
  {
    name: "key_share twice in HelloRetryRequest",
    edit: serverHello((b) => withDouble(b, KeyShare)),
    reason: "DuplicateExtension",
  },
  {
    name: "share in HelloRetryRequest",
    edit: serverHello((b) => withContents(b, KeyShare, 0, 0x17, 0, 1, 4)),
    reason: "MalformedMessage",
  },
  {
    name: "group that nobody knows in HelloRetryRequest",
    edit: serverHello((b) => withContents(b, KeyShare, 0x1a, 0x1a)),
    reason: "UnofferedGroup",
  },
  {
    name: "group of TLS 1.2 in HelloRetryRequest",
    edit: serverHello((b) => withContents(b, KeyShare, 1, 0)),
    reason: "UnofferedGroup",
  },
  {
    name: "compression in HelloRetryRequest",
    edit: serverHello((b) => overwrite(b, suiteOffset(b) + 2, 1)),
    reason: "ForbiddenCompression",
  },
  {
    name: "legacy_version of TLS 1.3 in HelloRetryRequest",
    lie: lying(HandshakeType.ServerHello, (b) => overwrite(b, 4, 3, 4)),
    reason: null,
  },
  {
    name: "legacy_version of SSL 3.0 in HelloRetryRequest",
    edit: serverHello((b) => overwrite(b, 4, 3, 0)),
    reason: "NoCommonVersion",
  },
  {
    name: "ALPN in HelloRetryRequest",
    both: { alpnProtocols: ["h2"] },
    edit: serverHello((b) => withExtension(b, Alpn, 0, 3, 2, 0x68, 0x32)),
    reason: "MisplacedExtension",
  },
  {
    name: "key_share in ServerHello as HelloRetryRequest has it",
    edit: serverHello((b) => withContents(b, KeyShare, 0, 0x17), 1),
    reason: "MalformedMessage",
  },
  {
    name: "another session id in ServerHello than in HelloRetryRequest",
    edit: serverHello((b) => overwrite(b, 39, 1, 2, 3), 1),
    reason: "BadSessionIdEcho",
  },
  { name: "HelloRetryRequest", reason: null, check: retried },
];

const EXTENSIONS: readonly Case[] = [
  {
    name: "server_name not accepted",
    lie: lying(EncryptedExtensions, (b) => withoutExtension(b, ServerName)),
    reason: null,
  },
  {
    name: "groups of the server's",
    lie: lying(EncryptedExtensions, (b) =>
      withExtension(b, SupportedGroups, 0, 4, 0, 0x18, 0x1a, 0x1a),
    ),
    reason: null,
  },
  {
    name: "server_name accepted with content",
    edit: change(EncryptedExtensions, (b) => withContents(b, ServerName, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "server_name accepted that was not sent",
    client: { serverName: null },
    edit: change(EncryptedExtensions, (b) => withExtension(b, ServerName)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "groups of the server's, none",
    edit: change(EncryptedExtensions, (b) => withExtension(b, SupportedGroups, 0, 0)),
    reason: "MalformedMessage",
  },
  ...[MaxFragmentLength, RecordSizeLimit, SignedCertificateTimestamp, 0x0a0a].map(
    (type): Case => ({
      name: `extension ${type} in EncryptedExtensions`,
      edit: change(EncryptedExtensions, (b) => withExtension(b, type, 1)),
      reason: "UnsolicitedExtension",
    }),
  ),
  ...[SupportedVersions, PreSharedKey, Cookie, SignatureAlgorithms, StatusRequest].map(
    (type): Case => ({
      name: `extension ${type} in EncryptedExtensions`,
      edit: change(EncryptedExtensions, (b) => withExtension(b, type, 3, 4)),
      reason: "MisplacedExtension",
    }),
  ),
  {
    name: "ALPN without protocol",
    client: { alpnProtocols: ["h2"] },
    edit: change(EncryptedExtensions, (b) => withExtension(b, Alpn, 0, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "ALPN with an empty protocol",
    client: { alpnProtocols: ["h2"] },
    edit: change(EncryptedExtensions, (b) => withExtension(b, Alpn, 0, 1, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "another protocol in a resumed connection",
    both: { alpnProtocols: ["h2", "h3"] },
    resumed: {},
    lie: lying(EncryptedExtensions, (b) => withContents(b, Alpn, 0, 3, 2, 0x68, 0x33)),
    reason: null,
    check: resumed,
  },
  {
    name: "early data accepted in a resumed connection",
    resumed: {},
    edit: change(EncryptedExtensions, (b) => withExtension(b, EarlyData)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "Certificate in a resumed connection",
    resumed: {},
    edit: before(Finished, message(encodeCertificate13(NONE, identity("p256").chain, null))),
    reason: "UnexpectedMessage",
  },
  {
    name: "ticket before Finished",
    edit: before(Finished, message(Uint8Array.of(4, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
];

const asked = { server: mutual, client: own } as const;

const REQUESTS: readonly Case[] = [
  {
    name: "CertificateRequest with extensions that nobody knows",
    ...asked,
    lie: lying(CertificateRequest, (b) => withExtension(withExtension(b, 0x2a2a), 0x4567, 1, 2)),
    reason: null,
  },
  {
    name: "CertificateRequest whose algorithms are not ours is answered without certificate",
    ...asked,
    server: { requestClientCertificate: true },
    lie: lying(CertificateRequest, (b) => withContents(b, SignatureAlgorithms, 0, 2, 0x7a, 0x7a)),
    reason: null,
  },
  {
    name: "CertificateRequest without algorithms",
    ...asked,
    edit: change(CertificateRequest, (b) => withContents(b, SignatureAlgorithms, 0, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "CertificateRequest with half an algorithm",
    ...asked,
    edit: change(CertificateRequest, (b) => withContents(b, SignatureAlgorithms, 0, 3, 4, 3, 4)),
    reason: "MalformedMessage",
  },
  {
    name: "CertificateRequest with algorithms twice",
    ...asked,
    edit: change(CertificateRequest, (b) => withDouble(b, SignatureAlgorithms)),
    reason: "DuplicateExtension",
  },
  {
    name: "CertificateRequest with an unknown extension twice",
    ...asked,
    edit: change(CertificateRequest, (b) => withExtension(withExtension(b, 0x2a2a), 0x2a2a)),
    reason: "DuplicateExtension",
  },
  {
    name: "CertificateRequest with key_share",
    ...asked,
    edit: change(CertificateRequest, (b) => withExtension(b, KeyShare)),
    reason: "MisplacedExtension",
  },
  {
    name: "CertificateRequest with authorities, none",
    ...asked,
    edit: change(CertificateRequest, (b) =>
      withExtension(b, ExtensionType.CertificateAuthorities, 0, 0),
    ),
    reason: "MalformedMessage",
  },
  {
    name: "CertificateRequest behind Certificate",
    edit: before(
      CertificateVerify,
      message(encodeCertificateRequest13(NONE, { signatureAlgorithms: [0x0403] })),
    ),
    reason: "UnexpectedMessage",
  },
];

/** A Certificate of one entry. */
const entry = (der: readonly number[], ...extensions: number[]): Uint8Array => {
  const content = [
    0,
    der.length >> 8,
    der.length & 255,
    ...der,
    0,
    extensions.length,
    ...extensions,
  ];
  const list = [0, 0, content.length >> 8, content.length & 255, ...content];
  return withBody(Uint8Array.of(Certificate), Uint8Array.from(list));
};
const leaf = Array.from(identity("p256").chain[0] ?? NONE);

const CERTIFICATES: readonly Case[] = [
  {
    name: "certificate without content",
    edit: change(Certificate, () => entry([])),
    reason: "MalformedMessage",
  },
  {
    name: "certificate that is none",
    edit: change(Certificate, () => entry([1, 2, 3])),
    reason: "MalformedCertificate",
  },
  {
    name: "certificate with a byte more",
    edit: change(Certificate, () => entry([...leaf, 0])),
    reason: "MalformedCertificate",
  },
  {
    name: "timestamps that were not asked for",
    edit: change(Certificate, (b) => withEntryExtension(b, SignedCertificateTimestamp)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "key_share beside a certificate",
    edit: change(Certificate, (b) => withEntryExtension(b, KeyShare)),
    reason: "MisplacedExtension",
  },
  {
    name: "OCSP response that was not asked for",
    client: { requestOcsp: false },
    edit: change(Certificate, () => entry(leaf, 0, 5, 0, 5, 1, 0, 0, 1, 9)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "OCSP response twice",
    edit: change(Certificate, () =>
      entry(leaf, ...[0, 5, 0, 5, 1, 0, 0, 1, 9], ...[0, 5, 0, 5, 1, 0, 0, 1, 9]),
    ),
    reason: "DuplicateExtension",
  },
  {
    name: "OCSP response without content",
    edit: change(Certificate, () => entry(leaf, 0, 5, 0, 4, 1, 0, 0, 0)),
    reason: "MalformedMessage",
  },
  {
    name: "status of another type",
    edit: change(Certificate, () => entry(leaf, 0, 5, 0, 5, 2, 0, 0, 1, 9)),
    reason: "ForbiddenValue",
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
    name: "Finished without content",
    edit: change(Finished, (b) => withBody(b, NONE)),
    reason: "MalformedMessage",
  },
];

const ticket = (lifetime: number, nonce = 1): Uint8Array =>
  encodeNewSessionTicket13({
    lifetime,
    ageAdd: 0xffffffff,
    nonce: new Uint8Array(nonce),
    ticket: Uint8Array.of(1, 2, 3),
  });

const keeping =
  (kept: boolean) =>
  ({ victim, configurations }: AttackRun): void => {
    const { sessionStore, sessionKey } = configurations.client;
    const found = victim.facts.ticket !== null && sessionStore?.get(sessionKey) != null;
    if (found !== kept) throw new Error(kept ? "the ticket is lost" : "the ticket was kept");
  };

const TICKETS: readonly Case[] = [
  {
    name: "ticket",
    later: flood(1, message(ticket(100))),
    reason: null,
    check: keeping(true),
  },
  {
    name: "ticket with a nonce of 255 bytes",
    later: flood(1, message(ticket(100, 255))),
    reason: null,
    check: keeping(true),
  },
  {
    name: "ticket without nonce",
    later: flood(1, message(ticket(100, 0))),
    reason: null,
    check: keeping(true),
  },
  {
    name: "ticket of seven days",
    later: flood(1, message(ticket(604_800))),
    reason: null,
    check: keeping(true),
  },
  {
    name: "ticket that is of no use is not kept",
    later: flood(1, message(ticket(0))),
    reason: null,
    check: keeping(false),
  },
  {
    name: "ticket that invites early data",
    later: flood(1, message(withExtension(ticket(100), EarlyData, 255, 255, 255, 255))),
    reason: null,
    check: keeping(true),
  },
  {
    name: "ticket that invites early data twice",
    later: flood(
      1,
      message(
        withExtension(withExtension(ticket(100), EarlyData, 0, 0, 0, 0), EarlyData, 0, 0, 0, 0),
      ),
    ),
    reason: "DuplicateExtension",
  },
  {
    name: "ticket that invites early data of no size",
    later: flood(1, message(withExtension(ticket(100), EarlyData))),
    reason: "MalformedMessage",
  },
  {
    name: "ticket with an unknown extension twice",
    later: flood(1, message(withExtension(withExtension(ticket(100), 0x2a2a), 0x2a2a))),
    reason: "DuplicateExtension",
  },
];

const common = { victim: "client", both: tls13 } as const;

export const ATTACKS_13_ANSWERS: readonly Attack[] = [
  ...table("TLS 1.3 client, answers", common, [
    ...HELLOS,
    ...EXTENSIONS,
    ...REQUESTS,
    ...CERTIFICATES,
  ]),
  ...table("TLS 1.3 client, retry", { ...common, server: retrying }, RETRIES),
  ...table("TLS 1.3 client, tickets", { ...common, server: { ticketKeys: null } }, TICKETS),
];
