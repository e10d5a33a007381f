/**
 * ClientHellos that break TLS 1.3, by name (RFC 8446), before and after HelloRetryRequest, and some that only look odd.
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { SIGNATURE_SCHEMES } from "../../src/protocol/signature-scheme.ts";
import { groupNamed } from "../support/configurations.ts";
import {
  before,
  changeContents,
  changeExtensions,
  flip,
  instead,
  message,
  only,
  withContents,
  withExtension,
  withHello,
  withoutExtension,
} from "../support/edits.ts";
import { plainRecord } from "../support/malicious-peer.ts";
import { type Attack, type Case, table } from "./attack.ts";
import { clientHello, nines, plainCcs, retried, suite, tls12, tls13, zeros } from "./attack-kit.ts";

const { ClientHello } = HandshakeType;
const second = (how: Parameters<typeof clientHello>[0]) => clientHello(how, 1);

const HELLOS: readonly Case[] = [
  {
    name: "no key_share",
    edit: clientHello((b) => withoutExtension(b, ExtensionType.KeyShare)),
    reason: "MissingExtension",
  },
  {
    name: "no supported_groups",
    edit: clientHello((b) => withoutExtension(b, ExtensionType.SupportedGroups)),
    reason: "MissingExtension",
  },
  {
    name: "no signature_algorithms",
    edit: clientHello((b) => withoutExtension(b, ExtensionType.SignatureAlgorithms)),
    reason: "MissingExtension",
  },
  {
    name: "two shares for one group",
    edit: clientHello((b) =>
      changeContents(b, ExtensionType.KeyShare, (data) =>
        concat(Uint8Array.of(0, 72), data.subarray(2), data.subarray(2)),
      ),
    ),
    reason: "BadKeyShare",
  },
  {
    name: "share for a group that is not offered",
    edit: clientHello((b) => withContents(b, ExtensionType.SupportedGroups, 0, 2, 0, 0x17)),
    reason: "BadKeyShare",
  },
  {
    name: "share that is no key",
    edit: clientHello((b) =>
      withContents(b, ExtensionType.KeyShare, 0, 36, 0, 0x1d, 0, 32, ...zeros(32)),
    ),
    reason: "BadKeyShare",
  },
  {
    name: "compression",
    edit: clientHello((b) => withHello(b, () => ({ compressionMethods: Uint8Array.of(0, 1) }))),
    reason: "ForbiddenCompression",
  },
  {
    name: "no version in common",
    client: tls12,
    reason: "NoCommonVersion",
  },
  {
    name: "versions of tomorrow alone",
    edit: clientHello((b) => withContents(b, ExtensionType.SupportedVersions, 2, 3, 5)),
    reason: "NoCommonVersion",
  },
  {
    name: "no suite in common",
    client: { cipherSuites: suite(0x1303) },
    server: { cipherSuites: suite(0x1301) },
    reason: "NoCommonCipherSuite",
  },
  {
    name: "no group in common",
    client: { groups: [groupNamed("x25519")] },
    server: { groups: [groupNamed("secp384r1")] },
    reason: "NoCommonGroup",
  },
  {
    name: "no signature scheme in common",
    client: { signatureSchemes: SIGNATURE_SCHEMES.filter(({ keyType }) => keyType === "rsa") },
    reason: "NoCommonSignatureScheme",
  },
  {
    name: "name that is not ASCII",
    edit: clientHello((b) => withContents(b, ExtensionType.ServerName, 0, 4, 0, 0, 1, 0xff)),
    reason: "ForbiddenValue",
  },
  {
    name: "hello without extensions",
    edit: clientHello((b) => changeExtensions(b, () => [])),
    reason: "NoCommonVersion",
  },
  {
    name: "extension of a ServerHello",
    edit: clientHello((b) => withExtension(b, ExtensionType.Cookie, 0, 1)),
    reason: "MalformedMessage",
  },
  {
    name: "another message first",
    edit: before(ClientHello, message(Uint8Array.of(20, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "ChangeCipherSpec first",
    edit: before(ClientHello, plainCcs(1)),
    reason: "UnexpectedMessage",
  },
  {
    name: "application data first",
    edit: before(ClientHello, plainRecord(ContentType.ApplicationData, Uint8Array.of(1))),
    reason: "UnexpectedRecord",
  },
  {
    name: "heartbeat first",
    edit: before(ClientHello, plainRecord(24, Uint8Array.of(1))),
    reason: "UnexpectedRecord",
  },
  {
    name: "hello that is too long",
    edit: instead(ClientHello, {
      kind: "raw",
      bytes: Uint8Array.of(22, 3, 1, 0, 4, 1, 0x01, 0, 0),
    }),
    reason: "MessageTooLong",
  },
  // Odd, and right.
  {
    name: "no share at all leads to HelloRetryRequest",
    client: { keyShares: [] },
    reason: null,
    check: retried,
  },
  {
    name: "no session id, hence no ChangeCipherSpec",
    edit: clientHello((b) => withoutExtension(b, ExtensionType.PskKeyExchangeModes)),
    reason: null,
  },
];

const RETRIES: readonly Case[] = [
  { name: "HelloRetryRequest", reason: null, check: retried },
  {
    name: "second hello with another random",
    edit: second((b) => flip(b, 6)),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with another session id",
    edit: second((b) => flip(b, 39)),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with another version",
    edit: second((b) => withHello(b, () => ({ legacyVersion: 0x0302 }))),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with other suites",
    edit: second((b) =>
      withHello(b, ({ cipherSuites }) => ({ cipherSuites: cipherSuites.slice(1) })),
    ),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with an extension more",
    edit: second((b) => withExtension(b, 0x1234)),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with an extension less",
    edit: second((b) => withoutExtension(b, ExtensionType.StatusRequest)),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with another name",
    edit: second((b) => withContents(b, ExtensionType.ServerName, 0, 4, 0, 0, 1, 0x78)),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with other groups",
    edit: second((b) => withContents(b, ExtensionType.SupportedGroups, 0, 2, 0, 0x17)),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with early data",
    edit: second((b) => withExtension(b, ExtensionType.EarlyData)),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello without the cookie",
    edit: second((b) => withoutExtension(b, ExtensionType.Cookie)),
    reason: "BadCookie",
  },
  {
    name: "second hello with another cookie",
    edit: second((b) => changeContents(b, ExtensionType.Cookie, (cookie) => flip(cookie, 5))),
    reason: "BadCookie",
  },
  {
    name: "second hello with a share for another group",
    edit: second((b) =>
      withContents(b, ExtensionType.KeyShare, 0, 36, 0, 0x1d, 0, 32, ...nines(32)),
    ),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with a second share",
    edit: second((b) =>
      changeContents(b, ExtensionType.KeyShare, (data) => {
        const shares = concat(data.subarray(2), Uint8Array.of(0, 0x1d, 0, 32, ...nines(32)));
        return concat(Uint8Array.of(0, shares.length), shares);
      }),
    ),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello without a share",
    edit: second((b) => withContents(b, ExtensionType.KeyShare, 0, 0)),
    reason: "SecondHelloDiffers",
  },
  {
    name: "second hello with compression",
    edit: second((b) => withHello(b, () => ({ compressionMethods: Uint8Array.of(0, 1) }))),
    reason: "SecondHelloDiffers",
  },
  {
    name: "Finished instead of the second hello",
    edit: only(1, instead(ClientHello, message(Uint8Array.of(20, 0, 0, 0)))),
    reason: "UnexpectedMessage",
  },
];

const common = { victim: "server", both: tls13 } as const;
const retry = { ...common, server: { groups: [groupNamed("secp256r1")] } };

export const ATTACKS_13_HELLO: readonly Attack[] = [
  ...table("TLS 1.3 server", common, HELLOS),
  ...table("TLS 1.3 server", retry, RETRIES),
];
