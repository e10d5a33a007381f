/**
 * Signature keys: ECDSA and EdDSA by @noble/curves (RFC 8422, RFC 8032), RSA PKCS#1 and PSS by `rsa.ts`.
 * ECDSA signs with the nonces of RFC 6979, hedged with fresh randomness; high `s` is accepted, as X.509 and TLS do.
 */

import { ed448 } from "@noble/curves/ed448.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { wipe } from "../../bytes/byte-arrays.ts";
import { DerTag, derElement, derUnsigned } from "../../bytes/der.ts";
import { ecdsaFromDer } from "../../crypto/ecdsa-encoding.ts";
import {
  encodePublicKey,
  isMlDsa,
  mayUse,
  type PrivateKeyParts,
  type PublicKeyParts,
  parsePrivateKey,
  parsePublicKey,
} from "../../crypto/key-encoding.ts";
import type { PrivateKey, PssHash, PublicKey } from "../../crypto/provider.ts";
import type { HashName } from "../../protocol/cipher-suite.ts";
import type {
  CurveName,
  KeyType,
  SignatureAlgorithm,
  SignatureScheme,
} from "../../protocol/signature-scheme.ts";
import { CURVES } from "./curves.ts";
import { digest } from "./hash.ts";
import { random } from "./random.ts";
import { encodePkcs1, encodePss, RsaPrivate, RsaPublic, verifyPkcs1, verifyPss } from "./rsa.ts";

const EDWARDS = { ed25519, ed448 };
/** RFC 8032 as it stands, not the laxer rules that some ledgers agreed on. */
const STRICT = { zip215: false };

class PortablePublicKey implements PublicKey {
  readonly type: KeyType;
  readonly curve: CurveName | null;
  readonly bits: number;
  readonly pssHash: PssHash;
  readonly rsaPublic?: (block: Uint8Array) => Uint8Array | null;
  readonly #parts: PublicKeyParts;
  readonly #rsa: RsaPublic | null;

  constructor(parts: PublicKeyParts) {
    this.type = parts.type;
    this.curve = parts.curve;
    this.bits = parts.bits;
    this.pssHash = parts.pssHash;
    this.#parts = parts;
    const rsa = parts.rsa === null ? null : new RsaPublic(parts.rsa);
    this.#rsa = rsa;
    if (rsa !== null && parts.type === "rsa") this.rsaPublic = (block) => rsa.apply(block);
  }

  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
    if (!mayUse(this.#parts, algorithm)) return false;
    try {
      return this.#check(algorithm, data, signature);
    } catch {
      return false;
    }
  }

  #check({ family, hash }: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
    const { type, curve, key, bits } = this.#parts;
    if (type === "ed25519" || type === "ed448") {
      return EDWARDS[type].verify(signature, data, key, STRICT);
    }
    if (hash === null) return false;
    if (this.#rsa !== null) {
      return family === "rsa-pss"
        ? verifyPss(this.#rsa, bits, hash, data, signature)
        : verifyPkcs1(this.#rsa, hash, data, signature);
    }
    return curve !== null && verifyEcdsa(curve, key, digest(hash, data), signature);
  }
}

function verifyEcdsa(
  name: CurveName,
  key: Uint8Array,
  hashed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const sideBySide = ecdsaFromDer(signature, name);
  const options = { prehash: false, lowS: false, format: "compact" } as const;
  return CURVES[name].verify(sideBySide, hashed, key, options);
}

class PortablePrivateKey implements PrivateKey {
  readonly type: KeyType;
  readonly curve: CurveName | null;
  readonly bits: number;
  readonly pssHash: PssHash;
  readonly publicKey: Uint8Array;
  readonly rsaPrivate?: (block: Uint8Array) => Uint8Array | null;
  readonly #rsa: RsaPrivate | null;
  #secret: Uint8Array | null;

  constructor(parts: PrivateKeyParts, publicKey: Uint8Array, rsa: RsaPrivate | null) {
    this.type = parts.type;
    this.curve = parts.curve;
    this.bits = parts.bits;
    this.pssHash = parts.pssHash;
    this.publicKey = encodePublicKey(parts.algorithm, publicKey);
    this.#rsa = rsa;
    this.#secret = parts.secret === null ? null : new Uint8Array(parts.secret);
    if (rsa !== null && parts.type === "rsa") this.rsaPrivate = (block) => rsa.apply(block);
  }

  sign(scheme: SignatureScheme, data: Uint8Array): Uint8Array {
    if (scheme.keyType !== this.type || !mayUse(this, scheme.algorithm)) {
      throw new TypeError(`a key of type ${this.type} cannot sign with ${scheme.name}`);
    }
    const signature = this.#make(scheme.algorithm, data);
    if (signature === null) {
      throw new RangeError(`an RSA key of ${this.bits} bits is too short for ${scheme.name}`);
    }
    return signature;
  }

  /** The numbers of an RSA key are BigInts, which cannot be overwritten. */
  wipe(): void {
    wipe(this.#secret);
    this.#secret = null;
  }

  #make({ family, hash }: SignatureAlgorithm, data: Uint8Array): Uint8Array | null {
    if (this.#rsa !== null) return hash === null ? null : this.#signRsa(family, hash, data);
    const secret = this.#secret;
    if (secret === null) throw new TypeError("this key was wiped");
    if (this.type === "ed25519" || this.type === "ed448") {
      return EDWARDS[this.type].sign(data, secret);
    }
    if (hash === null || this.curve === null) return null;
    const curve = CURVES[this.curve];
    return curve.sign(digest(hash, data), secret, {
      prehash: false,
      lowS: false,
      format: "der",
      extraEntropy: random(secret.length),
    });
  }

  #signRsa(
    family: SignatureAlgorithm["family"],
    hash: HashName,
    data: Uint8Array,
  ): Uint8Array | null {
    const block =
      family === "rsa-pss"
        ? encodePss(hash, data, this.bits)
        : encodePkcs1(hash, data, Math.ceil(this.bits / 8));
    return block === null ? null : (this.#rsa?.apply(block) ?? null);
  }
}

/** A public key from SubjectPublicKeyInfo (DER), or null if malformed, unsupported, or off its curve. */
export function importPublicKey(spki: Uint8Array): PublicKey | null {
  const parts = parsePublicKey(new Uint8Array(spki));
  // The library for ML-DSA is left to who needs it: here it is refused.
  if (parts === null || isMlDsa(parts.type)) return null;
  if (parts.curve !== null && !CURVES[parts.curve].utils.isValidPublicKey(parts.key, false)) {
    return null;
  }
  return new PortablePublicKey(parts);
}

/** A private key from PKCS#8 PrivateKeyInfo (DER), or null if malformed, unsupported or out of range. */
export function importPrivateKey(pkcs8: Uint8Array): PrivateKey | null {
  const copy = new Uint8Array(pkcs8);
  try {
    return imported(parsePrivateKey(copy));
  } finally {
    wipe(copy);
  }
}

function imported(parts: PrivateKeyParts | null): PrivateKey | null {
  if (parts === null) return null;
  if (parts.rsa !== null) {
    const rsa = RsaPrivate.create(parts.rsa);
    if (rsa === null) return null;
    const numbers = derElement(
      DerTag.Sequence,
      derUnsigned(parts.rsa.modulus),
      derUnsigned(parts.rsa.exponent),
    );
    return new PortablePrivateKey(parts, numbers, rsa);
  }
  const publicKey = publicHalf(parts);
  return publicKey === null ? null : new PortablePrivateKey(parts, publicKey, null);
}

/** Public key of an EC scalar or Edwards seed; null if the scalar is out of range. */
function publicHalf({ type, curve, secret }: PrivateKeyParts): Uint8Array | null {
  if (secret === null) return null;
  if (type === "ed25519" || type === "ed448") return EDWARDS[type].getPublicKey(secret);
  if (curve === null || !CURVES[curve].utils.isValidSecretKey(secret)) return null;
  return CURVES[curve].getPublicKey(secret, false);
}
