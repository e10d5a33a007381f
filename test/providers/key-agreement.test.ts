/**
 * Key agreement of both providers: Wycheproof, agreement with each other, fixed private keys, shares that must be refused.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { fromHex, toHex } from "../../src/bytes/text.ts";
import type { CryptoProvider, KeyAgreement } from "../../src/crypto/provider.ts";
import { type FiniteFieldGroup, ffdhePrime } from "../../src/protocol/ffdhe-primes.ts";
import { type GroupName, NAMED_GROUPS, type NamedGroup } from "../../src/protocol/named-group.ts";
import { PAIRS, PROVIDERS } from "./subjects.ts";
import { checkFile, type Pinned } from "./wycheproof.ts";

interface ShareCase {
  readonly public: string;
  readonly private: string;
  readonly shared: string;
}

/** Where a slow provider would take long, it is given a part of the cases (`sampled`). */
const FILES: readonly [file: string, group: GroupName, pinned: Pinned, sampled?: Pinned][] = [
  ["x25519", "x25519", [518, 0]],
  ["x448", "x448", [510, 0], [170, 0, 3]],
  ["ecdh_secp256r1_ecpoint", "secp256r1", [355, 0]],
  ["ecdh_secp384r1_ecpoint", "secp384r1", [790, 0], [158, 0, 5]],
  ["ecdh_secp521r1_ecpoint", "secp521r1", [661, 0], [133, 0, 5]],
];

/** Hybrid ones are tested in a file of their own. */
const PLAIN_GROUPS = NAMED_GROUPS.filter(({ kind }) => kind !== "hybrid");

const isFiniteField = (name: GroupName): name is FiniteFieldGroup => name.startsWith("ffdhe");

function agreementOf(provider: CryptoProvider, name: GroupName): KeyAgreement {
  const agreement = provider.keyAgreement(name);
  assert.ok(agreement, `${provider.name} has no ${name}`);
  return agreement;
}

/** A private key in the group's length from the hex of a case, which has signs and leaves zeros out. */
function privateKeyOf(hex: string, { kind, privateKeyLength }: NamedGroup): Uint8Array {
  if (kind === "montgomery") return fromHex(hex);
  return fromHex(
    BigInt(`0x${hex}`)
      .toString(16)
      .padStart(2 * privateKeyLength, "0"),
  );
}

function keyAgreementSuite(provider: CryptoProvider) {
  const agreement = suite(`key agreement: ${provider.name}`);

  for (const [file, name, all, sampled = all] of FILES) {
    const pinned = provider.name === "portable" ? sampled : all;
    agreement(`Wycheproof ${file}`, () => {
      const group = NAMED_GROUPS.find((row) => row.name === name) as NamedGroup;
      checkFile<object, ShareCase>(file, pinned, (_, test) => {
        const keys = agreementOf(provider, name).fromPrivateKey(privateKeyOf(test.private, group));
        const shared = keys?.derive(fromHex(test.public)) ?? null;
        return shared !== null && equalBytes(shared, fromHex(test.shared));
      });
    });
  }

  for (const group of PLAIN_GROUPS) {
    const { name, shareLength, privateKeyLength } = group;

    agreement(`${name}: shares have the registry's length and are fresh`, () => {
      const [one, other] = [
        agreementOf(provider, name).generate(),
        agreementOf(provider, name).generate(),
      ];
      assert.is(one.publicKey.length, shareLength);
      assert.not.equal(one.publicKey, other.publicKey);
      assert.is(Object.getPrototypeOf(one.publicKey), Uint8Array.prototype);
      assert.equal(one.derive(other.publicKey), other.derive(one.publicKey));
    });

    agreement(`${name}: refuses shares and private keys that are none`, () => {
      const keys = agreementOf(provider, name).generate();
      for (const share of badShares(group, keys.publicKey))
        assert.is(keys.derive(share), null, toHex(share.subarray(0, 8)));
      for (const length of [0, privateKeyLength - 1, privateKeyLength + 1])
        assert.is(agreementOf(provider, name).fromPrivateKey(new Uint8Array(length)), null);
      if (group.kind === "montgomery") return;
      const zero = new Uint8Array(privateKeyLength);
      assert.is(agreementOf(provider, name).fromPrivateKey(zero), null);
      if (group.kind === "weierstrass")
        assert.is(agreementOf(provider, name).fromPrivateKey(zero.fill(0xff)), null);
    });

    agreement(`${name}: is of no use once wiped; the caller's private key stays as it is`, () => {
      const privateKey = new Uint8Array(privateKeyLength).fill(1);
      privateKey[0] = 0;
      const before = privateKey.slice();
      const keys = agreementOf(provider, name).fromPrivateKey(privateKey);
      assert.ok(keys);
      const shared = keys.derive(keys.publicKey);
      privateKey.fill(9);
      assert.equal(keys.derive(keys.publicKey), shared);
      keys.wipe();
      assert.throws(() => keys.derive(keys.publicKey), /wiped/);
      assert.equal(
        agreementOf(provider, name).fromPrivateKey(before)?.derive(keys.publicKey),
        shared,
      );
    });
  }
  return agreement;
}

function* badShares(group: NamedGroup, good: Uint8Array): Generator<Uint8Array> {
  yield new Uint8Array(0);
  yield good.subarray(1);
  yield Uint8Array.of(0, ...good);
  yield new Uint8Array(group.shareLength);
  if (group.kind === "montgomery") yield Uint8Array.from(good, (_, i) => (i === 0 ? 1 : 0));
  if (group.kind === "weierstrass") {
    const half = (good.length - 1) / 2;
    const parity = (good.at(-1) ?? 0) & 1;
    yield Uint8Array.of(2 | parity, ...good.subarray(1, 1 + half));
    yield Uint8Array.of(6 | parity, ...good.subarray(1));
    yield good.map((byte, i) => (i === good.length - 1 ? byte ^ 1 : byte));
    yield good.map((byte, i) => (i === 0 ? byte : 0xff));
  }
  if (isFiniteField(group.name)) {
    const prime = ffdhePrime(group.name);
    for (const value of [1n, prime - 1n, prime, prime + 1n, (1n << BigInt(group.bits)) - 1n])
      yield fromHex(value.toString(16).padStart(2 * group.shareLength, "0"));
  }
}

function pairSuite() {
  const pair = suite("key agreement: providers agree");
  for (const [first, second] of PAIRS) {
    for (const { name, privateKeyLength } of PLAIN_GROUPS) {
      pair(`${name}: ${first.name} with ${second.name}`, () => {
        const one = agreementOf(first, name).generate();
        const other = agreementOf(second, name).generate();
        assert.equal(one.derive(other.publicKey), other.derive(one.publicKey));
        const privateKey = first.random(privateKeyLength);
        privateKey[0] = 0;
        const [same, twin] = [first, second].map((provider) =>
          agreementOf(provider, name).fromPrivateKey(privateKey),
        );
        assert.ok(same && twin);
        assert.equal(same.publicKey, twin.publicKey);
        assert.equal(same.derive(one.publicKey), twin.derive(one.publicKey));
      });
    }
  }

  /** Last eight bytes before the ones at the end, and in the middle, as RFC 7919 §A prints them. */
  pair("the primes are those of RFC 7919", () => {
    const ends: readonly [FiniteFieldGroup, string][] = [
      ["ffdhe2048", "886b423861285c97"],
      ["ffdhe3072", "25e41d2b66c62e37"],
      ["ffdhe4096", "c68a007e5e655f6a"],
    ];
    for (const [name, end] of ends) {
      const prime = ffdhePrime(name).toString(16);
      assert.match(prime, new RegExp(`^f{16}adf85458a2bb4a9a[0-9a-f]+${end}f{16}$`));
      assert.is(prime.length * 4, NAMED_GROUPS.find((row) => row.name === name)?.bits);
    }
  });
  return pair;
}

pairSuite().run();
for (const provider of PROVIDERS) keyAgreementSuite(provider).run();
