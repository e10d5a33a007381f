/**
 * Servers that break TLS 1.3, by name (RFC 8446).
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { TLS13 } from "../../src/protocol/version.ts";
import { encodeCertificate13 } from "../../src/wire/certificate.ts";
import { encodeCertificateRequest13 } from "../../src/wire/certificate-request.ts";
import { encodeFinished } from "../../src/wire/finished.ts";
import { encodeHelloRetryRequest } from "../../src/wire/server-hello.ts";
import { credentialOf, groupNamed } from "../support/configurations.ts";
import {
  after,
  before,
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
import { type Item, plainRecord, record } from "../support/impostor.ts";
import type { Attack } from "./attack.ts";

const { ServerHello, EncryptedExtensions, Certificate, CertificateVerify, Finished } =
  HandshakeType;
const NONE = new Uint8Array(0);
const UNKNOWN_EXTENSION = 0x1234;
const suitesOf = (hash: string) =>
  CIPHER_SUITES.filter((row) => row.version === TLS13 && row.hash === hash);

const tls13 = { versions: [TLS13] } as const;
const retried = { ...tls13, keyShares: [groupNamed("x25519")] };
const p256 = { groups: [groupNamed("secp256r1")] };

/** A HelloRetryRequest in the place of ServerHello, with the session id that was sent. */
const retry = (
  serverHello: Uint8Array,
  extensions: Parameters<typeof encodeHelloRetryRequest>[0]["extensions"],
): Uint8Array =>
  encodeHelloRetryRequest({
    sessionId: serverHello.subarray(39, 39 + (serverHello[38] as number)),
    cipherSuite: 0x1302,
    extensions,
  });

const hello = (how: (bytes: Uint8Array) => Uint8Array, nth: number | null = null) =>
  change(ServerHello, how, nth);

const chain = identity("p256").chain;

type Case = Omit<Attack, "victim" | "both"> & Pick<Partial<Attack>, "both">;

const CASES: readonly Case[] = [
  { name: "no CertificateVerify", edit: drop(CertificateVerify), reason: "UnexpectedMessage" },
  {
    name: "no Certificate at all",
    edit: drop(Certificate, CertificateVerify),
    reason: "UnexpectedMessage",
  },
  { name: "no EncryptedExtensions", edit: drop(EncryptedExtensions), reason: "UnexpectedMessage" },
  {
    name: "Finished before its time",
    edit: before(Certificate, message(encodeFinished(new Uint8Array(48)))),
    reason: "UnexpectedMessage",
  },
  {
    name: "Certificate twice",
    edit: after(Certificate, message(encodeCertificate13(NONE, chain, null))),
    reason: "UnexpectedMessage",
  },
  {
    name: "ServerHello twice",
    edit: (item) =>
      item.kind === "message" && item.bytes[0] === ServerHello ? [item, item] : [item],
    reason: "UnexpectedRecord",
  },
  {
    name: "Finished that is wrong",
    edit: change(Finished, (bytes) => flip(bytes, -1)),
    reason: "BadFinished",
  },
  {
    name: "signature that is wrong",
    edit: change(CertificateVerify, (bytes) => flip(bytes, -1)),
    reason: "BadSignature",
  },
  {
    name: "signature of the client's context",
    edit: change(CertificateVerify, (bytes) => flip(bytes, 20)),
    reason: "BadSignature",
  },
  {
    name: "PKCS#1 v1.5 in CertificateVerify",
    server: { credentials: [credentialOf("rsa")] },
    edit: change(CertificateVerify, (bytes) => overwrite(bytes, 4, 0x04, 0x01)),
    reason: "SignatureSchemeKeyMismatch",
  },
  {
    name: "curve of another hash in CertificateVerify",
    edit: change(CertificateVerify, (bytes) => overwrite(bytes, 4, 0x05, 0x03)),
    reason: "SignatureSchemeKeyMismatch",
  },
  {
    name: "SHA-1 in CertificateVerify",
    edit: change(CertificateVerify, (bytes) => overwrite(bytes, 4, 0x02, 0x03)),
    reason: "UnofferedSignatureScheme",
  },
  {
    name: "certificate that may not sign",
    server: { credentials: [credentialOf("rsa-encipher")] },
    reason: "WrongCertificateUsage",
  },
  {
    name: "Certificate without certificates",
    edit: change(Certificate, (bytes) => withBody(bytes, Uint8Array.of(0, 0, 0, 0))),
    reason: "EmptyCertificate",
  },
  {
    name: "Certificate with a request context",
    edit: change(Certificate, () => encodeCertificate13(Uint8Array.of(1), chain, null)),
    reason: "ForbiddenValue",
  },
  {
    name: "certificates without end",
    edit: change(Certificate, () => encodeCertificate13(NONE, new Array(17).fill(chain[0]), null)),
    reason: "CertificateChainTooLong",
  },
  {
    name: "Certificate with an extension that was not asked for",
    edit: change(Certificate, (bytes) => {
      const entry = bytes.slice(8);
      // cert_data <3>, then an empty block of extensions, which becomes one with an unknown extension.
      const body = concat(
        entry.subarray(0, entry.length - 2),
        Uint8Array.of(0, 4, 0x12, 0x34, 0, 0),
      );
      return withBody(
        bytes,
        concat(
          Uint8Array.of(0, body.length >> 16, (body.length >> 8) & 255, body.length & 255),
          body,
        ),
      );
    }),
    reason: "UnsolicitedExtension",
  },
  {
    name: "extension that was not sent, in EncryptedExtensions",
    edit: change(EncryptedExtensions, (bytes) => withExtension(bytes, UNKNOWN_EXTENSION)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "ALPN that was not offered",
    edit: change(EncryptedExtensions, (bytes) =>
      withExtension(bytes, ExtensionType.Alpn, 0, 3, 2, 0x68, 0x32),
    ),
    reason: "UnsolicitedExtension",
  },
  {
    name: "early data accepted that was not offered",
    edit: change(EncryptedExtensions, (bytes) => withExtension(bytes, ExtensionType.EarlyData)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "extension twice in EncryptedExtensions",
    edit: change(EncryptedExtensions, (bytes) =>
      withDouble(withExtension(bytes, ExtensionType.ServerName), ExtensionType.ServerName),
    ),
    reason: "DuplicateExtension",
  },
  {
    name: "key_share in EncryptedExtensions",
    edit: change(EncryptedExtensions, (bytes) =>
      withExtension(bytes, ExtensionType.KeyShare, 0, 0x1d, 0, 0),
    ),
    reason: "MisplacedExtension",
  },
  {
    name: "ALPN choice outside the offer",
    both: { ...tls13, alpnProtocols: ["h2"] },
    edit: change(EncryptedExtensions, (bytes) =>
      withContents(bytes, ExtensionType.Alpn, 0, 3, 2, 0x68, 0x33),
    ),
    reason: "UnofferedApplicationProtocol",
  },
  {
    name: "two ALPN choices",
    both: { ...tls13, alpnProtocols: ["h2"] },
    edit: change(EncryptedExtensions, (bytes) =>
      withContents(bytes, ExtensionType.Alpn, 0, 6, 2, 0x68, 0x32, 2, 0x68, 0x32),
    ),
    reason: "ForbiddenValue",
  },
  {
    name: "extension twice in ServerHello",
    edit: hello((bytes) => withDouble(bytes, ExtensionType.SupportedVersions)),
    reason: "DuplicateExtension",
  },
  {
    name: "extension that was not sent, in ServerHello",
    edit: hello((bytes) => withExtension(bytes, UNKNOWN_EXTENSION)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "ALPN in ServerHello",
    both: { ...tls13, alpnProtocols: ["h2"] },
    edit: hello((bytes) => withExtension(bytes, ExtensionType.Alpn, 0, 3, 2, 0x68, 0x32)),
    reason: "MisplacedExtension",
  },
  {
    name: "PSK that was not offered",
    edit: hello((bytes) => withExtension(bytes, ExtensionType.PreSharedKey, 0, 0)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "PSK index out of range",
    resumed: {},
    edit: hello((bytes) => withContents(bytes, ExtensionType.PreSharedKey, 0, 1)),
    reason: "UnofferedPsk",
  },
  {
    name: "PSK with a suite of another hash",
    resumed: { server: { cipherSuites: suitesOf("sha384") } },
    client: {},
    edit: hello((bytes) => overwrite(bytes, suiteOffset(bytes), 0x13, 0x01)),
    reason: "UnofferedPsk",
  },
  {
    name: "wrong legacy_session_id_echo",
    edit: hello((bytes) => flip(bytes, 39)),
    reason: "BadSessionIdEcho",
  },
  {
    name: "compression",
    edit: hello((bytes) => overwrite(bytes, suiteOffset(bytes) + 2, 1)),
    reason: "ForbiddenCompression",
  },
  {
    name: "suite that was not offered",
    client: { cipherSuites: suitesOf("sha384") },
    edit: hello((bytes) => overwrite(bytes, suiteOffset(bytes), 0x13, 0x01)),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "suite of TLS 1.2",
    edit: hello((bytes) => overwrite(bytes, suiteOffset(bytes), 0xc0, 0x2c)),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "suite that does not exist",
    edit: hello((bytes) => overwrite(bytes, suiteOffset(bytes), 0x13, 0x7f)),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "legacy_version of TLS 1.3",
    edit: hello((bytes) => overwrite(bytes, 4, 3, 4)),
    reason: "ForbiddenValue",
  },
  {
    name: "supported_versions with TLS 1.2",
    edit: hello((bytes) => withContents(bytes, ExtensionType.SupportedVersions, 3, 3)),
    reason: "UnofferedVersion",
  },
  {
    name: "supported_versions with a version of tomorrow",
    edit: hello((bytes) => withContents(bytes, ExtensionType.SupportedVersions, 3, 5)),
    reason: "UnofferedVersion",
  },
  {
    name: "no supported_versions, to a client that only speaks TLS 1.3",
    edit: hello((bytes) => withoutExtension(bytes, ExtensionType.SupportedVersions)),
    reason: "NoCommonVersion",
  },
  {
    name: "no key_share",
    edit: hello((bytes) => withoutExtension(bytes, ExtensionType.KeyShare)),
    reason: "MissingExtension",
  },
  {
    name: "key share for a group without ours",
    edit: hello((bytes) => withContents(bytes, ExtensionType.KeyShare, 0, 0x17, 0, 1, 4)),
    reason: "UnofferedGroup",
  },
  {
    name: "key share of zeros",
    edit: hello((bytes) =>
      withContents(bytes, ExtensionType.KeyShare, 0, 0x1d, 0, 32, ...new Array<number>(32).fill(0)),
    ),
    reason: "BadKeyShare",
  },
  {
    name: "key share of wrong length",
    edit: hello((bytes) =>
      withContents(bytes, ExtensionType.KeyShare, 0, 0x1d, 0, 31, ...new Array<number>(31).fill(9)),
    ),
    reason: "BadKeyShare",
  },
  {
    name: "HelloRetryRequest that asks for nothing",
    edit: hello((bytes) => retry(bytes, { selectedVersion: TLS13 })),
    reason: "UselessHelloRetryRequest",
  },
  {
    name: "HelloRetryRequest for a share that was sent",
    edit: hello((bytes) => retry(bytes, { selectedVersion: TLS13, selectedGroup: 0x1d })),
    reason: "UselessHelloRetryRequest",
  },
  {
    name: "HelloRetryRequest for a group that was not offered",
    edit: hello((bytes) => retry(bytes, { selectedVersion: TLS13, selectedGroup: 0x1e })),
    reason: "UnofferedGroup",
  },
  {
    name: "HelloRetryRequest without supported_versions",
    edit: hello((bytes) =>
      withoutExtension(
        retry(bytes, { selectedVersion: TLS13, cookie: Uint8Array.of(1) }),
        ExtensionType.SupportedVersions,
      ),
    ),
    reason: "MissingExtension",
  },
  {
    name: "second HelloRetryRequest",
    both: retried,
    server: p256,
    edit: hello((bytes) => retry(bytes, { selectedVersion: TLS13, cookie: Uint8Array.of(1) }), 1),
    reason: "SecondHelloRetryRequest",
  },
  {
    name: "another suite after HelloRetryRequest",
    both: retried,
    server: p256,
    edit: hello((bytes) => overwrite(bytes, suiteOffset(bytes), 0x13, 0x01), 1),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "TLS 1.2 after HelloRetryRequest",
    server: { ...p256, ...tls13 },
    both: {},
    edit: hello((bytes) => withoutExtension(bytes, ExtensionType.SupportedVersions), 1),
    reason: "MissingExtension",
  },
  {
    name: "another group after HelloRetryRequest",
    both: retried,
    server: p256,
    edit: hello(
      (bytes) =>
        withContents(
          bytes,
          ExtensionType.KeyShare,
          0,
          0x1d,
          0,
          32,
          ...new Array<number>(32).fill(9),
        ),
      1,
    ),
    reason: "UnofferedGroup",
  },
  {
    name: "application data before Finished",
    edit: before(Finished, record(ContentType.ApplicationData, 1, 2, 3)),
    reason: "UnexpectedRecord",
  },
  {
    name: "plain record where all are protected",
    edit: before(
      Certificate,
      plainRecord(ContentType.Handshake, encodeCertificate13(NONE, chain, null)),
    ),
    reason: "UnexpectedRecord",
  },
  {
    name: "plain alert among protected records",
    edit: before(Certificate, plainRecord(ContentType.Alert, Uint8Array.of(2, 40))),
    reason: "UnexpectedRecord",
  },
  {
    name: "plain alert instead of EncryptedExtensions",
    edit: before(EncryptedExtensions, plainRecord(ContentType.Alert, Uint8Array.of(2, 40))),
    reason: "AlertReceived",
  },
  {
    name: "alert during the handshake",
    edit: before(Certificate, record(ContentType.Alert, 2, 40)),
    reason: "AlertReceived",
  },
  {
    name: "close_notify during the handshake",
    edit: before(Certificate, record(ContentType.Alert, 1, 0)),
    reason: "ClosedDuringHandshake",
  },
  {
    name: "alert of three bytes",
    edit: before(Certificate, record(ContentType.Alert, 2, 40, 0)),
    reason: "BadAlert",
  },
  {
    name: "alert of a level that does not exist",
    edit: before(Certificate, record(ContentType.Alert, 3, 40)),
    reason: "BadAlert",
  },
  {
    name: "handshake record without content",
    edit: before(Certificate, record(ContentType.Handshake)),
    reason: "EmptyHandshakeRecord",
  },
  {
    name: "ServerHello with more behind it in its record",
    edit: hello((bytes) => concat(bytes, Uint8Array.of(8, 0, 0, 2, 0, 0))),
    reason: "KeyChangeInsideMessage",
  },
  {
    name: "message behind Finished in its record",
    edit: change(Finished, (bytes) => concat(bytes, Uint8Array.of(24, 0, 0, 1, 0))),
    reason: "KeyChangeInsideMessage",
  },
  {
    name: "ChangeCipherSpec of another byte",
    edit: onChangeCipherSpec(plainRecord(ContentType.ChangeCipherSpec, Uint8Array.of(2))),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "ChangeCipherSpec of two bytes",
    edit: onChangeCipherSpec(plainRecord(ContentType.ChangeCipherSpec, Uint8Array.of(1, 1))),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "ChangeCipherSpec inside a message",
    edit: instead(
      EncryptedExtensions,
      { kind: "record", type: ContentType.Handshake, content: Uint8Array.of(8, 0, 0) },
      plainRecord(ContentType.ChangeCipherSpec, Uint8Array.of(1)),
    ),
    reason: "BadChangeCipherSpec",
  },
  {
    name: "ChangeCipherSpec protected",
    edit: before(Certificate, record(ContentType.ChangeCipherSpec, 1)),
    reason: "UnexpectedRecord",
  },
  {
    name: "ChangeCipherSpec without end",
    edit: onChangeCipherSpec(
      ...new Array<Item>(40).fill(plainRecord(ContentType.ChangeCipherSpec, Uint8Array.of(1))),
    ),
    reason: "TooManyChangeCipherSpecs",
  },
  {
    name: "ChangeCipherSpec before ServerHello is dropped",
    edit: before(ServerHello, plainRecord(ContentType.ChangeCipherSpec, Uint8Array.of(1))),
    reason: null,
  },
  { name: "no ChangeCipherSpec is fine", edit: onChangeCipherSpec(), reason: null },
  {
    name: "record that is longer than the limit",
    edit: before(Certificate, plainRecord(ContentType.ApplicationData, NONE, 16384 + 257)),
    reason: "RecordTooLong",
  },
  {
    name: "content that is longer than the limit",
    edit: before(Certificate, {
      kind: "record",
      type: ContentType.Handshake,
      content: new Uint8Array(16385),
    }),
    reason: "RecordTooLong",
  },
  {
    name: "padding beyond the limit",
    edit: before(Certificate, {
      kind: "record",
      type: 0,
      content: concat(new Uint8Array(16000).fill(22), new Uint8Array(385)),
    }),
    reason: "RecordTooLong",
  },
  {
    name: "nothing but padding",
    edit: before(Certificate, { kind: "record", type: 0, content: new Uint8Array(10) }),
    reason: "BadInnerPlaintext",
  },
  {
    name: "record too short for a tag",
    edit: before(Certificate, plainRecord(ContentType.ApplicationData, new Uint8Array(16))),
    reason: "RecordTooShort",
  },
  {
    name: "record that is forged",
    edit: before(Certificate, plainRecord(ContentType.ApplicationData, new Uint8Array(50))),
    reason: "BadRecordMac",
  },
  {
    name: "inner type that does not exist",
    edit: before(Certificate, record(99, 1, 2, 3)),
    reason: "UnexpectedRecord",
  },
  {
    name: "bytes of another protocol",
    edit: before(ServerHello, {
      kind: "raw",
      bytes: Uint8Array.from("HTTP/1.1 400 Bad Request\r\n", (c) => c.charCodeAt(0)),
    }),
    reason: "NotTls",
  },
  {
    name: "message longer than the limit",
    edit: before(Certificate, {
      kind: "record",
      type: ContentType.Handshake,
      content: Uint8Array.of(11, 0, 0x80, 1),
    }),
    reason: "MessageTooLong",
  },
  {
    name: "message of an unknown type",
    edit: before(Certificate, message(Uint8Array.of(99, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateRequest with a context",
    edit: before(
      Certificate,
      message(encodeCertificateRequest13(Uint8Array.of(1), { signatureAlgorithms: [0x0403] })),
    ),
    reason: "ForbiddenValue",
  },
  {
    name: "CertificateRequest without signature_algorithms",
    edit: before(
      Certificate,
      message(
        withExtension(
          withBody(Uint8Array.of(13, 0, 0, 0), Uint8Array.of(0, 0, 0)),
          UNKNOWN_EXTENSION,
        ),
      ),
    ),
    reason: "MissingExtension",
  },
  {
    name: "two CertificateRequests",
    edit: before(
      Certificate,
      message(encodeCertificateRequest13(NONE, { signatureAlgorithms: [0x0403] })),
      message(encodeCertificateRequest13(NONE, { signatureAlgorithms: [0x0403] })),
    ),
    reason: "UnexpectedMessage",
  },
  {
    name: "CertificateRequest in a resumed handshake",
    resumed: {},
    edit: before(
      Finished,
      message(encodeCertificateRequest13(NONE, { signatureAlgorithms: [0x0403] })),
    ),
    reason: "UnexpectedMessage",
  },
  {
    name: "name that is not the certificate's",
    client: { verifyName: "elsewhere.example" },
    reason: "NameMismatch",
  },
  {
    name: "no common version",
    client: { versions: [TLS13] },
    both: {},
    edit: hello((bytes) =>
      overwrite(withoutExtension(bytes, ExtensionType.SupportedVersions), 4, 3, 2),
    ),
    reason: "NoCommonVersion",
  },
];

export const ATTACKS_13_CLIENT: readonly Attack[] = CASES.map((one) => ({
  both: tls13,
  ...one,
  name: `TLS 1.3 client: ${one.name}`,
  victim: "client",
}));
