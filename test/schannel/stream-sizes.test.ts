/**
 * Stream sizes of every suite that is built, against the records that it makes (reference 3, 2.4 E4 to E11).
 */

import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { CIPHER_SUITES, type CipherSuite } from "../../src/protocol/cipher-suite.ts";
import * as a from "../../src/sspi/attributes.ts";
import { SecBuffer } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import {
  RSA_IDENTITY,
  RSA_PIN,
  SERVER_IDENTITY,
  SERVER_PIN,
} from "../support/pinned-dependencies.ts";
import { keysFor } from "../support/pre-shared-keys.ts";
import { rows } from "../support/rows.ts";
import { connected, type Pair, sspi, versionOnly } from "../support/session-kit.ts";
import { data, desc, is } from "../support/sspi-kit.ts";

const sizes = rows("schannel: stream sizes");

/** Header, trailer and block of the reference. */
const TABLE: readonly (readonly [
  row: string,
  fits: (suite: CipherSuite) => boolean,
  number,
  number,
  number,
])[] = [
  ["Z1", (s) => s.format === "tls13" && s.cipher.name.startsWith("aes"), 5, 17, 16],
  ["Z1", (s) => s.format === "tls13" && s.cipher.name.startsWith("chacha"), 5, 17, 1],
  ["Z2, 3.1 V2", (s) => s.format === "gcm12", 13, 16, 16],
  ["Z3", (s) => s.format === "chacha12", 5, 16, 1],
  ["Z4", (s) => s.mac === "sha1", 21, 36, 16],
  ["Z5", (s) => s.mac === "sha256", 21, 48, 16],
  ["Z6, 3.1 V1", (s) => s.mac === "sha384", 21, 64, 16],
];

/** A session with one suite; the sizes of the table are those without encrypt-then-MAC. */
function session(suite: CipherSuite): Pair {
  const ecdsa = suite.authentication !== "rsa";
  const sealwire = { cipherSuites: [suite.code], encryptThenMac: false };
  return connected(
    suite.format === "tls13" ? "TLS 1.3" : "TLS 1.2",
    {
      hRootStore: ecdsa ? SERVER_PIN : RSA_PIN,
      sealwire: { ...sealwire, ...keysFor(suite, "client") },
    },
    {
      paCred: [ecdsa ? SERVER_IDENTITY : RSA_IDENTITY],
      sealwire: { ...sealwire, ...keysFor(suite, "server") },
    },
  );
}

/** Length of the trailer of `n` bytes: the tag, or MAC and least padding. */
function trailerOf({ cipher, mac, format }: CipherSuite, n: number): number {
  if (format === "tls13") return 17;
  if (mac === null) return 16;
  const length = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 }[mac];
  return length + cipher.blockLength - ((n + length) % cipher.blockLength);
}

for (const suite of CIPHER_SUITES) {
  const found = TABLE.find(([, fits]) => fits(suite));
  assert.ok(found, suite.name);
  const [row, , cbHeader, cbTrailer, cbBlockSize] = found;
  sizes.row(`3.2 ${row}, 3.1 V6, 3.2 Z14, 2.4 E6, 8.2 P7`, suite.name, () => {
    const { client, server } = session(suite);
    const expected = { cbHeader, cbTrailer, cbMaximumMessage: 16_384, cBuffers: 4, cbBlockSize };
    assert.equal(client.value(a.SECPKG_ATTR_STREAM_SIZES), expected);
    assert.equal(server.value(a.SECPKG_ATTR_STREAM_SIZES), expected);
    let largest = 0;
    for (const n of [0, 1, 2, 15, 16, 17, 100, 16_383, 16_384]) {
      const content = new Uint8Array(n).fill(0x61);
      const buffers = client.sealed(content);
      const [header, body, trailer, spare] = buffers as [
        SecBuffer,
        SecBuffer,
        SecBuffer,
        SecBuffer,
      ];
      const lengths = [cbHeader, n, trailerOf(suite, n), 0];
      assert.equal([header.cbBuffer, body.cbBuffer, trailer.cbBuffer, spare.cbBuffer], lengths);
      largest = Math.max(largest, trailer.cbBuffer);
      const record = concat(...buffers.map((buffer) => buffer.bytes));
      assert.is(((record[3] ?? 0) << 8) | (record[4] ?? 0), record.length - 5);
      server.receive(record);
      const opened = server.open();
      is(opened.code, status.SEC_E_OK);
      assert.equal(opened.content, content);
      const parts = opened.buffers.slice(0, 3).map((buffer) => buffer.cbBuffer);
      assert.equal(parts, [cbHeader, n, record.length - cbHeader - n]);
    }
    assert.ok(largest <= cbTrailer);
  });
}

const suiteNamed = (name: string): CipherSuite => {
  const suite = CIPHER_SUITES.find((item) => item.name === name);
  if (suite === undefined) throw new Error(name);
  return suite;
};

const CBC_SHA1 = suiteNamed("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
const GCM = suiteNamed("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

sizes.row(
  "3.2 Z15",
  "AES-CBC HMAC-SHA1 with 100 bytes: 149, of which 144 in the length field",
  () => {
    const record = session(CBC_SHA1).client.seal(new Uint8Array(100));
    assert.is(record.length, 149);
    assert.equal(record.subarray(3, 5), Uint8Array.of(0, 144));
  },
);

sizes.row("3.1 V7", "44 is a real trailer length of CBC with HMAC-SHA256", () => {
  const suite = suiteNamed("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256");
  const { client } = session(suite);
  const lengths = Array.from(
    { length: 16 },
    (_, n) => client.sealed(new Uint8Array(n))[2]?.cbBuffer,
  );
  assert.ok(lengths.includes(44));
  assert.ok(lengths.includes(48));
});

sizes.row("3.1 V3 V4", "AES-GCM: 203 bytes make 232, the header received has 13", () => {
  const { client, server } = session(GCM);
  const record = client.seal(new Uint8Array(203));
  assert.is(record.length, 232);
  server.receive(record);
  assert.is(server.open().buffers[0]?.cbBuffer, 13);
});

sizes.row("2.4 E4", "what counts is this record's trailer, not the advertised maximum", () => {
  const { client, server } = session(CBC_SHA1);
  const attempt = (header: number, trailer: number): { code: number; record: Uint8Array } => {
    const buffers = [
      new SecBuffer(7, new Uint8Array(header)),
      data(new Uint8Array(100)),
      new SecBuffer(6, new Uint8Array(trailer)),
    ];
    const code = sspi.encryptMessage(client.handle, 0, desc(...buffers));
    return { code, record: concat(...buffers.map((buffer) => buffer.bytes)) };
  };
  is(attempt(21, 27).code, status.SEC_E_BUFFER_TOO_SMALL);
  is(attempt(20, 36).code, status.SEC_E_BUFFER_TOO_SMALL);
  const { code, record } = attempt(21, 28);
  is(code, status.SEC_E_OK);
  server.receive(record);
  is(server.open().code, status.SEC_E_OK);
});

sizes.row("2.4 E7 E9 E11", "three memories, any contents and sequence number", () => {
  for (const suite of [GCM, CBC_SHA1]) {
    const { client, server } = session(suite);
    const { cbHeader, cbTrailer } = client.value(a.SECPKG_ATTR_STREAM_SIZES);
    const buffers = [
      new SecBuffer(7, new Uint8Array(cbHeader).fill(0xaa)),
      data(Uint8Array.of(1, 2, 3)),
      new SecBuffer(6, new Uint8Array(cbTrailer).fill(0xbb)),
    ];
    is(sspi.encryptMessage(client.handle, 0, desc(...buffers), 77), status.SEC_E_OK);
    server.receive(concat(...buffers.map((buffer) => buffer.bytes)));
    assert.equal(server.open().content, Uint8Array.of(1, 2, 3));
  }
});

sizes.row("8.2 P6", "encryptAll chunks, and sends real trailers", () => {
  for (const suite of [GCM, CBC_SHA1]) {
    const { client, server } = session(suite);
    const content = Uint8Array.from({ length: 40_000 }, (_, i) => i & 0xff);
    const { status: code, records, consumed } = sspi.encryptAll(client.handle, content);
    is(code, status.SEC_E_OK);
    assert.is(consumed, content.length);
    server.receive(records);
    const parts = [server.open().content, server.open().content, server.open().content];
    assert.equal(concat(...parts), content);
    assert.is(server.inbox.length, 0);
    assert.is(sspi.encryptAll(client.handle, new Uint8Array(0)).records.length, 0);
  }
  const { client } = connected("TLS 1.3", versionOnly("TLS 1.3"));
  client.control(1);
  client.step();
  const closed = sspi.encryptAll(client.handle, new Uint8Array(5));
  assert.equal([status.statusName(closed.status), closed.consumed], ["SEC_E_CONTEXT_EXPIRED", 0]);
  is(sspi.encryptAll(null, new Uint8Array(5)).status, status.SEC_E_INVALID_HANDLE);
});

sizes.run();
