/**
 * Signature keys by node:crypto: ECDSA, RSA PKCS#1 and PSS, EdDSA (RFC 8446 §4.2.3), the raw RSA operations, and public
 * keys of ML-DSA (FIPS 204) where node has them: from Node 24 on.
 * Keys are taken apart by `crypto/key-encoding.ts` first; node only sees what passed there. PSS keys are handed to node
 * as plain RSA keys, which import forty times faster; their parameters are held to by `mayUse`.
 */
import {
  constants,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
} from "node:crypto";
import { concat } from "../../bytes/byte-arrays.ts";
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
import type {
  CurveName,
  KeyType,
  SignatureAlgorithm,
  SignatureScheme,
} from "../../protocol/signature-scheme.ts";
import { KeyCache } from "./key-cache.ts";
import {
  asBuffer,
  JWK_CURVES,
  pointKeyObject,
  rawKeyObject,
  scalarKeyObject,
  toBase64Url,
} from "./key-objects.ts";
import { plain } from "./to-uint8array.ts";

const NO_PADDING = { padding: constants.RSA_NO_PADDING };

/** What node wants beside the key: PSS padding with a salt as long as the hash. */
function withPadding(key: KeyObject, { family }: SignatureAlgorithm) {
  if (family !== "rsa-pss") return key;
  return {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
}

class NodePublicKey implements PublicKey {
  readonly type: KeyType;
  readonly curve: CurveName | null;
  readonly bits: number;
  readonly pssHash: PssHash;
  readonly rsaPublic?: (block: Uint8Array) => Uint8Array | null;
  readonly #parts: PublicKeyParts;
  readonly #key: KeyObject;

  constructor(parts: PublicKeyParts, key: KeyObject) {
    this.type = parts.type;
    this.curve = parts.curve;
    this.bits = parts.bits;
    this.pssHash = parts.pssHash;
    this.#parts = parts;
    this.#key = key;
    if (parts.type === "rsa") {
      this.rsaPublic = (block) =>
        block.length === byteLength(parts.bits)
          ? orNull(() => publicEncrypt({ key, ...NO_PADDING }, block))
          : null;
    }
  }

  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean {
    if (!mayUse(this.#parts, algorithm)) return false;
    // @rfc 8017 §8.1.2 OpenSSL takes PSS signatures without their leading zeros.
    if (this.#parts.rsa !== null && signature.length !== byteLength(this.bits)) return false;
    try {
      return verify(algorithm.hash, data, withPadding(this.#key, algorithm), signature);
    } catch {
      return false;
    }
  }
}

class NodePrivateKey implements PrivateKey {
  readonly type: KeyType;
  readonly curve: CurveName | null;
  readonly bits: number;
  readonly pssHash: PssHash;
  readonly publicKey: Uint8Array;
  readonly rsaPrivate?: (block: Uint8Array) => Uint8Array | null;
  readonly #key: KeyObject;

  constructor(parts: PrivateKeyParts, key: KeyObject) {
    const { type, curve, bits, pssHash } = parts;
    this.type = type;
    this.curve = curve;
    this.bits = bits;
    this.pssHash = pssHash;
    this.publicKey = subjectPublicKeyInfo(parts, key);
    this.#key = key;
    if (type === "rsa") {
      this.rsaPrivate = (block) =>
        block.length === byteLength(bits)
          ? orNull(() => privateDecrypt({ key, ...NO_PADDING }, block))
          : null;
    }
  }

  sign(scheme: SignatureScheme, data: Uint8Array): Uint8Array {
    if (scheme.keyType !== this.type || !mayUse(this, scheme.algorithm)) {
      throw new TypeError(`a key of type ${this.type} cannot sign with ${scheme.name}`);
    }
    return plain(sign(scheme.algorithm.hash, data, withPadding(this.#key, scheme.algorithm)));
  }
}

const recent = new KeyCache();
/** A SubjectPublicKeyInfo of P-521 has 158 bytes; longer ones need not be looked up. */
const MAX_EC_KEY = 160;

/** A public key from SubjectPublicKeyInfo (DER), or null if malformed, unsupported, or off its curve. */
export function importPublicKey(spki: Uint8Array): PublicKey | null {
  const known = spki.length <= MAX_EC_KEY ? recent.get(spki) : undefined;
  if (known !== undefined) return known;
  const parts = parsePublicKey(new Uint8Array(spki));
  if (parts === null) return null;
  try {
    const key = new NodePublicKey(parts, publicKeyObject(parts));
    if (parts.type === "ec") recent.add(spki, key);
    return key;
  } catch {
    return null;
  }
}

/** A private key from PKCS#8 PrivateKeyInfo (DER), or null if malformed or unsupported. */
export function importPrivateKey(pkcs8: Uint8Array): PrivateKey | null {
  const parts = parsePrivateKey(pkcs8);
  if (parts === null) return null;
  try {
    return new NodePrivateKey(parts, privateKeyObject(parts));
  } catch {
    return null;
  }
}

function publicKeyObject({ type, curve, rsa, algorithm, key }: PublicKeyParts): KeyObject {
  if (rsa !== null) return createPublicKey({ key: asBuffer(key), format: "der", type: "pkcs1" });
  if (type === "ed25519" || type === "ed448") {
    const jwk = { kty: "OKP", crv: JWK_CURVES[type], x: toBase64Url(key) };
    return createPublicKey({ key: jwk, format: "jwk" });
  }
  if (isMlDsa(type)) {
    const spki = encodePublicKey(algorithm, key);
    const made = createPublicKey({ key: asBuffer(spki), format: "der", type: "spki" });
    // A runtime without ML-DSA refuses the key, or, over a newer OpenSSL, takes it and does not know what it is.
    if ((made.asymmetricKeyType as string) !== type) throw new TypeError(`no ${type} here`);
    return made;
  }
  if (curve === null) throw new TypeError(`a key of type ${type} has no curve`);
  return pointKeyObject(curve, key);
}

/**
 * Built anew from its parts: OpenSSL 3.0 does not read version 2 of PKCS#8 (RFC 5958), and believes a public half in
 * it.
 */
function privateKeyObject({ curve, rsa, algorithm, key, secret }: PrivateKeyParts): KeyObject {
  if (rsa !== null) return createPrivateKey({ key: asBuffer(key), format: "der", type: "pkcs1" });
  if (secret === null) throw new TypeError("a key without a secret");
  return curve === null ? rawKeyObject(algorithm, secret) : scalarKeyObject(curve, secret);
}

/** The public half with the AlgorithmIdentifier of the private key, as certificates carry it. */
function subjectPublicKeyInfo(parts: PrivateKeyParts, key: KeyObject): Uint8Array {
  const half = createPublicKey(key);
  if (parts.rsa !== null) {
    const numbers = plain(half.export({ format: "der", type: "pkcs1" }));
    return encodePublicKey(parts.algorithm, numbers);
  }
  return concat(plain(half.export({ format: "der", type: "spki" })));
}

function byteLength(bits: number): number {
  return Math.ceil(bits / 8);
}

function orNull(operation: () => Uint8Array): Uint8Array | null {
  try {
    return plain(operation());
  } catch {
    return null;
  }
}
