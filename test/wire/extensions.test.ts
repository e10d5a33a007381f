/**
 * Extensions: where each may stand, what each may hold, and what happens to unknown, repeated and misplaced ones.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ByteReader } from "../../src/bytes/byte-reader.ts";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import { fromHex, latin1 } from "../../src/bytes/text.ts";
import { ExtensionType, extensionName } from "../../src/protocol/extension-type.ts";
import type { ExtensionPlace } from "../../src/wire/extensions/extension.ts";
import {
  EXTENSIONS,
  type Extensions,
  type ExtensionValues,
  extensionTypes,
  readExtensions,
  writeExtensions,
} from "../../src/wire/extensions/registry.ts";
import { refusal } from "./refusal.ts";

const E = ExtensionType;
const PLACES: readonly ExtensionPlace[] = [
  "clientHello",
  "serverHello",
  "helloRetryRequest",
  "encryptedExtensions",
  "certificateRequest",
  "certificate",
  "newSessionTicket",
];
/** Extensions that are not built: an old one, a GREASE value, a private one. */
const UNKNOWN = [E.MaxFragmentLength, 0x2a2a, 0xfe01];

type Raw = readonly [type: number, content: Uint8Array];

function read(place: ExtensionPlace, ...raw: readonly Raw[]): Extensions {
  const writer = new ByteWriter().vector(2, (block) => {
    for (const [type, content] of raw) block.u16(type).vector(2, content);
  });
  return readExtensions(new ByteReader(writer.finish(), place), place);
}

const NOTHING = new Uint8Array(0);

/**
 * RFC 8446 §4.2, and for the extensions of TLS 1.2 their own RFCs: messages by initials (CH ClientHello, SH ServerHello,
 * HR HelloRetryRequest, EE EncryptedExtensions, CR CertificateRequest, CT Certificate, NT NewSessionTicket).
 */
const WHERE: Readonly<Record<number, string>> = {
  [E.ServerName]: "CH SH EE",
  [E.StatusRequest]: "CH SH CR CT",
  [E.SupportedGroups]: "CH SH EE",
  [E.EcPointFormats]: "CH SH",
  [E.SignatureAlgorithms]: "CH CR",
  [E.Alpn]: "CH SH EE",
  [E.EncryptThenMac]: "CH SH",
  [E.ExtendedMasterSecret]: "CH SH",
  [E.SessionTicket]: "CH SH",
  [E.PreSharedKey]: "CH SH",
  [E.EarlyData]: "CH EE NT",
  [E.SupportedVersions]: "CH SH HR",
  [E.Cookie]: "CH HR",
  [E.PskKeyExchangeModes]: "CH",
  [E.CertificateAuthorities]: "CH CR",
  [E.PostHandshakeAuth]: "CH",
  [E.SignatureAlgorithmsCert]: "CH CR",
  [E.KeyShare]: "CH SH HR",
  [E.RenegotiationInfo]: "CH SH",
};
const INITIALS: Readonly<Record<ExtensionPlace, string>> = {
  clientHello: "CH",
  serverHello: "SH",
  helloRetryRequest: "HR",
  encryptedExtensions: "EE",
  certificateRequest: "CR",
  certificate: "CT",
  newSessionTicket: "NT",
};

const places = suite("wire: where extensions may stand");

places("the table above names what is built", () => {
  const built = EXTENSIONS.map(({ type }) => type).sort((a, b) => a - b);
  assert.equal(built, Object.keys(WHERE).map(Number));
});

for (const { type } of EXTENSIONS) {
  places(extensionName(type), () => {
    const allowed = (WHERE[type] ?? "").split(" ");
    for (const place of PLACES) {
      const misplaced = refusal(() => read(place, [type, NOTHING])) === "MisplacedExtension";
      assert.is(misplaced, !allowed.includes(INITIALS[place]), place);
    }
  });
}

for (const place of PLACES) {
  places(`${place}: unknown ones are only listed`, () => {
    const raw: Raw[] = UNKNOWN.map((type, index) => [type, Uint8Array.of(index)]);
    assert.equal(read(place, ...raw), { order: UNKNOWN, raw: raw.map(([, content]) => content) });
  });

  places(`${place}: none may stand twice`, () => {
    const raw: Raw[] = UNKNOWN.map((type) => [type, NOTHING]);
    for (const twice of raw) {
      assert.is(
        refusal(() => read(place, ...raw, twice)),
        "DuplicateExtension",
      );
    }
  });
}

places("a known one may not stand twice either", () => {
  assert.is(
    refusal(() => read("clientHello", [E.EncryptThenMac, NOTHING], [E.EncryptThenMac, NOTHING])),
    "DuplicateExtension",
  );
});

places("those of a ClientHello are written in the order of Windows 11", () => {
  const values: ExtensionValues = {
    renegotiationInfo: NOTHING,
    keyShare: [],
    alpn: ["h2"],
    ecPointFormats: [0],
    supportedGroups: [1],
    sessionTicket: NOTHING,
    signatureAlgorithms: [1],
    pskKeyExchangeModes: [1],
    supportedVersions: [1],
    statusRequest: { type: 1 },
    extendedMasterSecret: true,
    serverName: "a",
    preSharedKey: {
      identities: [{ identity: Uint8Array.of(1), obfuscatedTicketAge: 0 }],
      binders: [new Uint8Array(32)],
    },
  };
  const order = [0, 5, 43, 13, 35, 10, 11, 16, 51, 23, 65281, 45, 41];
  assert.equal(extensionTypes("clientHello", values), order);
  const writer = new ByteWriter();
  writeExtensions(writer, "clientHello", values);
  const received = readExtensions(new ByteReader(writer.finish(), "block"), "clientHello");
  assert.equal(received.order, order);
});

places("members of other messages are not written", () => {
  const writer = new ByteWriter();
  writeExtensions(writer, "newSessionTicket", { serverName: "a", selectedVersion: 1 });
  assert.equal(writer.finish(), Uint8Array.of(0, 0));
});

places("the block is bounded", () => {
  const block = (): ByteReader => new ByteReader(fromHex("0004 fe01 0000"), "block");
  const readBlock = (min: number, max: number): unknown =>
    readExtensions(block(), "newSessionTicket", min, max);
  assert.is(
    refusal(() => readBlock(4, 4)),
    null,
  );
  assert.is(
    refusal(() => readBlock(5, 9)),
    "DecodeError",
  );
  assert.is(
    refusal(() => readBlock(0, 3)),
    "DecodeError",
  );
});

places.run();

/** Content in hex, and the refusal it meets, or the values it yields. */
type ContentCase = readonly [
  title: string,
  place: ExtensionPlace,
  type: number,
  content: string,
  result: string | ExtensionValues,
];

const hostName = (name: string): string => {
  const writer = new ByteWriter().vector(2, (w) => w.u8(0).vector(2, latin1(name)));
  return Array.from(writer.finish(), (byte) => byte.toString(16).padStart(2, "0")).join("");
};
const refusedNames: ContentCase[] = [
  ["NUL", "a\0b"],
  ["blank", "a b"],
  ["UTF-8", "\u00c3\u00a9"],
  ["DEL", "a\x7f"],
  ["the root", "."],
  ["256 bytes", "a".repeat(256)],
].map(([title = "", name = ""]) => [
  `name: ${title}`,
  "clientHello",
  E.ServerName,
  hostName(name),
  "ForbiddenValue",
]);
const acceptedNames: ContentCase[] = [
  ["host.example", "host.example"],
  ["Host.EXAMPLE", "host.example"],
  ["host.example.", "host.example"],
  ["under_score", "under_score"],
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8::1", "2001:db8::1"],
  ["a".repeat(255), "a".repeat(255)],
].map(([name = "", serverName = ""]) => [
  `name: ${name.slice(0, 20)}`,
  "clientHello",
  E.ServerName,
  hostName(name),
  { serverName },
]);

const BINDER = "ee".repeat(32);
const CONTENTS: readonly ContentCase[] = [
  ...refusedNames,
  ...acceptedNames,
  ["name: empty", "clientHello", E.ServerName, hostName(""), "DecodeError"],
  ["name: none", "clientHello", E.ServerName, "0000", "DecodeError"],
  ["name: two", "clientHello", E.ServerName, "0008 00000161 00000162", "DecodeError"],
  ["name: other type", "clientHello", E.ServerName, "0004 01000161", { serverName: null }],
  [
    "name: behind another type",
    "clientHello",
    E.ServerName,
    "0008 01000162 00000161",
    { serverName: "a" },
  ],
  [
    "name: before another type",
    "clientHello",
    E.ServerName,
    "0007 00000161 ff0000",
    { serverName: "a" },
  ],
  ["name: other type, cut", "clientHello", E.ServerName, "0004 01000261", "DecodeError"],
  ["name: accepted", "serverHello", E.ServerName, "", { serverNameAccepted: true }],
  ["name: accepted with content", "encryptedExtensions", E.ServerName, "0000", "DecodeError"],
  ["OCSP", "clientHello", E.StatusRequest, "01 0000 0000", { statusRequest: { type: 1 } }],
  [
    "OCSP with responder and extensions",
    "clientHello",
    E.StatusRequest,
    "01 0003 0001aa 0001bb",
    { statusRequest: { type: 1 } },
  ],
  ["OCSP with empty responder", "clientHello", E.StatusRequest, "01 0002 0000 0000", "DecodeError"],
  ["status of type 2", "clientHello", E.StatusRequest, "02 ff", { statusRequest: { type: 2 } }],
  ["status without type", "clientHello", E.StatusRequest, "", "DecodeError"],
  ["staple of type 2", "certificate", E.StatusRequest, "02 000001 aa", "ForbiddenValue"],
  ["empty staple", "certificate", E.StatusRequest, "01 000000", "DecodeError"],
  ["no versions", "clientHello", E.SupportedVersions, "00", "DecodeError"],
  ["odd versions", "clientHello", E.SupportedVersions, "03 030403", "DecodeError"],
  ["no groups", "clientHello", E.SupportedGroups, "0000", "DecodeError"],
  ["odd groups", "clientHello", E.SupportedGroups, "0003 001d00", "DecodeError"],
  [
    "GREASE among groups",
    "clientHello",
    E.SupportedGroups,
    "0004 4a4a ffff",
    { supportedGroups: [0x4a4a, 0xffff] },
  ],
  ["no schemes", "certificateRequest", E.SignatureAlgorithms, "0000", "DecodeError"],
  ["no protocols", "clientHello", E.Alpn, "0000", "DecodeError"],
  ["empty protocol", "clientHello", E.Alpn, "0003 00 0161", "DecodeError"],
  ["bytes of a protocol", "clientHello", E.Alpn, "0003 02 0aff", { alpn: ["\n\u00ff"] }],
  ["no point formats", "clientHello", E.EcPointFormats, "00", "DecodeError"],
  ["no modes", "clientHello", E.PskKeyExchangeModes, "00", "DecodeError"],
  ["promised ticket with content", "serverHello", E.SessionTicket, "aa", "DecodeError"],
  ["no shares", "clientHello", E.KeyShare, "0000", { keyShare: [] }],
  ["empty share", "clientHello", E.KeyShare, "0004 001d 0000", "DecodeError"],
  ["two shares of a server", "serverHello", E.KeyShare, "001d0001aa 00170001aa", "DecodeError"],
  ["empty cookie", "helloRetryRequest", E.Cookie, "0000", "DecodeError"],
  ["no authorities", "clientHello", E.CertificateAuthorities, "0000", "DecodeError"],
  ["empty authority", "clientHello", E.CertificateAuthorities, "0005 0000 000130", "DecodeError"],
  ["flag with content", "clientHello", E.ExtendedMasterSecret, "00", "DecodeError"],
  ["no identities", "clientHello", E.PreSharedKey, `0000 0021 20${BINDER}`, "DecodeError"],
  [
    "empty identity",
    "clientHello",
    E.PreSharedKey,
    `0007 0000 00000000 00 0021 20${BINDER}`,
    "DecodeError",
  ],
  ["no binders", "clientHello", E.PreSharedKey, "0007 0001aa 00000000 0000", "DecodeError"],
  [
    "short binder",
    "clientHello",
    E.PreSharedKey,
    `0007 0001aa 00000000 0021 1f${BINDER}`,
    "DecodeError",
  ],
  [
    "early data size",
    "newSessionTicket",
    E.EarlyData,
    "ffffffff",
    { maxEarlyDataSize: 2 ** 32 - 1 },
  ],
];

const contents = suite("wire: what extensions may hold");

for (const [title, place, type, content, result] of CONTENTS) {
  contents(title, () => {
    const raw: Raw = [type, fromHex(content)];
    if (typeof result === "string") {
      assert.is(
        refusal(() => read(place, raw)),
        result,
      );
    } else assert.equal(read(place, raw), { ...result, order: [type], raw: [raw[1]] });
  });
}

contents.run();
