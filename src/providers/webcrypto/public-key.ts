/**
 * Public keys that WebCrypto checks with. A caller that cannot wait is thrown `AsyncRequired`, and gets the answer when it asks
 * the same again.
 */
import { toHex } from "../../bytes/text.ts";
import { AsyncRequired } from "../../crypto/async-required.ts";
import {
  encodePublicKey,
  mayUse,
  type PublicKeyParts,
  parsePublicKey,
  RSA_ALGORITHM,
} from "../../crypto/key-encoding.ts";
import type { PssHash, PublicKey } from "../../crypto/provider.ts";
import {
  importParameters,
  type WebAlgorithmName,
  type WebSubtle,
  webAlgorithm,
  webVerify,
} from "../../crypto/web-crypto.ts";
import type { CurveName, KeyType, SignatureAlgorithm } from "../../protocol/signature-scheme.ts";
import { HASHING } from "./hashing.ts";

/** Answers that a key keeps: more than one chain's budget of signatures can ask for (5000 steps, fifty each). */
const MAX_ANSWERS = 128;

/** A public key from SubjectPublicKeyInfo (DER), or null if it is malformed or neither RSA nor of a NIST curve. */
export function importWebPublicKey(subtle: WebSubtle, spki: Uint8Array): PublicKey | null {
  const parts = parsePublicKey(new Uint8Array(spki));
  if (parts === null || (parts.rsa === null && parts.curve === null)) return null;
  return new WebPublicKey(subtle, parts);
}

class WebPublicKey implements PublicKey {
  readonly type: KeyType;
  readonly curve: CurveName | null;
  readonly bits: number;
  readonly pssHash: PssHash;
  readonly #subtle: WebSubtle;
  readonly #parts: PublicKeyParts;
  /** WebCrypto's keys are for one algorithm with one hash. */
  readonly #imported = new Map<string, Promise<unknown>>();
  readonly #answers = new Map<string, boolean>();

  constructor(subtle: WebSubtle, parts: PublicKeyParts) {
    this.type = parts.type;
    this.curve = parts.curve;
    this.bits = parts.bits;
    this.pssHash = parts.pssHash;
    this.#subtle = subtle;
    this.#parts = parts;
  }

  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
    const { family, hash } = algorithm;
    const short = (bytes: Uint8Array): string => toHex(HASHING.digest("sha256", bytes));
    const question = `${family} ${hash} ${short(data)} ${short(signature)}`;
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const asked = this.verifyAsync(algorithm, data, signature).then((right) => {
      this.#answers.set(question, right);
      const [oldest] = this.#answers.keys();
      if (this.#answers.size > MAX_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
    });
    throw new AsyncRequired(asked);
  }

  async verifyAsync(
    algorithm: SignatureAlgorithm,
    data: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean> {
    if (!mayUse(this.#parts, algorithm)) return false;
    const [content, proof] = [new Uint8Array(data), new Uint8Array(signature)];
    const { curve } = this;
    try {
      const name = webAlgorithm(algorithm);
      const key = await this.#importOnce(name, algorithm);
      return await webVerify(this.#subtle, key, curve, algorithm, content, proof);
    } catch {
      // Malformed, or a size, curve or hash that this runtime refuses.
      return false;
    }
  }

  #importOnce(name: WebAlgorithmName, algorithm: SignatureAlgorithm): Promise<unknown> {
    const use = `${name} ${algorithm.hash}`;
    const { key, algorithm: identifier, rsa } = this.#parts;
    // Not every runtime knows the identifier of keys for PSS only.
    const spki = encodePublicKey(rsa === null ? identifier : RSA_ALGORITHM, key);
    const parameters = importParameters(name, this.curve, algorithm);
    const imported =
      this.#imported.get(use) ??
      this.#subtle.importKey("spki", new Uint8Array(spki), parameters, false, ["verify"]);
    this.#imported.set(use, imported);
    return imported;
  }
}
