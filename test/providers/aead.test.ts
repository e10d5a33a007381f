/**
 * AEADs of each tier: Wycheproof, work in the caller's memory, agreement between providers, wiping.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { fromHex } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { CIPHERS, type CipherName } from "../../src/protocol/cipher-suite.ts";
import { PAIRS, TIERS } from "./subjects.ts";
import { checkFile, type Pinned } from "./wycheproof.ts";

type AeadName = Exclude<CipherName, `${string}-cbc`>;

interface AeadGroup {
  readonly ivSize: number;
  readonly keySize: number;
  readonly tagSize: number;
}

interface AeadCase {
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
}

const NAMES: readonly AeadName[] = ["aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"];
const LENGTHS = [0, 1, 15, 16, 17, 63, 64, 65, 255, 1350, 16385];
const EMPTY = new Uint8Array(0);

const FILES: readonly [name: string, kind: string, pinned: Pinned][] = [
  ["aes_gcm", "aes", [133, 183]],
  ["chacha20_poly1305", "chacha20-poly1305", [316, 9]],
];

/** `length` bytes with a pattern that repeats nowhere near a block. */
const pattern = (length: number, seed = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8) + seed) & 0xff);

function aeadSuite(provider: CryptoProvider) {
  const aead = suite(`AEAD: ${provider.name}`);

  for (const [file, kind, pinned] of FILES) {
    aead(`Wycheproof ${file}`, () => {
      checkFile<AeadGroup, AeadCase>(file, pinned, (group, test) => {
        const name = (kind === "aes" ? `aes-${group.keySize}-gcm` : kind) as AeadName;
        if (!NAMES.includes(name) || group.ivSize !== 96 || group.tagSize !== 128) return null;
        return checkCase(provider, name, test);
      });
    });
  }

  for (const name of NAMES) {
    aead(`${name}: opens what it sealed, at any place in memory`, () => {
      const cipher = provider.aead(name, pattern(CIPHERS[name].keyLength));
      for (const length of LENGTHS) {
        for (const shift of [0, 1, 3]) {
          const memory = pattern(length + shift + 40);
          const before = memory.slice();
          const data = memory.subarray(shift, shift + length);
          const tag = memory.subarray(shift + length, shift + length + 16);
          cipher.seal(pattern(12), pattern(5), data, EMPTY, tag);
          const sealed = memory.slice();
          assert.equal(sealed.subarray(0, shift), before.subarray(0, shift));
          assert.equal(sealed.subarray(shift + length + 16), before.subarray(shift + length + 16));
          assert.ok(cipher.open(pattern(12), pattern(5), data, tag));
          assert.equal(data, before.subarray(shift, shift + length));
        }
      }
    });

    aead(`${name}: two pieces are sealed as one`, () => {
      const cipher = provider.aead(name, pattern(CIPHERS[name].keyLength));
      for (const length of LENGTHS) {
        for (const cut of [0, 1, 16, length - 1, length].filter((at) => at >= 0 && at <= length)) {
          const [whole, wholeTag] = [pattern(length), new Uint8Array(16)];
          cipher.seal(pattern(12), EMPTY, whole, EMPTY, wholeTag);
          const [pieces, tag] = [pattern(length), new Uint8Array(16)];
          cipher.seal(pattern(12), EMPTY, pieces.slice(0, cut), pieces.slice(cut), tag);
          assert.equal(tag, wholeTag);
          cipher.seal(pattern(12), EMPTY, pieces.subarray(0, cut), pieces.subarray(cut), tag);
          assert.equal(pieces, whole);
        }
      }
    });

    aead(`${name}: opened into new memory, the ciphertext stays`, () => {
      const cipher = provider.aead(name, pattern(CIPHERS[name].keyLength));
      for (const length of LENGTHS) {
        const sealed = pattern(length);
        const tag = new Uint8Array(16);
        cipher.seal(pattern(12), pattern(5), sealed, EMPTY, tag);
        const before = sealed.slice();
        const opened = cipher.open(pattern(12), pattern(5), sealed, tag, false);
        assert.equal(new Uint8Array(opened ?? [1, 2, 3]), pattern(length));
        assert.is(cipher.open(pattern(12), pattern(5), sealed, flipped(tag, 3), false), null);
        assert.equal(sealed, before);
        if (length > 0) opened?.fill(0);
        assert.equal(sealed, before, "no shared memory");
      }
    });

    aead(`${name}: a failed open changes nothing`, () => {
      const cipher = provider.aead(name, pattern(CIPHERS[name].keyLength));
      const sealed = pattern(100);
      const tag = new Uint8Array(16);
      cipher.seal(pattern(12), pattern(13), sealed, EMPTY, tag);
      const attempts = [
        { tag: flipped(tag, 0) },
        { tag: flipped(tag, 15) },
        { tag: tag.subarray(0, 12) },
        { tag: EMPTY },
        { data: flipped(sealed, 99) },
        { data: sealed.slice(0, 99) },
        { nonce: pattern(12, 1) },
        { additionalData: pattern(12) },
      ];
      for (const attempt of attempts) {
        const data = attempt.data ?? sealed.slice();
        const before = data.slice();
        const nonce = attempt.nonce ?? pattern(12);
        const additionalData = attempt.additionalData ?? pattern(13);
        assert.not(cipher.open(nonce, additionalData, data, attempt.tag ?? tag));
        assert.equal(data, before);
      }
    });

    aead(
      `${name}: keeps a copy of the key, takes no other length, and is of no use once wiped`,
      () => {
        const key = pattern(CIPHERS[name].keyLength);
        const cipher = provider.aead(name, key);
        const tags = [new Uint8Array(16), new Uint8Array(16)] as const;
        cipher.seal(pattern(12), EMPTY, EMPTY, EMPTY, tags[0]);
        key.fill(0);
        cipher.seal(pattern(12), EMPTY, EMPTY, EMPTY, tags[1]);
        assert.equal(tags[0], tags[1]);
        cipher.wipe();
        assert.throws(() => cipher.seal(pattern(12), EMPTY, EMPTY, EMPTY, tags[0]), /wiped/);
        assert.throws(() => cipher.open(pattern(12), EMPTY, EMPTY, tags[0]), /wiped/);
        assert.throws(() => provider.aead(name, pattern(15)), /15/);
      },
    );
  }
  return aead;
}

function checkCase(provider: CryptoProvider, name: AeadName, test: AeadCase): boolean {
  const [key, nonce, additionalData] = [fromHex(test.key), fromHex(test.iv), fromHex(test.aad)];
  const cipher = provider.aead(name, key);
  const data = fromHex(test.ct);
  if (!cipher.open(nonce, additionalData, data, fromHex(test.tag))) return false;
  if (!equalBytes(data, fromHex(test.msg))) return false;
  const tag = new Uint8Array(16);
  cipher.seal(nonce, additionalData, data, EMPTY, tag);
  return equalBytes(data, fromHex(test.ct)) && equalBytes(tag, fromHex(test.tag));
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
}

function agreementSuite() {
  const agreement = suite("AEAD: providers agree");
  for (const [first, second] of PAIRS) {
    agreement(`${second.name} opens what ${first.name} sealed`, () => {
      for (const name of NAMES) {
        const key = first.random(CIPHERS[name].keyLength);
        for (const length of LENGTHS) {
          const [data, tag] = [pattern(length), new Uint8Array(16)];
          first.aead(name, key).seal(pattern(12), pattern(13), data, EMPTY, tag);
          assert.ok(second.aead(name, key).open(pattern(12), pattern(13), data, tag));
          assert.equal(data, pattern(length));
        }
      }
    });
  }
  return agreement;
}

agreementSuite().run();
for (const provider of TIERS) aeadSuite(provider).run();
