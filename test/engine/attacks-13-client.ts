/**
 * Servers that break TLS 1.3, by name (RFC 8446).
 */
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { TLS13 } from "../../src/protocol/version.ts";
import { encodeCertificate13 } from "../../src/wire/certificate.ts";
import { encodeCertificateRequest13 } from "../../src/wire/certificate-request.ts";
import { encodeFinished } from "../../src/wire/finished.ts";
import { encodeHelloRetryRequest } from "../../src/wire/server-hello.ts";
import { groupNamed } from "../support/configurations.ts";
import {
  after,
  before,
  change,
  drop,
  flip,
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
import { type Attack, type Case, table } from "./attack.ts";
import { either, NONE, nines, serverHello, tls13, UNKNOWN_EXTENSION, zeros } from "./attack-kit.ts";

const { ServerHello, EncryptedExtensions, Certificate, CertificateVerify, Finished } =
  HandshakeType;
const suitesOf = (hash: string) =>
  CIPHER_SUITES.filter((row) => row.version === TLS13 && row.hash === hash);
const oneShare = { keyShares: [groupNamed("x25519")] };
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

const chain = identity("p256").chain;

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
    server: { identities: ["rsa"] },
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
    edit: change(Certificate, (bytes) => withEntryExtension(bytes, UNKNOWN_EXTENSION)),
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
    both: { alpnProtocols: ["h2"] },
    edit: change(EncryptedExtensions, (bytes) =>
      withContents(bytes, ExtensionType.Alpn, 0, 3, 2, 0x68, 0x33),
    ),
    reason: "UnofferedApplicationProtocol",
  },
  {
    name: "two ALPN choices",
    both: { alpnProtocols: ["h2"] },
    edit: change(EncryptedExtensions, (bytes) =>
      withContents(bytes, ExtensionType.Alpn, 0, 6, 2, 0x68, 0x32, 2, 0x68, 0x32),
    ),
    reason: "ForbiddenValue",
  },
  {
    name: "extension twice in ServerHello",
    edit: serverHello((bytes) => withDouble(bytes, ExtensionType.SupportedVersions)),
    reason: "DuplicateExtension",
  },
  {
    name: "ALPN in ServerHello",
    both: { alpnProtocols: ["h2"] },
    edit: serverHello((bytes) => withExtension(bytes, ExtensionType.Alpn, 0, 3, 2, 0x68, 0x32)),
    reason: "MisplacedExtension",
  },
  {
    name: "PSK that was not offered",
    edit: serverHello((bytes) => withExtension(bytes, ExtensionType.PreSharedKey, 0, 0)),
    reason: "UnsolicitedExtension",
  },
  {
    name: "PSK index out of range",
    resumed: {},
    edit: serverHello((bytes) => withContents(bytes, ExtensionType.PreSharedKey, 0, 1)),
    reason: "UnofferedPsk",
  },
  {
    name: "PSK with a suite of another hash",
    resumed: { server: { cipherSuites: suitesOf("sha384") } },
    client: {},
    edit: serverHello((bytes) => overwrite(bytes, suiteOffset(bytes), 0x13, 0x01)),
    reason: "UnofferedPsk",
  },
  {
    name: "wrong legacy_session_id_echo",
    edit: serverHello((bytes) => flip(bytes, 39)),
    reason: "BadSessionIdEcho",
  },
  {
    name: "suite that was not offered",
    client: { cipherSuites: suitesOf("sha384") },
    edit: serverHello((bytes) => overwrite(bytes, suiteOffset(bytes), 0x13, 0x01)),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "suite of TLS 1.2",
    edit: serverHello((bytes) => overwrite(bytes, suiteOffset(bytes), 0xc0, 0x2c)),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "suite that does not exist",
    edit: serverHello((bytes) => overwrite(bytes, suiteOffset(bytes), 0x13, 0x7f)),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "supported_versions with TLS 1.2",
    edit: serverHello((bytes) => withContents(bytes, ExtensionType.SupportedVersions, 3, 3)),
    reason: "UnofferedVersion",
  },
  {
    name: "supported_versions with a version of tomorrow",
    edit: serverHello((bytes) => withContents(bytes, ExtensionType.SupportedVersions, 3, 5)),
    reason: "UnofferedVersion",
  },
  {
    name: "no supported_versions, to a client that only speaks TLS 1.3",
    edit: serverHello((bytes) => withoutExtension(bytes, ExtensionType.SupportedVersions)),
    reason: "NoCommonVersion",
  },
  {
    name: "no key_share",
    edit: serverHello((bytes) => withoutExtension(bytes, ExtensionType.KeyShare)),
    reason: "MissingExtension",
  },
  {
    name: "key share for a group without ours",
    edit: serverHello((bytes) => withContents(bytes, ExtensionType.KeyShare, 0, 0x17, 0, 1, 4)),
    reason: "UnofferedGroup",
  },
  {
    name: "key share of zeros",
    edit: serverHello((bytes) =>
      withContents(bytes, ExtensionType.KeyShare, 0, 0x1d, 0, 32, ...zeros(32)),
    ),
    reason: "BadKeyShare",
  },
  {
    name: "key share of wrong length",
    edit: serverHello((bytes) =>
      withContents(bytes, ExtensionType.KeyShare, 0, 0x1d, 0, 31, ...nines(31)),
    ),
    reason: "BadKeyShare",
  },
  {
    name: "HelloRetryRequest that asks for nothing",
    edit: serverHello((bytes) => retry(bytes, { selectedVersion: TLS13 })),
    reason: "UselessHelloRetryRequest",
  },
  {
    name: "HelloRetryRequest for a share that was sent",
    edit: serverHello((bytes) => retry(bytes, { selectedVersion: TLS13, selectedGroup: 0x1d })),
    reason: "UselessHelloRetryRequest",
  },
  {
    name: "HelloRetryRequest for a group that was not offered",
    edit: serverHello((bytes) => retry(bytes, { selectedVersion: TLS13, selectedGroup: 0x1e })),
    reason: "UnofferedGroup",
  },
  {
    name: "HelloRetryRequest without supported_versions",
    edit: serverHello((bytes) =>
      withoutExtension(
        retry(bytes, { selectedVersion: TLS13, cookie: Uint8Array.of(1) }),
        ExtensionType.SupportedVersions,
      ),
    ),
    reason: "MissingExtension",
  },
  {
    name: "HelloRetryRequest with an extension that was not sent",
    edit: serverHello((bytes) =>
      withExtension(
        retry(bytes, { selectedVersion: TLS13, cookie: Uint8Array.of(1) }),
        UNKNOWN_EXTENSION,
      ),
    ),
    reason: "UnsolicitedExtension",
  },
  {
    name: "HelloRetryRequest with a PSK",
    resumed: {},
    edit: serverHello((bytes) =>
      withExtension(
        retry(bytes, { selectedVersion: TLS13, cookie: Uint8Array.of(1) }),
        ExtensionType.PreSharedKey,
        0,
        0,
      ),
    ),
    reason: "MisplacedExtension",
  },
  {
    name: "HelloRetryRequest with another session id",
    edit: serverHello((bytes) =>
      flip(retry(bytes, { selectedVersion: TLS13, cookie: Uint8Array.of(1) }), 39),
    ),
    reason: "BadSessionIdEcho",
  },
  {
    name: "HelloRetryRequest with a suite that was not offered",
    edit: serverHello((bytes) => {
      const request = retry(bytes, { selectedVersion: TLS13, cookie: Uint8Array.of(1) });
      return overwrite(request, suiteOffset(request), 0x13, 0x05);
    }),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "second HelloRetryRequest",
    both: oneShare,
    server: p256,
    edit: serverHello(
      (bytes) => retry(bytes, { selectedVersion: TLS13, cookie: Uint8Array.of(1) }),
      1,
    ),
    reason: "SecondHelloRetryRequest",
  },
  {
    name: "another suite after HelloRetryRequest",
    both: oneShare,
    server: p256,
    edit: serverHello((bytes) => overwrite(bytes, suiteOffset(bytes), 0x13, 0x01), 1),
    reason: "UnofferedCipherSuite",
  },
  {
    name: "TLS 1.2 after HelloRetryRequest",
    server: { ...p256, ...tls13 },
    both: either,
    edit: serverHello((bytes) => withoutExtension(bytes, ExtensionType.SupportedVersions), 1),
    reason: "MissingExtension",
  },
  {
    name: "another group after HelloRetryRequest",
    both: oneShare,
    server: p256,
    edit: serverHello(
      (bytes) => withContents(bytes, ExtensionType.KeyShare, 0, 0x1d, 0, 32, ...nines(32)),
      1,
    ),
    reason: "UnofferedGroup",
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
    name: "no common version",
    client: { versions: [TLS13] },
    both: either,
    edit: serverHello((bytes) =>
      overwrite(withoutExtension(bytes, ExtensionType.SupportedVersions), 4, 3, 2),
    ),
    reason: "NoCommonVersion",
  },
];

export const ATTACKS_13_CLIENT: readonly Attack[] = table(
  "TLS 1.3 client",
  { victim: "client", both: tls13 },
  CASES,
);
