/**
 * ClientHellos that break TLS 1.3, by name (RFC 8446), before and after HelloRetryRequest, and some that only look odd.
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import type { FlightItem } from "../../src/handshake/flight.ts";
import { CIPHER_SUITES, FALLBACK_SCSV } from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { SIGNATURE_SCHEMES } from "../../src/protocol/signature-scheme.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { groupNamed } from "../support/configurations.ts";
import {
  before,
  change,
  changeExtensions,
  flip,
  instead,
  message,
  withContents,
  withDouble,
  withExtension,
  withHello,
  withoutExtension,
} from "../support/edits.ts";
import type { Edit, Encounter } from "../support/impostor.ts";
import { plainRecord } from "../support/impostor.ts";
import type { Attack } from "./attack.ts";

const { ClientHello } = HandshakeType;
const tls13 = { versions: [TLS13] } as const;
const retried = { ...tls13, groups: [groupNamed("secp256r1")] };

const hello = (how: (bytes: Uint8Array) => Uint8Array, nth: number | null = 0): Edit =>
  change(ClientHello, how, nth);
const second = (how: (bytes: Uint8Array) => Uint8Array): Edit => hello(how, 1);

const retriedAndWell = (encounter: Encounter): void => {
  if (!encounter.victim.facts.helloRetryRequest) throw new Error("there was no HelloRetryRequest");
};

type Case = Omit<Attack, "victim">;

const HELLOS: readonly Case[] = [
  {
    name: "no key_share",
    edit: hello((b) => withoutExtension(b, ExtensionType.KeyShare)),
    reason: "MissingExtension",
  },
  {
    name: "no supported_groups",
    edit: hello((b) => withoutExtension(b, ExtensionType.SupportedGroups)),
    reason: "MissingExtension",
  },
  {
    name: "no signature_algorithms",
    edit: hello((b) => withoutExtension(b, ExtensionType.SignatureAlgorithms)),
    reason: "MissingExtension",
  },
  {
    name: "extension twice",
    edit: hello((b) => withDouble(b, ExtensionType.SupportedGroups)),
    reason: "DuplicateExtension",
  },
  {
    name: "unknown extension twice",
    edit: hello((b) => withExtension(withExtension(b, 0x1234), 0x1234)),
    reason: "DuplicateExtension",
  },
  {
    name: "two shares for one group",
    edit: hello((b) =>
      changeExtensions(b, (list) =>
        list.map((one) =>
          one.type === ExtensionType.KeyShare
            ? {
                type: one.type,
                data: concat(Uint8Array.of(0, 72), one.data.subarray(2), one.data.subarray(2)),
              }
            : one,
        ),
      ),
    ),
    reason: "BadKeyShare",
  },
  {
    name: "share for a group that is not offered",
    edit: hello((b) => withContents(b, ExtensionType.SupportedGroups, 0, 2, 0, 0x17)),
    reason: "BadKeyShare",
  },
  {
    name: "share that is no key",
    edit: hello((b) =>
      withContents(
        b,
        ExtensionType.KeyShare,
        0,
        36,
        0,
        0x1d,
        0,
        32,
        ...new Array<number>(32).fill(0),
      ),
    ),
    reason: "BadKeyShare",
  },
  {
    name: "compression",
    edit: hello((b) => withHello(b, () => ({ compressionMethods: Uint8Array.of(0, 1) }))),
    reason: "ForbiddenCompression",
  },
  {
    name: "no version in common",
    both: {},
    server: tls13,
    client: { versions: [TLS12] },
    reason: "NoCommonVersion",
  },
  {
    name: "versions of tomorrow alone",
    edit: hello((b) => withContents(b, ExtensionType.SupportedVersions, 2, 3, 5)),
    reason: "NoCommonVersion",
  },
  {
    name: "fallback though both sides speak TLS 1.3",
    both: {},
    client: { versions: [TLS12] },
    edit: hello((b) =>
      withHello(b, ({ cipherSuites }) => ({ cipherSuites: [...cipherSuites, FALLBACK_SCSV] })),
    ),
    reason: "InappropriateFallback",
  },
  {
    name: "no suite in common",
    client: { cipherSuites: CIPHER_SUITES.filter(({ code }) => code === 0x1303) },
    server: { cipherSuites: CIPHER_SUITES.filter(({ code }) => code === 0x1301) },
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
    name: "name that is not ASCII",
    edit: hello((b) => withContents(b, ExtensionType.ServerName, 0, 4, 0, 0, 1, 0xff)),
    reason: "ForbiddenValue",
  },
  {
    name: "hello without extensions",
    edit: hello((b) => changeExtensions(b, () => [])),
    reason: "NoCommonVersion",
  },
  {
    name: "extension of a ServerHello",
    edit: hello((b) => withExtension(b, ExtensionType.Cookie, 0, 1)),
    reason: "MalformedMessage",
  },
  {
    name: "another message first",
    edit: before(ClientHello, message(Uint8Array.of(20, 0, 0, 0))),
    reason: "UnexpectedMessage",
  },
  {
    name: "ChangeCipherSpec first",
    edit: before(ClientHello, plainRecord(ContentType.ChangeCipherSpec, Uint8Array.of(1))),
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
    name: "SSL 2.0",
    edit: before(ClientHello, { kind: "raw", bytes: Uint8Array.of(0x80, 0x2e, 1, 0, 2, 0, 0x15) }),
    reason: "NotTls",
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
    name: "GREASE everywhere is passed over",
    edit: hello((b) =>
      withExtension(
        withExtension(
          withHello(b, ({ cipherSuites }) => ({ cipherSuites: [0x0a0a, ...cipherSuites] })),
          0x1a1a,
        ),
        0x2a2a,
        0,
      ),
    ),
    reason: null,
  },
  {
    name: "no share at all leads to HelloRetryRequest",
    client: { keyShares: [] },
    reason: null,
    check: retriedAndWell,
  },
  {
    name: "no session id, hence no ChangeCipherSpec",
    edit: hello((b) => withoutExtension(b, ExtensionType.PskKeyExchangeModes)),
    reason: null,
  },
];

const RETRIES: readonly Case[] = [
  { name: "HelloRetryRequest", reason: null, check: retriedAndWell },
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
    edit: second((b) =>
      changeExtensions(b, (list) =>
        list.map((one) =>
          one.type === ExtensionType.Cookie ? { type: one.type, data: flip(one.data, 5) } : one,
        ),
      ),
    ),
    reason: "BadCookie",
  },
  {
    name: "second hello with a share for another group",
    edit: second((b) =>
      withContents(
        b,
        ExtensionType.KeyShare,
        0,
        36,
        0,
        0x1d,
        0,
        32,
        ...new Array<number>(32).fill(9),
      ),
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
    edit: (item: FlightItem, n: number) =>
      item.kind === "message" && n > 0 && item.bytes[0] === ClientHello
        ? [message(Uint8Array.of(20, 0, 0, 0))]
        : [item],
    reason: "UnexpectedMessage",
  },
].map((one) => ({ both: { ...tls13 }, server: retried, ...one }) as Case);

export const ATTACKS_13_HELLO: readonly Attack[] = [...HELLOS, ...RETRIES].map((one) => ({
  both: tls13,
  ...one,
  name: `TLS 1.3 server: ${one.name}`,
  victim: "server",
}));
