/**
 * Signatures of both providers: Wycheproof, each verifies what the other signs, keys and algorithms that do not fit.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { fromHex } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { HASHES } from "../../src/protocol/cipher-suite.ts";
import { SIGNATURE_SCHEMES, type SignatureAlgorithm } from "../../src/protocol/signature-scheme.ts";
import { keysFor, SAMPLE_KEYS } from "./sample-keys.ts";
import { PAIRS, PROVIDERS } from "./subjects.ts";
import { checkFile, hashName, type Pinned } from "./wycheproof.ts";

type Family = SignatureAlgorithm["family"];

interface SignatureGroup {
  readonly publicKeyDer: string;
  readonly sha?: string;
  readonly mgfSha?: string;
  readonly sLen?: number;
}

interface SignatureCase {
  readonly msg: string;
  readonly sig: string;
}

interface SigningGroup {
  readonly privateKeyPkcs8: string;
  readonly sha: string;
}

/** Where a slow provider would take long, it is given a part of the cases (`sampled`). */
const FILES: readonly [file: string, family: Family, pinned: Pinned, sampled?: Pinned][] = [
  ["ecdsa_secp256r1_sha256", "ecdsa", [484, 0]],
  ["ecdsa_secp256r1_sha512", "ecdsa", [554, 0]],
  ["ecdsa_secp384r1_sha256", "ecdsa", [472, 0], [118, 0, 4]],
  ["ecdsa_secp384r1_sha384", "ecdsa", [504, 0], [126, 0, 4]],
  ["ecdsa_secp384r1_sha512", "ecdsa", [542, 0], [136, 0, 4]],
  ["ecdsa_secp521r1_sha512", "ecdsa", [542, 0], [91, 0, 6]],
  ["ed25519", "ed25519", [151, 0]],
  ["ed448", "ed448", [87, 0]],
  ["rsa_signature_2048_sha256", "rsa-pkcs1", [259, 0]],
  ["rsa_signature_2048_sha384", "rsa-pkcs1", [258, 0]],
  ["rsa_signature_2048_sha512", "rsa-pkcs1", [259, 0]],
  ["rsa_signature_3072_sha256", "rsa-pkcs1", [259, 0]],
  ["rsa_signature_3072_sha384", "rsa-pkcs1", [259, 0]],
  ["rsa_signature_3072_sha512", "rsa-pkcs1", [260, 0]],
  ["rsa_signature_4096_sha256", "rsa-pkcs1", [258, 0]],
  ["rsa_signature_4096_sha384", "rsa-pkcs1", [259, 0]],
  ["rsa_signature_4096_sha512", "rsa-pkcs1", [259, 0]],
  ["rsa_signature_8192_sha256", "rsa-pkcs1", [258, 0]],
  ["rsa_pss_2048_sha256_mgf1_0", "rsa-pss", [0, 103]],
  ["rsa_pss_2048_sha256_mgf1_32", "rsa-pss", [108, 0]],
  ["rsa_pss_2048_sha256_mgf1_32_params", "rsa-pss", [108, 0]],
  ["rsa_pss_2048_sha256_mgf1sha1_20", "rsa-pss", [0, 108]],
  ["rsa_pss_2048_sha384_mgf1_48", "rsa-pss", [141, 0]],
  ["rsa_pss_2048_sha512_mgf1sha256_32_params", "rsa-pss", [0, 178]],
  ["rsa_pss_3072_sha256_mgf1_32", "rsa-pss", [108, 0]],
  ["rsa_pss_4096_sha256_mgf1_32", "rsa-pss", [108, 0]],
  ["rsa_pss_4096_sha384_mgf1_48", "rsa-pss", [141, 0]],
  ["rsa_pss_4096_sha512_mgf1_64", "rsa-pss", [179, 0]],
  ["rsa_pss_4096_sha512_mgf1_64_params", "rsa-pss", [179, 0]],
  ["rsa_pss_misc", "rsa-pss", [4, 146]],
  ["rsa_pss_misc_params", "rsa-pss", [4, 146]],
];

/** The algorithm of a group, or null if TLS has none: PSS there always has its hash's own MGF1 and salt length. */
function algorithmOf(family: Family, group: SignatureGroup): SignatureAlgorithm | null {
  if (family === "ed25519" || family === "ed448") return { family, hash: null };
  const hash = hashName(group.sha ?? "");
  if (hash === null) return null;
  if (family === "rsa-pss") {
    if (group.mgfSha !== group.sha || group.sLen !== HASHES[hash].length) return null;
  }
  return { family, hash };
}

function signatureSuite(provider: CryptoProvider) {
  const signature = suite(`signatures: ${provider.name}`);

  for (const [file, family, all, sampled = all] of FILES) {
    const pinned = provider.name === "portable" ? sampled : all;
    signature(`Wycheproof ${file}`, () => {
      checkFile<SignatureGroup, SignatureCase>(file, pinned, (group, test) => {
        const key = provider.importPublicKey(fromHex(group.publicKeyDer));
        assert.ok(key, "a key of Wycheproof");
        const algorithm = algorithmOf(family, group);
        const [data, made] = [fromHex(test.msg), fromHex(test.sig)];
        if (algorithm !== null) return key.verify(algorithm, data, made);
        // What the key's parameters or the salt's length forbid is refused under every hash. (A file's own forgeries may
        // have a salt that is right for us.)
        if (test.result !== "valid") return null;
        for (const hash of ["sha1", "sha256", "sha384", "sha512"] as const)
          assert.not(key.verify({ family, hash }, data, made));
        return null;
      });
    });
  }

  signature("Wycheproof rsa_pkcs1_2048_sig_gen", () => {
    checkFile<SigningGroup, SignatureCase>("rsa_pkcs1_2048_sig_gen", [35, 8], (group, test) => {
      const hash = hashName(group.sha);
      const scheme = SIGNATURE_SCHEMES.find(
        ({ algorithm }) => algorithm.family === "rsa-pkcs1" && algorithm.hash === hash,
      );
      if (scheme === undefined) return null;
      const key = provider.importPrivateKey(fromHex(group.privateKeyPkcs8));
      assert.ok(key);
      return equalBytes(key.sign(scheme, fromHex(test.msg)), fromHex(test.sig));
    });
  });

  signature("a key signs and verifies with the algorithms of its type only", () => {
    const data = new Uint8Array(50);
    for (const sample of SAMPLE_KEYS) {
      const privateKey = provider.importPrivateKey(sample.pkcs8);
      const publicKey = provider.importPublicKey(sample.spki);
      assert.ok(privateKey && publicKey);
      for (const scheme of SIGNATURE_SCHEMES) {
        if (scheme.keyType === sample.type) continue;
        assert.throws(() => privateKey.sign(scheme, data), /cannot sign/);
        assert.not(publicKey.verify(scheme.algorithm, data, new Uint8Array(sample.bits >> 3)));
      }
      for (const algorithm of [
        { family: "ecdsa", hash: null },
        { family: "rsa-pss", hash: null },
        { family: "rsa-pkcs1", hash: null },
      ] as const)
        assert.not(publicKey.verify(algorithm, data, new Uint8Array(70)));
    }
  });
  return signature;
}

function pairSuite() {
  const pair = suite("signatures: providers agree");
  for (const [signer, verifier] of PAIRS) {
    for (const scheme of SIGNATURE_SCHEMES) {
      pair(`${scheme.name}: ${signer.name} signs, ${verifier.name} verifies`, () => {
        const data = Uint8Array.from({ length: 130 }, (_, i) => i);
        assert.ok(keysFor(scheme).length > 0);
        for (const sample of keysFor(scheme)) {
          const made = signer.importPrivateKey(sample.pkcs8)?.sign(scheme, data);
          const key = verifier.importPublicKey(sample.spki);
          assert.ok(made && key);
          assert.ok(key.verify(scheme.algorithm, data, made));
          assert.not(key.verify(scheme.algorithm, data.subarray(1), made));
          for (const wrong of damaged(made)) assert.not(key.verify(scheme.algorithm, data, wrong));
        }
      });
    }
  }
  return pair;
}

function* damaged(signature: Uint8Array): Generator<Uint8Array> {
  yield new Uint8Array(0);
  yield signature.subarray(1);
  yield signature.subarray(0, signature.length - 1);
  yield Uint8Array.of(...signature, 0);
  yield Uint8Array.of(0, ...signature);
  yield new Uint8Array(signature.length);
  yield new Uint8Array(signature.length).fill(0xff);
  for (const at of [0, signature.length >> 1, signature.length - 1])
    yield signature.map((byte, i) => (i === at ? byte ^ 1 : byte));
}

pairSuite().run();
for (const provider of PROVIDERS) signatureSuite(provider).run();
