/**
 * Import of keys by both providers: facts, the public half, damaged and unusual encodings, bounds of RSA numbers,
 * and the raw RSA operations.
 */
import { generateKeyPairSync } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { DerTag, derElement } from "../../src/bytes/der.ts";
import { fromHex } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { SIGNATURE_SCHEMES } from "../../src/protocol/signature-scheme.ts";
import { encoded, rsaSpki, SAMPLE_KEYS } from "./sample-keys.ts";
import { PAIRS, PROVIDERS } from "./subjects.ts";
import { checkFile } from "./wycheproof.ts";

const title = (key: { type: string; curve: string | null; bits: number }): string =>
  `${key.type} ${key.curve ?? key.bits}`;

function keySuite(provider: CryptoProvider) {
  const keys = suite(`keys: ${provider.name}`);

  for (const sample of SAMPLE_KEYS) {
    keys(`${title(sample)}: facts and the public half`, () => {
      const publicKey = provider.importPublicKey(sample.spki);
      const privateKey = provider.importPrivateKey(sample.pkcs8);
      assert.ok(publicKey && privateKey);
      for (const key of [publicKey, privateKey])
        assert.equal([key.type, key.curve, key.bits], [sample.type, sample.curve, sample.bits]);
      assert.equal(privateKey.publicKey, sample.spki);
      assert.is(publicKey.rsaPublic !== undefined, sample.type === "rsa");
      assert.is(privateKey.rsaPrivate !== undefined, sample.type === "rsa");
    });

    keys(`${title(sample)}: prefixes, trailing bytes and damage never throw`, () => {
      for (const [der, read] of [
        [sample.spki, provider.importPublicKey],
        [sample.pkcs8, provider.importPrivateKey],
      ] as const) {
        for (let length = 0; length < der.length; length += length < 60 ? 1 : 17)
          assert.is(read(der.subarray(0, length)), null);
        assert.is(read(Uint8Array.of(...der, 0)), null);
        // Flips in the headers; some land in what is free to be anything.
        for (let at = 0; at < Math.min(der.length, 40); at++)
          read(der.map((byte, i) => (i === at ? byte ^ 0x21 : byte)));
      }
    });
  }

  keys("more keys than any cache holds keep apart", () => {
    const samples = Array.from({ length: 70 }, () =>
      encoded(generateKeyPairSync("ec", { namedCurve: "prime256v1" })),
    );
    const scheme = SIGNATURE_SCHEMES.find(({ curve }) => curve === "secp256r1");
    assert.ok(scheme);
    const data = new Uint8Array(7);
    for (const { spki } of samples) assert.ok(provider.importPublicKey(spki));
    const before = samples[0]?.spki.slice();
    for (const { spki, pkcs8 } of [...samples.slice(0, 5), ...samples.slice(-5)]) {
      const made = provider.importPrivateKey(pkcs8)?.sign(scheme, data);
      assert.ok(made);
      assert.ok(provider.importPublicKey(spki)?.verify(scheme.algorithm, data, made));
      spki[spki.length - 1] = (spki[spki.length - 1] ?? 0) ^ 1;
      assert.is(provider.importPublicKey(spki), null);
    }
    assert.ok(before && provider.importPublicKey(before));
  });

  keys("kinds of keys that TLS does not sign with are null", () => {
    const others = [
      generateKeyPairSync("x25519"),
      generateKeyPairSync("x448"),
      generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
      generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }),
    ];
    for (const { spki, pkcs8 } of others.map(encoded)) {
      assert.is(provider.importPublicKey(spki), null);
      assert.is(provider.importPrivateKey(pkcs8), null);
    }
  });

  keys("points off the curve and compressed ones are null", () => {
    for (const { spki } of SAMPLE_KEYS.filter(({ type }) => type === "ec")) {
      const off = spki.map((byte, i) => (i === spki.length - 1 ? byte ^ 1 : byte));
      assert.is(provider.importPublicKey(off), null);
    }
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const jwk = publicKey.export({ format: "jwk" });
    const x = Buffer.from(jwk.x ?? "", "base64url");
    const parity = (Buffer.from(jwk.y ?? "", "base64url").at(-1) ?? 0) & 1;
    const compressed = derElement(DerTag.BitString, Uint8Array.of(0, 2 | parity, ...x));
    const algorithm = (SAMPLE_KEYS.find(({ curve }) => curve === "secp256r1")?.spki ?? x).subarray(
      2,
      23,
    );
    assert.is(provider.importPublicKey(derElement(DerTag.Sequence, algorithm, compressed)), null);
  });

  keys("RSA numbers out of bounds are null", () => {
    const ones = (length: number): Uint8Array =>
      Uint8Array.of(0, ...new Uint8Array(length).fill(0xff));
    const e = Uint8Array.of(1, 0, 1);
    assert.ok(provider.importPublicKey(rsaSpki(ones(256), e)));
    assert.ok(provider.importPublicKey(rsaSpki(ones(1024), e)));
    const even = ones(256);
    even[256] = 0xfe;
    const long = Uint8Array.of(1, ...new Uint8Array(8).fill(0xff));
    const bad: readonly (readonly [Uint8Array, Uint8Array])[] = [
      [ones(1025), e],
      [ones(63), e],
      [even, e],
      [Uint8Array.of(0), e],
      [ones(256).subarray(1), e],
      [Uint8Array.of(0, ...ones(256)), e],
      [ones(256), Uint8Array.of(0)],
      [ones(256), Uint8Array.of(1)],
      [ones(256), Uint8Array.of(2)],
      [ones(256), Uint8Array.of(1, 0, 0)],
      [ones(256), Uint8Array.of(0x81)],
      [ones(256), long],
      [ones(256), new Uint8Array(0)],
    ];
    for (const [modulus, exponent] of bad)
      assert.is(provider.importPublicKey(rsaSpki(modulus, exponent)), null);
  });

  keys("a PSS key with parameters keeps to them", () => {
    const { spki, pkcs8 } = encoded(
      generateKeyPairSync("rsa-pss", {
        modulusLength: 1024,
        hashAlgorithm: "sha256",
        mgf1HashAlgorithm: "sha256",
      }),
    );
    const [key, signer] = [provider.importPublicKey(spki), provider.importPrivateKey(pkcs8)];
    assert.ok(key && signer);
    assert.equal(signer.publicKey, spki);
    const data = new Uint8Array(9);
    for (const hash of ["sha256", "sha384"] as const) {
      const algorithm = { family: "rsa-pss", hash } as const;
      const scheme = { ...PSS_SCHEME, algorithm };
      if (hash === "sha384") assert.throws(() => signer.sign(scheme, data), /cannot sign/);
      else assert.ok(key.verify(algorithm, data, signer.sign(scheme, data)));
    }
  });

  keys("a PKCS#8 of version 2 with its public key is read", () => {
    const sample = SAMPLE_KEYS.find(({ type }) => type === "ed25519");
    assert.ok(sample);
    const inner = sample.pkcs8.subarray(5);
    const key = Uint8Array.of(0x81, 33, 0, ...sample.spki.subarray(12));
    const version2 = derElement(DerTag.Sequence, Uint8Array.of(2, 1, 1), inner, key);
    assert.equal(provider.importPrivateKey(version2)?.publicKey, sample.spki);
  });

  keys("RSA: the private operation undoes the public one, out of range is null", () => {
    for (const sample of SAMPLE_KEYS.filter(({ type }) => type === "rsa")) {
      const privateKey = provider.importPrivateKey(sample.pkcs8);
      const publicKey = provider.importPublicKey(sample.spki);
      assert.ok(privateKey?.rsaPrivate && publicKey?.rsaPublic);
      const length = Math.ceil(sample.bits / 8);
      for (const block of [new Uint8Array(length), new Uint8Array(length).fill(0x5a, 1)]) {
        const sealed = publicKey.rsaPublic(block);
        assert.ok(sealed);
        assert.equal(privateKey.rsaPrivate(sealed), block);
      }
      for (const block of [
        new Uint8Array(0),
        new Uint8Array(length - 1),
        new Uint8Array(length + 1),
        new Uint8Array(length).fill(0xff),
      ]) {
        assert.is(publicKey.rsaPublic(block), null);
        assert.is(privateKey.rsaPrivate(block), null);
      }
    }
  });

  keys("Wycheproof rsa_pkcs1_2048", () => {
    checkFile<{ readonly privateKeyPkcs8: string }, { readonly msg: string; readonly ct: string }>(
      "rsa_pkcs1_2048",
      [67, 0],
      (group, test) => {
        const key = provider.importPrivateKey(fromHex(group.privateKeyPkcs8));
        const block = key?.rsaPrivate?.(fromHex(test.ct)) ?? null;
        const message = block === null ? null : unpadded(block);
        return message !== null && equalBytes(message, fromHex(test.msg));
      },
    );
  });
  return keys;
}

const PSS_SCHEME = {
  code: 0x0809,
  name: "a PSS scheme",
  keyType: "rsa-pss",
  curve: null,
  tls13: true,
  tls12: true,
  enabledByDefault: true,
} as const;

/** EME-PKCS1-v1_5 taken off (RFC 8017 §7.2.2), for these cases only: TLS does it in constant time. */
function unpadded(block: Uint8Array): Uint8Array | null {
  const end = block.indexOf(0, 2);
  return block[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1) : null;
}

function pairSuite() {
  const pair = suite("keys: providers agree");
  for (const [first, second] of PAIRS) {
    pair(`RSA: ${second.name} opens what ${first.name} sealed`, () => {
      for (const sample of SAMPLE_KEYS.filter(({ type }) => type === "rsa")) {
        const block = new Uint8Array(Math.ceil(sample.bits / 8)).fill(0x17, 1);
        const sealed = first.importPublicKey(sample.spki)?.rsaPublic?.(block);
        assert.ok(sealed);
        assert.equal(second.importPrivateKey(sample.pkcs8)?.rsaPrivate?.(sealed), block);
      }
    });
  }
  return pair;
}

pairSuite().run();
for (const provider of PROVIDERS) keySuite(provider).run();
