/**
 * What hello messages demand beyond structure: the place of pre_shared_key, the bytes that binders cover, HelloRetryRequest;
 * and single values that other messages forbid.
 */
import { createHash } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { fromHex, latin1 } from "../../src/bytes/text.ts";
import { ExtensionType } from "../../src/protocol/extension-type.ts";
import { HANDSHAKE_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { decodeAlert } from "../../src/wire/alert-message.ts";
import { decodeCertificateStatus } from "../../src/wire/certificate.ts";
import { decodeCertificateRequest13 } from "../../src/wire/certificate-request.ts";
import {
  type ClientHelloParts,
  decodeClientHello,
  encodeClientHello,
  patchBinders,
  sentExtensions,
  truncatedLength,
} from "../../src/wire/client-hello.ts";
import { decodeFinished } from "../../src/wire/finished.ts";
import { decodeServerKeyExchange, readEcdheParameters } from "../../src/wire/key-exchange-12.ts";
import { decodeKeyUpdate } from "../../src/wire/key-update.ts";
import { decodeNewSessionTicket13 } from "../../src/wire/new-session-ticket.ts";
import {
  DOWNGRADE_TLS11,
  DOWNGRADE_TLS12,
  decodeServerHello,
  encodeHelloRetryRequest,
} from "../../src/wire/server-hello.ts";
import { refusal } from "./refusal.ts";
import { bytes } from "./samples.ts";

const PLAIN: ClientHelloParts = {
  legacyVersion: TLS12,
  random: bytes(32),
  sessionId: bytes(32),
  cipherSuites: [0xcaca],
  compressionMethods: Uint8Array.of(0),
  extensions: { supportedVersions: [TLS13] },
};
const WITH_PSK: ClientHelloParts = {
  ...PLAIN,
  extensions: {
    ...PLAIN.extensions,
    preSharedKey: {
      identities: [
        { identity: bytes(9), obfuscatedTicketAge: 1 },
        { identity: bytes(8), obfuscatedTicketAge: 2 },
      ],
      binders: [new Uint8Array(32), new Uint8Array(48)],
    },
  },
};
const BINDERS_LENGTH = 2 + 1 + 32 + 1 + 48;

const bodyOf = (message: Uint8Array): Uint8Array => message.subarray(HANDSHAKE_HEADER_LENGTH);

const hellos = suite("wire: hello messages");

hellos("binders cover all that is before their list", () => {
  const message = encodeClientHello(WITH_PSK);
  const expected = message.length - BINDERS_LENGTH;
  assert.is(truncatedLength(WITH_PSK.extensions, message.length), expected);
  assert.is(decodeClientHello(bodyOf(message)).truncatedLength, expected);
});

hellos("without PSK the whole message counts", () => {
  const message = encodeClientHello(PLAIN);
  assert.is(truncatedLength(PLAIN.extensions, message.length), message.length);
  assert.is(decodeClientHello(bodyOf(message)).truncatedLength, message.length);
});

hellos("binders are written into their places, the rest stays", () => {
  const message = encodeClientHello(WITH_PSK);
  const before = message.slice();
  const binders = [bytes(32, 1), bytes(48, 2)];
  patchBinders(message, binders);
  assert.equal(decodeClientHello(bodyOf(message)).extensions.preSharedKey?.binders, binders);
  const kept = message.length - BINDERS_LENGTH;
  assert.equal(message.subarray(0, kept), before.subarray(0, kept));
});

for (const lengths of [[32], [48], [48, 32], [32, 48, 32], [31, 48]]) {
  hellos(`binders of ${lengths.join(" and ")} bytes have no room`, () => {
    const binders = lengths.map((length) => bytes(length));
    assert.throws(() => patchBinders(encodeClientHello(WITH_PSK), binders), RangeError);
  });
}

hellos("pre_shared_key is the last extension or refused", () => {
  const message = encodeClientHello(WITH_PSK);
  const body = bodyOf(message);
  const psk = decodeClientHello(body).extensions.raw.at(-1) ?? new Uint8Array(0);
  const extensions = concat(
    fromHex("0029"),
    Uint8Array.of(psk.length >> 8, psk.length & 0xff),
    psk,
    fromHex("002b 0003 020304"),
  );
  const start = body.length - extensions.length;
  const moved = concat(body.subarray(0, start), extensions);
  assert.is(
    refusal(() => decodeClientHello(moved)),
    "MisplacedExtension",
  );
});

hellos("sentExtensions names what is in the message", () => {
  const sent = sentExtensions(WITH_PSK);
  assert.equal(sent, [ExtensionType.SupportedVersions, ExtensionType.PreSharedKey]);
  assert.equal(decodeClientHello(bodyOf(encodeClientHello(WITH_PSK))).extensions.order, sent);
});

hellos("byte arrays are views of the message", () => {
  const message = encodeClientHello(WITH_PSK);
  const hello = decodeClientHello(bodyOf(message));
  assert.is(hello.random.buffer, message.buffer);
  assert.is(hello.extensions.preSharedKey?.binders[0]?.buffer, message.buffer);
});

hellos("HelloRetryRequest has the random of RFC 8446 §4.1.3", () => {
  const message = encodeHelloRetryRequest({
    sessionId: bytes(32),
    cipherSuite: 0xcaca,
    extensions: { selectedVersion: TLS13, selectedGroup: 0xcaca },
  });
  const hello = decodeServerHello(bodyOf(message));
  assert.is(hello.isRetry, true);
  assert.is(hello.legacyVersion, TLS12);
  assert.is(hello.compressionMethod, 0);
  assert.is(
    Buffer.from(hello.random).toString("hex"),
    createHash("sha256").update("HelloRetryRequest").digest("hex"),
  );
});

hellos("the marks of a downgrade end with the version that was chosen", () => {
  assert.equal(DOWNGRADE_TLS12, concat(latin1("DOWNGRD"), Uint8Array.of(1)));
  assert.equal(DOWNGRADE_TLS11, concat(latin1("DOWNGRD"), Uint8Array.of(0)));
});

hellos.run();

/** Well-formed or not, but refused for what it says. */
const FORBIDDEN: readonly (readonly [string, (body: Uint8Array) => unknown, string, string])[] = [
  ["KeyUpdate of 2", decodeKeyUpdate, "02", "ForbiddenValue"],
  ["KeyUpdate of 255", decodeKeyUpdate, "ff", "ForbiddenValue"],
  [
    "ticket for seven days and a second",
    decodeNewSessionTicket13,
    "00093a81 00000000 00 0001aa 0000",
    "ForbiddenValue",
  ],
  [
    "ticket without a ticket",
    decodeNewSessionTicket13,
    "00093a80 00000000 00 0000 0000",
    "DecodeError",
  ],
  [
    "ticket with an extension of a hello",
    decodeNewSessionTicket13,
    "00000000 00000000 00 0001aa 0004 00170000",
    "MisplacedExtension",
  ],
  ["request without extensions", decodeCertificateRequest13, "00 0000", "DecodeError"],
  [
    "explicit curve",
    (body) => decodeServerKeyExchange(body, readEcdheParameters),
    "01 0000 01aa 0000 0000",
    "ForbiddenValue",
  ],
  ["status of type 2", decodeCertificateStatus, "02 000001aa", "ForbiddenValue"],
  ["Finished too short", (body) => decodeFinished(body, 32), "aa".repeat(31), "DecodeError"],
  ["Finished too long", (body) => decodeFinished(body, 32), "aa".repeat(33), "DecodeError"],
  ["empty alert", decodeAlert, "", "BadAlert"],
  ["half an alert", decodeAlert, "02", "BadAlert"],
  ["an alert and a half", decodeAlert, "020000", "BadAlert"],
  ["alert of level 0", decodeAlert, "0000", "BadAlert"],
  ["alert of level 3", decodeAlert, "0300", "BadAlert"],
];

const values = suite("wire: forbidden values");

for (const [title, decode, body, reason] of FORBIDDEN) {
  values(title, () => {
    assert.is(
      refusal(() => decode(fromHex(body))),
      reason,
    );
  });
}

values("alerts, of known and unknown description", () => {
  for (const [level, description] of [
    [1, 0],
    [2, 40],
    [2, 255],
  ] as const) {
    assert.equal(decodeAlert(Uint8Array.of(level, description)), { level, description });
  }
});

values.run();
