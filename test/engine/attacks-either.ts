/**
 * What peers can do wrong in handshakes of either version, by name.
 */
import { FALLBACK_SCSV } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import {
  before,
  change,
  drop,
  flip,
  message,
  overwrite,
  suiteOffset,
  withDouble,
  withExtension,
  withHello,
} from "../support/edits.ts";
import { record } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import {
  alert,
  clientHello,
  data,
  mutual,
  nobody,
  own,
  serverHello,
  tls12,
  tls13,
  UNKNOWN_EXTENSION,
} from "./attack-kit.ts";

const { Certificate, CertificateVerify, ClientHello, Finished, ServerHello } = HandshakeType;

/** Either role. */
const ALWAYS: readonly Case[] = [
  {
    name: "Finished that is wrong",
    edit: change(Finished, (bytes) => flip(bytes, -1)),
    reason: "BadFinished",
  },
  {
    name: "application data before Finished",
    edit: before(Finished, data(1, 2, 3)),
    reason: "UnexpectedRecord",
  },
  {
    name: "handshake record without content",
    edit: before(Finished, record(ContentType.Handshake)),
    reason: "EmptyHandshakeRecord",
  },
  { name: "fatal alert", edit: before(Finished, alert(2, 40)), reason: "AlertReceived" },
  { name: "close_notify", edit: before(Finished, alert(1, 0)), reason: "ClosedDuringHandshake" },
  {
    name: "close_notify that calls itself fatal",
    edit: before(Finished, alert(2, 0)),
    reason: "ClosedDuringHandshake",
  },
  {
    name: "message of an unknown type",
    edit: before(Finished, message(Uint8Array.of(99, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "message longer than the limit",
    edit: before(Finished, record(ContentType.Handshake, 11, 0, 0x80, 1)),
    reason: "MessageTooLong",
  },
];

const TO_CLIENT: readonly Case[] = [
  {
    name: "name that is not the certificate's",
    client: { verifyName: "elsewhere.example" },
    reason: "NameMismatch",
  },
  { name: "certificate of nobody", client: nobody, reason: "UnknownIssuer" },
  {
    name: "certificate that may not sign",
    server: { identities: ["rsa-encipher"] },
    reason: "WrongCertificateUsage",
  },
  {
    name: "compression",
    edit: serverHello((bytes) => overwrite(bytes, suiteOffset(bytes) + 2, 1)),
    reason: "ForbiddenCompression",
  },
  {
    name: "extension that was not sent, in ServerHello",
    edit: serverHello((bytes) => withExtension(bytes, UNKNOWN_EXTENSION)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "bytes of another protocol",
    edit: before(ServerHello, {
      kind: "raw",
      bytes: Uint8Array.from("HTTP/1.1 400 Bad Request\r\n", (letter) => letter.charCodeAt(0)),
    }),
    reason: "NotTls",
  },
];

const TO_SERVER: readonly Case[] = [
  {
    name: "no Certificate message where one is requested",
    server: mutual,
    client: own,
    edit: drop(Certificate, CertificateVerify),
    reason: "UnexpectedMessage",
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
    edit: change(CertificateVerify, (bytes) => flip(bytes, -1)),
    reason: "BadSignature",
  },
  {
    name: "CertificateVerify of another scheme than the key's",
    server: mutual,
    client: own,
    edit: change(CertificateVerify, (bytes) => overwrite(bytes, 4, 0x08, 0x04)),
    reason: "SignatureSchemeKeyMismatch",
  },
  {
    name: "CertificateVerify of a scheme that was not asked for",
    server: mutual,
    client: own,
    edit: change(CertificateVerify, (bytes) => overwrite(bytes, 4, 0x02, 0x03)),
    reason: "UnofferedSignatureScheme",
  },
  {
    name: "client certificate of nobody",
    server: { ...mutual, ...nobody },
    client: own,
    reason: "UnknownIssuer",
  },
  {
    name: "a server without certificate",
    server: { identities: [] },
    reason: "NoUsableCredential",
  },
  {
    name: "no application protocol in common",
    client: { alpnProtocols: ["h3"] },
    server: { alpnProtocols: ["h2"] },
    reason: "NoCommonApplicationProtocol",
  },
  {
    name: "extension twice",
    edit: clientHello((bytes) => withDouble(bytes, ExtensionType.SupportedGroups)),
    reason: "DuplicateExtension",
  },
  {
    name: "unknown extension twice",
    edit: clientHello((bytes) =>
      withExtension(withExtension(bytes, UNKNOWN_EXTENSION), UNKNOWN_EXTENSION),
    ),
    reason: "DuplicateExtension",
  },
  {
    name: "SSL 2.0",
    edit: before(ClientHello, { kind: "raw", bytes: Uint8Array.of(0x80, 0x2e, 1, 0, 2, 0, 0x15) }),
    reason: "NotTls",
  },
  {
    name: "GREASE everywhere is passed over",
    edit: clientHello((bytes) =>
      withExtension(
        withExtension(
          withHello(bytes, ({ cipherSuites }) => ({ cipherSuites: [0x0a0a, ...cipherSuites] })),
          0x1a1a,
        ),
        0x2a2a,
        0,
      ),
    ),
    reason: null,
  },
];

const VERSIONS = [
  { name: "TLS 1.3", both: tls13 },
  { name: "TLS 1.2", both: tls12 },
] as const;

const BY_BOTH: readonly Case[] = [
  {
    name: "fallback though both sides speak TLS 1.3",
    client: tls12,
    edit: clientHello((bytes) =>
      withHello(bytes, ({ cipherSuites }) => ({ cipherSuites: [...cipherSuites, FALLBACK_SCSV] })),
    ),
    reason: "InappropriateFallback",
  },
];

export const ATTACKS_EITHER: readonly Attack[] = [
  ...VERSIONS.flatMap(({ name, both }) => [
    ...table(`${name} client`, { victim: "client", both }, [...ALWAYS, ...TO_CLIENT]),
    ...table(`${name} server`, { victim: "server", both }, [...ALWAYS, ...TO_SERVER]),
  ]),
  ...table("server of both versions", { victim: "server" }, BY_BOTH),
];
