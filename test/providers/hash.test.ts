/**
 * Hashes, HMAC and HKDF of both providers, and their randomness.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { fromHex, latin1, toHex } from "../../src/bytes/text.ts";
import { expand, extract } from "../../src/crypto/hkdf-label.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { HASHES, type HashName } from "../../src/protocol/cipher-suite.ts";
import { PROVIDERS } from "./subjects.ts";
import { checkFile, type Pinned } from "./wycheproof.ts";

interface MacCase {
  readonly key: string;
  readonly msg: string;
  readonly tag: string;
}

interface HkdfCase {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
}

/** Hash of "abc", its first bytes (FIPS 180-4's examples); and the counts of the Wycheproof files. */
const ROWS: readonly { hash: HashName; abc: string; mac: Pinned; hkdf: Pinned }[] = [
  { hash: "sha1", abc: "a9993e364706816a", mac: [170, 0], hkdf: [84, 3] },
  { hash: "sha256", abc: "ba7816bf8f01cfea", mac: [174, 0], hkdf: [83, 3] },
  { hash: "sha384", abc: "cb00753f45a35e8b", mac: [174, 0], hkdf: [80, 3] },
  { hash: "sha512", abc: "ddaf35a193617aba", mac: [174, 0], hkdf: [80, 3] },
];

function hashSuite(provider: CryptoProvider) {
  const hash = suite(`hash: ${provider.name}`);

  for (const row of ROWS) {
    const { length, blockLength } = HASHES[row.hash];

    hash(`${row.hash}: the known value`, () => {
      const digest = provider.digest(row.hash, latin1("abc"));
      assert.is(digest.length, length);
      assert.is(toHex(digest.subarray(0, 8)), row.abc);
    });

    hash(`${row.hash}: runs on after digest, copies go their own way`, () => {
      const running = provider.hash(row.hash);
      assert.equal(running.digest(), provider.digest(row.hash, new Uint8Array(0)));
      running.update(latin1("a"));
      const other = running.copy();
      running.update(latin1("bc"));
      other.update(latin1("x"));
      const first = running.digest();
      assert.equal(first, provider.digest(row.hash, latin1("abc")));
      assert.equal(other.digest(), provider.digest(row.hash, latin1("ax")));
      first.fill(0);
      assert.equal(running.digest(), provider.digest(row.hash, latin1("abc")));
      running.update(new Uint8Array(3 * blockLength));
      assert.equal(
        running.digest(),
        provider.digest(row.hash, Uint8Array.of(97, 98, 99, ...new Uint8Array(3 * blockLength))),
      );
    });

    hash(`${row.hash}: HMAC takes its message in parts`, () => {
      const key = latin1("key");
      const whole = provider.hmac(row.hash, key, latin1("one two three"));
      assert.equal(provider.hmac(row.hash, key, latin1("one "), latin1("two three")), whole);
      assert.equal(provider.hmac(row.hash, key, latin1("one two three"), new Uint8Array(0)), whole);
    });

    hash(`Wycheproof hmac_${row.hash}`, () => {
      checkFile<{ readonly tagSize: number }, MacCase>(
        `hmac_${row.hash}`,
        row.mac,
        (group, test) => {
          // TLS never shortens a MAC; the first bytes of the whole one are what the case compares.
          const tag = provider.hmac(row.hash, fromHex(test.key), fromHex(test.msg));
          return equalBytes(tag.subarray(0, group.tagSize / 8), fromHex(test.tag));
        },
      );
    });

    hash(`Wycheproof hkdf_${row.hash}`, () => {
      checkFile<object, HkdfCase>(`hkdf_${row.hash}`, row.hkdf, (_, test) => {
        // Longer than the counter byte reaches (RFC 5869 §2.3); no length in TLS comes near it.
        if (test.size > 255 * length) return null;
        const salt = test.salt === "" ? new Uint8Array(length) : fromHex(test.salt);
        const secret = extract(provider, row.hash, salt, fromHex(test.ikm));
        const okm = expand(provider, row.hash, secret, fromHex(test.info), test.size);
        return equalBytes(okm, fromHex(test.okm));
      });
    });
  }

  hash("results are plain arrays whose slice is a copy", () => {
    const results = [
      provider.digest("sha256", new Uint8Array(3)),
      provider.hash("sha256").digest(),
      provider.hmac("sha256", new Uint8Array(3)),
      provider.random(3),
    ];
    for (const result of results) assert.is(Object.getPrototypeOf(result), Uint8Array.prototype);
  });

  hash("randomness: as long as asked for, never the same", () => {
    for (const length of [0, 1, 65536, 65537, 200000]) {
      assert.is(provider.random(length).length, length);
    }
    const tail = provider.random(200000).subarray(-32);
    assert.ok(tail.some((byte) => byte !== 0));
    assert.not.equal(provider.random(32), provider.random(32));
  });
  return hash;
}

function missingRandomSuite(provider: CryptoProvider) {
  const missing = suite(`randomness: ${provider.name} without Web Cryptography`);
  missing("says what is missing, and works once it is there", () => {
    const known = Object.getOwnPropertyDescriptor(globalThis, "crypto");
    Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
    try {
      assert.throws(() => provider.random(1), /getRandomValues/);
    } finally {
      delete (globalThis as { crypto?: unknown }).crypto;
      if (known !== undefined) Object.defineProperty(globalThis, "crypto", known);
    }
    assert.is(provider.random(1).length, 1);
  });
  return missing;
}

for (const provider of PROVIDERS.filter(({ name }) => name === "portable"))
  missingRandomSuite(provider).run();
for (const provider of PROVIDERS) hashSuite(provider).run();
