/**
 * TLS 1.2 CBC records (RFC 5246 §6.2.3.2, RFC 7366): known answers, paddings, and that opening hashes the same number of
 * blocks whatever the padding, with one failure for bad padding and bad MAC.
 */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { rangeOf } from "../../src/bytes/byte-range.ts";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import {
  CIPHER_SUITES,
  type CipherSuite,
  HASHES,
  type HashName,
} from "../../src/protocol/cipher-suite.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { TlsFailure } from "../../src/protocol/failure.ts";
import { RECORD_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { AdditionalData12 } from "../../src/record/aead-12.ts";
import { copyMac, readPadding } from "../../src/record/cbc-padding.ts";
import { createOpener, createSealer } from "../../src/record/protection.ts";
import { writeRecordHeader } from "../../src/record/record-header.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { fixture } from "../support/data.ts";
import { keysOf, open, pattern } from "../support/record-kit.ts";

interface KnownRecord {
  readonly cipher: string;
  readonly mac: HashName;
  readonly encrypt_then_mac: boolean;
  readonly mac_key: string;
  readonly enc_key: string;
  readonly iv: string;
  readonly associated_data: string;
  readonly plaintext: string;
  readonly ciphertext: string;
}

const VECTORS = fixture<{
  readonly record_kats: readonly KnownRecord[];
  readonly padding: readonly { readonly record: string; readonly padding_bytes: number }[];
}>("tls-kdf/tls-cbc.json");

const suiteOf = (cipher: string, mac: HashName): CipherSuite => {
  const row = CIPHER_SUITES.find((suite) => suite.cipher.name === cipher && suite.mac === mac);
  if (row === undefined) throw new Error(`no suite with ${cipher} and HMAC-${mac}`);
  return row;
};

/** Counts compressions of hashes: what a clock would see. */
class Counter {
  blocks = 0;
  readonly provider: CryptoProvider;

  constructor(real: CryptoProvider) {
    const count = (name: HashName, length: number): void => {
      const block = HASHES[name].blockLength;
      this.blocks += Math.ceil((length + 1 + block / 8) / block);
    };
    this.provider = {
      ...real,
      name: real.name,
      aead: (name, key) => real.aead(name, key),
      cbc: (name, key) => real.cbc(name, key),
      digest: (name, data) => {
        count(name === "sha224" ? "sha256" : name, data.length);
        return real.digest(name, data);
      },
      hmac: (name, key, ...parts) => {
        const { blockLength, length } = HASHES[name];
        count(name, blockLength + parts.reduce((sum, part) => sum + part.length, 0));
        count(name, blockLength + length);
        return real.hmac(name, key, ...parts);
      },
    };
  }
}

/** A record with any padding and any damage, which no sealer of ours makes. */
function crafted(
  provider: CryptoProvider,
  row: CipherSuite,
  content: Uint8Array,
  padding: Uint8Array,
  damageMac = 0,
): Uint8Array {
  const keys = keysOf(row);
  const macName = row.mac ?? "sha1";
  const header = new AdditionalData12().of(ContentType.ApplicationData, 0, content.length);
  const mac = provider.hmac(macName, keys.macKey ?? new Uint8Array(0), header, content).slice();
  mac[0] = (mac[0] as number) ^ damageMac;
  const plaintext = concat(content, mac, padding);
  const iv = pattern(16, 4);
  const name = row.cipher.name;
  if (name !== "aes-128-cbc" && name !== "aes-256-cbc") throw new Error("no CBC suite");
  provider.cbc(name, keys.key).encrypt(iv, plaintext);
  const record = new Uint8Array(RECORD_HEADER_LENGTH + iv.length + plaintext.length);
  writeRecordHeader(record, ContentType.ApplicationData, TLS12, iv.length + plaintext.length);
  record.set(iv, RECORD_HEADER_LENGTH);
  record.set(plaintext, RECORD_HEADER_LENGTH + iv.length);
  return record;
}

const SUITES = [
  suiteOf("aes-128-cbc", "sha1"),
  suiteOf("aes-256-cbc", "sha256"),
  suiteOf("aes-256-cbc", "sha384"),
];

for (const provider of PROVIDERS) {
  const cbc = suite(`record: CBC, ${provider.name}`);

  cbc("the known records are those of Botan; 3DES is not built", () => {
    const built = VECTORS.record_kats.filter((vector) => vector.cipher.startsWith("aes-"));
    assert.equal([VECTORS.record_kats.length, built.length], [5, 4]);
  });

  for (const [index, vector] of VECTORS.record_kats.entries()) {
    if (!vector.cipher.startsWith("aes-")) continue;
    cbc(`known record ${index}: ${vector.cipher}, ${vector.mac}`, () => {
      const keys = {
        suite: suiteOf(vector.cipher, vector.mac),
        key: fromHex(vector.enc_key),
        iv: new Uint8Array(0),
        macKey: fromHex(vector.mac_key),
        encryptThenMac: vector.encrypt_then_mac,
      };
      const sequence = Number.parseInt(vector.associated_data.slice(0, 16), 16);
      const type = Number.parseInt(vector.associated_data.slice(16, 18), 16);
      const sealer = createSealer(provider, keys, () => fromHex(vector.iv));
      const header = new Uint8Array(sealer.headerLength);
      const data = fromHex(vector.plaintext);
      const trailer = new Uint8Array(sealer.trailerLength(data.length));
      const body = fromHex(vector.iv + vector.ciphertext);
      const record = new Uint8Array(RECORD_HEADER_LENGTH + body.length);
      writeRecordHeader(record, type, TLS12, body.length);
      record.set(body, RECORD_HEADER_LENGTH);
      sealer.seal(type, sequence, rangeOf(header), rangeOf(data), rangeOf(trailer));
      const sealed = toHex(header) + toHex(data) + toHex(trailer);
      // Other stacks may pad more than they need; ours never does.
      if (sealed.length === 2 * record.length) assert.is(sealed, toHex(record));
      else assert.ok(sealed.length < 2 * record.length);
      const opened = open(createOpener(provider, keys), sequence, record);
      assert.is(opened.type, type);
      assert.is(toHex(opened.content), vector.plaintext);
    });
  }

  cbc("22 paddings", () => {
    assert.is(VECTORS.padding.length, 22);
    for (const { record, padding_bytes } of VECTORS.padding) {
      const { good, length } = readPadding(fromHex(record), 0);
      assert.is(good === 0 ? 0 : length, padding_bytes, record.slice(0, 20));
    }
  });

  cbc("the MAC is found at every place", () => {
    const size = 20;
    const plaintext = pattern(400);
    for (let macEnd = 400 - 256; macEnd < 400; macEnd++) {
      const mac = new Uint8Array(size);
      copyMac(plaintext, macEnd, mac);
      assert.is(toHex(mac), toHex(plaintext.subarray(macEnd - size, macEnd)), `end ${macEnd}`);
    }
  });

  for (const row of SUITES) {
    const mac = row.mac ?? "sha1";
    const macLength = HASHES[mac].length;

    cbc(`${row.name}: every legal padding opens, with the same work`, () => {
      // One length of record, hence one amount of work: what varies is how much of it is content.
      const total = 16 * 20;
      const counts = new Set<number>();
      for (let padding = 1; padding <= 256; padding++) {
        const contentLength = total - macLength - padding;
        if (contentLength < 0) continue;
        const content = pattern(contentLength);
        const record = crafted(provider, row, content, new Uint8Array(padding).fill(padding - 1));
        const counter = new Counter(provider);
        const opened = open(createOpener(counter.provider, keysOf(row)), 0, record);
        assert.is(toHex(opened.content), toHex(content));
        counts.add(counter.blocks);
      }
      assert.is(counts.size, 1, `blocks: ${[...counts].join(", ")}`);
    });

    cbc(`${row.name}: bad padding, bad MAC and both are one failure with the same work`, () => {
      const total = 16 * 20;
      const told = new Set<string>();
      const counts = new Set<number>();
      const attempt = (padding: Uint8Array, damage: number): void => {
        const content = pattern(total - macLength - padding.length);
        const record = crafted(provider, row, content, padding, damage);
        const before = toHex(record);
        const counter = new Counter(provider);
        try {
          open(createOpener(counter.provider, keysOf(row)), 0, record);
          told.add("opened");
        } catch (error) {
          if (!(error instanceof TlsFailure)) throw error;
          told.add(`${error.reason}: ${error.message}`);
        }
        assert.is(toHex(record), before, "the record is as it was");
        counts.add(counter.blocks);
      };
      for (const length of [1, 2, 15, 16, 17, 100, 255, 256]) {
        const good = new Uint8Array(length).fill(length - 1);
        attempt(good, 1);
        if (length === 1) continue;
        for (const at of new Set([0, length >> 1, length - 2])) {
          const bad = good.slice();
          bad[at] = (bad[at] as number) ^ 0x80;
          attempt(bad, 0);
          attempt(bad, 1);
        }
      }
      // A length byte that reaches beyond the record, and one that leaves no room for the MAC.
      attempt(Uint8Array.of(0xff), 0);
      attempt(new Uint8Array(16).fill(0xfe), 0);
      assert.is(told.size, 1, [...told].join("; "));
      assert.is(counts.size, 1, `blocks: ${[...counts].join(", ")}`);
    });

    cbc(`${row.name}: a record with room for nothing but MAC and padding`, () => {
      const padding = 16 - (macLength % 16);
      const record = crafted(
        provider,
        row,
        new Uint8Array(0),
        new Uint8Array(padding).fill(padding - 1),
      );
      const opened = open(createOpener(provider, keysOf(row)), 0, record);
      assert.is(opened.content.length, 0);
    });
  }

  cbc("encrypt-then-MAC: a wrong padding under a right MAC is the same failure", () => {
    for (const row of SUITES) {
      const keys = keysOf(row, true);
      const { name } = row.cipher;
      if (name !== "aes-128-cbc" && name !== "aes-256-cbc") throw new Error("no CBC suite");
      for (const [last, isRight] of [
        [3, true],
        [4, false],
        [255, false],
      ] as const) {
        const body = concat(pattern(16, 4), pattern(44), Uint8Array.of(3, 3, 3, last));
        provider.cbc(name, keys.key).encrypt(body.subarray(0, 16), body.subarray(16));
        const covered = new AdditionalData12().of(ContentType.ApplicationData, 0, body.length);
        const mac = provider.hmac(
          row.mac ?? "sha1",
          keys.macKey ?? new Uint8Array(0),
          covered,
          body,
        );
        const record = concat(new Uint8Array(RECORD_HEADER_LENGTH), body, mac);
        const length = body.length + mac.length;
        writeRecordHeader(record, ContentType.ApplicationData, TLS12, length);
        const opener = createOpener(provider, keys);
        if (isRight) assert.is(toHex(open(opener, 0, record).content), toHex(pattern(44)));
        else assert.throws(() => open(opener, 0, record), /the MAC or the padding of a record/);
      }
    }
  });

  cbc("encrypt-then-MAC: the MAC is checked before anything is decrypted", () => {
    const row = suiteOf("aes-128-cbc", "sha256");
    let decrypted = 0;
    const watching: CryptoProvider = {
      ...new Counter(provider).provider,
      cbc: (name, key) => {
        const real = provider.cbc(name, key);
        return {
          encrypt: (iv, data) => real.encrypt(iv, data),
          decrypt: (iv, data) => {
            decrypted++;
            real.decrypt(iv, data);
          },
          wipe: () => real.wipe(),
        };
      },
    };
    const sealer = createSealer(provider, keysOf(row, true), (length) => pattern(length));
    const header = new Uint8Array(sealer.headerLength);
    const data = pattern(40);
    const trailer = new Uint8Array(sealer.trailerLength(40));
    sealer.seal(ContentType.ApplicationData, 0, rangeOf(header), rangeOf(data), rangeOf(trailer));
    const record = concat(header, data, trailer);
    const opener = createOpener(watching, keysOf(row, true));
    for (const at of [sealer.headerLength, record.length - 1]) {
      const damaged = record.slice();
      damaged[at] = (damaged[at] as number) ^ 1;
      assert.throws(() => open(opener, 0, damaged), /wrong/);
    }
    assert.is(decrypted, 0);
    open(opener, 0, record);
    assert.is(decrypted, 1);
  });

  cbc.run();
}
