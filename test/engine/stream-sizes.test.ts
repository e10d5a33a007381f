/**
 * STREAM_SIZES of every suite against what encryptMessage really wrote (reference 3.2), over the face: each length, one byte
 * too many, and the peer's view of it.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toHex } from "../../src/bytes/text.ts";
import { CIPHER_SUITES, HASHES } from "../../src/protocol/cipher-suite.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PAIRS } from "../providers/subjects.ts";
import { identity } from "../support/identities.ts";
import { keysFor } from "../support/pre-shared-keys.ts";
import { pattern } from "../support/record-kit.ts";
import { makeSession } from "../support/sspi-session.ts";

const LENGTHS = [0, 1, 15, 16, 17, 100, 16384];
const MAXIMUM = 16384;

/** Header and trailer of the reference: CBC's trailer is MAC and a block of padding. */
const EXPECTED = {
  tls13: [5, 17],
  gcm12: [13, 16],
  chacha12: [5, 16],
} as const;

const sizes = suite("engine: stream sizes");

const FORMATS = CIPHER_SUITES.flatMap((row) =>
  (row.mac === null ? [true] : [true, false]).map((encryptThenMac) => ({ row, encryptThenMac })),
);

for (const [index, { row, encryptThenMac }] of FORMATS.entries()) {
  const mac = row.mac === null ? "" : encryptThenMac ? ", encrypt-then-MAC" : ", MAC-then-encrypt";
  sizes(`${row.name}${mac}`, () => {
    // All four pairs of providers take their turn.
    const [first, second] = PAIRS[index % PAIRS.length] as (typeof PAIRS)[number];
    const algorithms = { cipherSuites: [row.code], encryptThenMac };
    const session = makeSession(first, second, {
      client: { sealwire: { ...algorithms, ...keysFor(row, "client") } },
      server: {
        paCred: [identity(row.authentication === "rsa" ? "rsa" : "p256")],
        sealwire: { ...algorithms, ...keysFor(row, "server") },
      },
    });
    session.handshake();
    session.drain(session.client);
    const [header, trailer] =
      row.format === "cbc12" ? [21, HASHES[row.mac ?? "sha1"].length + 16] : EXPECTED[row.format];
    for (const from of ["client", "server"] as const) {
      const side = session[from];
      const told = side.sizes();
      assert.equal(
        [told.header, told.trailer, told.block],
        [header, trailer, row.cipher.blockLength],
      );
      for (const length of LENGTHS) {
        const content = pattern(length);
        const { code, parts } = side.encrypt(content);
        assert.is(status.statusName(code), "SEC_E_OK");
        const written = parts.map((part) => part.length);
        assert.equal(written.slice(0, 2), [header, length]);
        assert.is(written[2], exactTrailer(length), `trailer of ${length} bytes`);
        session.carry(from, Uint8Array.of(...parts.flatMap((part) => [...part])));
        const receiver = from === "client" ? session.server : session.client;
        assert.is(toHex(session.drain(receiver)), toHex(content));
      }
      const tooLong = pattern(MAXIMUM + 1);
      const refused = side.encrypt(tooLong);
      assert.is(status.statusName(refused.code), "SEC_E_ENCRYPT_FAILURE");
      assert.is(toHex(refused.parts[1] ?? new Uint8Array(0)), toHex(tooLong), "untouched");
      assert.ok(
        refused.parts[0]?.every((byte) => byte === 0),
        "no header was written",
      );
      // The sequence number is as it was: the next record opens.
      assert.is(toHex(session.send(from, pattern(3))), toHex(pattern(3)));
    }

    function exactTrailer(length: number): number {
      if (row.format !== "cbc12") return trailer ?? 0;
      const macLength = HASHES[row.mac ?? "sha1"].length;
      const inside = length + (encryptThenMac ? 0 : macLength);
      return macLength + 16 - (inside % 16);
    }
  });
}

sizes("the worked example: TLS 1.2, CBC with HMAC-SHA1, 100 bytes: 21 + 100 + 28", () => {
  for (const [first, second] of PAIRS) {
    const row = CIPHER_SUITES.find(
      ({ mac, authentication }) => mac === "sha1" && authentication === "ecdsa",
    );
    const algorithms = { cipherSuites: [row?.code ?? 0], encryptThenMac: false };
    const session = makeSession(first, second, {
      client: { sealwire: algorithms },
      server: { sealwire: algorithms },
    });
    session.handshake();
    const { parts } = session.client.encrypt(pattern(100));
    assert.equal(
      parts.map((part) => part.length),
      [21, 100, 28],
    );
    assert.equal(session.client.sizes(), { header: 21, trailer: 36, block: 16 });
  }
});

sizes.run();
