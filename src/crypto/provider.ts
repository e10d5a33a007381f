/**
 * What the protocol needs of cryptography, as a contract. Implemented in `providers/`; the protocol only ever
 * imports this file. Everything is synchronous except a private key that answers with a promise, and the members
 * `…AsyncRequired`: where a provider has one of these, a client's handshake asks it and not its twin. "verify" then may throw
 * `AsyncRequired` (`later.ts`), the other twins a TypeError.
 * Lengths are bytes. No function keeps a reference to an argument buffer unless its comment states it.
 */
import type { CipherName, CipherSuite, HashName } from "../protocol/cipher-suite.ts";
import type { GroupName } from "../protocol/named-group.ts";
import type {
  CurveName,
  KeyType,
  SignatureAlgorithm,
  SignatureScheme,
} from "../protocol/signature-scheme.ts";

export type LegacyCipher = "des-cbc" | "des-ede3-cbc" | "rc2-cbc" | "aes-192-cbc";

/** What computes a cipher: node:crypto, RustCrypto in WebAssembly, or @noble in JavaScript. */
export type CipherTier = "native" | "node" | "wasm" | "noble";

/** The ciphers of old key files, where the runtime has them; otherwise null. */
export interface LegacyCrypto {
  /** 16 bytes. */
  md5(data: Uint8Array): Uint8Array | null;
  /** Decrypts whole blocks, padding included. RC2: all bits of the key count. */
  decrypt(
    cipher: LegacyCipher,
    key: Uint8Array,
    iv: Uint8Array,
    data: Uint8Array,
  ): Uint8Array | null;
}

/**
 * The cryptographic primitives that the engine asks for. What cannot be answered now throws the promise of an answer.
 */
export interface CryptoProvider {
  /** "node", "portable", …: for messages and test titles. */
  readonly name: string;
  /**
   * Cryptographic randomness of the runtime. Throws if the runtime has none.
   * @param length - bytes
   */
  random(length: number): Uint8Array;
  /**
   * Starts a hash.
   * @param name - "sha256" or "sha384" and its kind
   */
  hash(name: HashName): RunningHash;
  /**
   * Hash of `data` in one step.
   * @param name - of the hash
   * @param data - is not kept
   */
  digest(name: DigestName, data: Uint8Array): Uint8Array;
  /**
   * HMAC (RFC 2104) of the parts in order. The result is the caller's.
   * @param name - of the hash
   * @param key - of any length; it is not kept
   * @param parts - are not kept
   */
  hmac(name: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /**
   * PBKDF2 with HMAC (RFC 8018 §5.2).
   * @param hash - of the HMAC
   * @param password - is not kept
   * @param salt - is not kept
   * @param iterations - at least one; the caller bounds them
   * @param length - bytes of the result
   */
  pbkdf2(
    hash: HashName,
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    length: number,
  ): Uint8Array;
  /**
   * scrypt (RFC 7914 §6).
   * @param password - is not kept
   * @param salt - is not kept
   * @param cost - its parameters; the caller bounds them
   * @param length - bytes of the result
   */
  scrypt(password: Uint8Array, salt: Uint8Array, cost: ScryptCost, length: number): Uint8Array;
  /** For reading key files only; absent: the runtime has nothing of it. */
  readonly legacy?: LegacyCrypto;
  /**
   * An AEAD under one key.
   * @param name - of the cipher
   * @param key - as long as the cipher wants it; it is copied
   */
  aead(name: Exclude<CipherName, `${string}-cbc`>, key: Uint8Array): Aead;
  /**
   * What computes a cipher in this runtime: one tier for all records, or one for short records and one for others.
   * Absent: the provider alone, by its name.
   * @param name - of the cipher
   */
  tiers?(name: CipherName): readonly string[];
  /**
   * The cipher whose suites are preferred in each version where the caller names none: the faster one without AES in
   * hardware.
   */
  readonly preferred?: CipherName;
  /**
   * AES-CBC without padding under one key.
   * @param name - of the cipher
   * @param key - as long as the cipher wants it; it is copied
   */
  cbc(name: Extract<CipherName, `${string}-cbc`>, key: Uint8Array): Cbc;
  /** The same with more AEADs, where it is without them. */
  readonly withAeads?: (parts: readonly AeadPart[]) => CryptoProvider;
  /** Suites and schemes of the registries that are not done here; default: all are. */
  readonly lacks?: (row: CipherSuite | SignatureScheme) => boolean;
  /**
   * Key agreement in a group, or null if this provider does not have the group, or not yet (`loaded-hybrids.ts`).
   * @param group - its name
   */
  keyAgreement(group: GroupName): KeyAgreement | null;
  /**
   * Diffie-Hellman in a group that a TLS 1.2 server sent: shares are as long as the prime. Null if it is not a group at
   * all (even modulus, generator outside 2 to p-2). Whether the prime is large enough is decided by the caller.
   * @param prime - big-endian
   * @param generator - big-endian
   */
  finiteField(prime: Uint8Array, generator: Uint8Array): KeyAgreement | null;
  /**
   * A public key, or null if it is malformed or of an unsupported kind.
   * @param spki - SubjectPublicKeyInfo (DER)
   */
  importPublicKey(spki: Uint8Array): PublicKey | null;
  /**
   * A private key, or null if it is malformed or of an unsupported kind.
   * @param pkcs8 - PrivateKeyInfo (DER, not encrypted); it is not kept
   */
  importPrivateKey(pkcs8: Uint8Array): PrivateKey | null;
}

/** Parameters of scrypt: memory is 128 · cost · blockSize bytes. */
export interface ScryptCost {
  /** N: a power of two above 1. */
  readonly cost: number;
  /** r */
  readonly blockSize: number;
  /** p */
  readonly parallelization: number;
}

export interface RunningHash {
  update(data: Uint8Array): void;
  /** Hash of all bytes so far; the hash can go on. A new array each time. */
  digest(): Uint8Array;
  /** An independent hash that goes on from here. */
  copy(): RunningHash;
}

/** AEAD with 12-byte nonces and 16-byte tags (RFC 5116, RFC 8439), in the caller's memory. */
export interface Aead {
  /**
   * Encrypts `first` then `second` (either may be empty) as one plaintext, each in place, and writes the tag.
   * @param nonce 12 bytes, never used twice with this key for sealing
   * @param tag 16 bytes, overwritten
   */
  seal(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    first: Uint8Array,
    second: Uint8Array,
    tag: Uint8Array,
  ): void;
  /**
   * Checks the tag and decrypts `data`.
   * @param inPlace default: true; otherwise `data` stays as it is and the plaintext comes in new memory
   * @returns the plaintext; null if the tag does not fit: then `data` is as it was
   */
  open(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    data: Uint8Array,
    tag: Uint8Array,
    inPlace?: boolean,
  ): Uint8Array | null;
  /** Overwrites the key as far as the runtime allows; the object is of no use afterwards. */
  wipe(): void;
}

/** An AEAD that not everybody carries. */
export interface AeadPart {
  /** The cipher that it is. */
  readonly name: Exclude<CipherName, `${string}-cbc`>;
  /**
   * Makes the cipher with a key, as `CryptoProvider.aead`.
   * @param key - of the cipher's length; it is copied
   */
  create(key: Uint8Array): Aead;
  /** What computes it in this runtime; absent: @noble. */
  tier?(): CipherTier;
}

/** AES-CBC without padding; `data` is a multiple of 16 bytes and is changed in place. */
export interface Cbc {
  encrypt(iv: Uint8Array, data: Uint8Array): void;
  decrypt(iv: Uint8Array, data: Uint8Array): void;
  wipe(): void;
}

export interface KeyAgreement {
  /** A fresh key pair from the provider's randomness. */
  generate(): KeyPair;
  /** As `generate`, where a promise is all there is. */
  generateAsync?(): Promise<KeyPair>;
  /** Whether the runtime has the group, where that is only seen by trying; never rejects. Absent: it has. */
  available?(): Promise<boolean>;
  /**
   * The pair of a given private key (`NamedGroup.privateKeyLength` bytes, big-endian for curves over primes,
   * as RFC 7748 for Montgomery curves). Null if it is out of range: draw again.
   */
  fromPrivateKey(privateKey: Uint8Array): KeyPair | null;
  /**
   * What a server does with a client's share where the two sides do not do the same (a KEM): our share for it, and the
   * secret. Null if theirs is not a valid one. Absent: a pair's `publicKey` and `derive` are it.
   * @param random the caller's randomness, if it is to be that instead of the provider's
   */
  answer?(peerPublicKey: Uint8Array, random?: (length: number) => Uint8Array): Answer | null;
}

/** A server's half of a key agreement. */
export interface Answer {
  readonly publicKey: Uint8Array;
  readonly secret: Uint8Array;
}

export interface KeyPair {
  /** Public share as on the wire: uncompressed point, u-coordinate, or integer padded to the group's length. */
  readonly publicKey: Uint8Array;
  /**
   * Shared secret with the peer's share: the x-coordinate, the u-coordinate, or the integer padded to the group's
   * length. Null if the share is not a valid one: wrong length, point not on the curve, compressed point, all-zero
   * result (RFC 8446 §7.4.2), integer outside 2 to p-2 (RFC 7919 §5.1).
   */
  derive(peerPublicKey: Uint8Array): Uint8Array | null;
  /** As `derive`, where a promise is all there is; never rejects. Copies what it was given before it returns. */
  deriveAsync?(peerPublicKey: Uint8Array): Promise<Uint8Array | null>;
  /** Overwrites the private key as far as the runtime allows. */
  wipe(): void;
}

/** Hashes of whole certificates: SHA-224 signs some of them, and nothing else of TLS. */
export type DigestName = HashName | "sha224";

/** The hash in the parameters of an RSASSA-PSS key (RFC 4055 §3.1). */
export type PssHash = HashName | "none" | null;

export interface PublicKey {
  readonly type: KeyType;
  /** Curve of an "ec" key, else null. */
  readonly curve: CurveName | null;
  /** Modulus or field size in bits; of ML-DSA, the key's length. */
  readonly bits: number;
  /** The only hash that the parameters of an "rsa-pss" key allow; "none" if TLS has no such scheme. Null: any. */
  readonly pssHash?: PssHash;
  /**
   * True if `signature` (DER for ECDSA) over `data` is right. False for wrong ones, malformed ones and for an
   * algorithm that is not of this key; never throws. RSA-PSS: MGF1 with the same hash, salt as long as the hash;
   * a key of type "rsa-pss" with parameters that forbid the hash: false.
   */
  verify(algorithm: SignatureAlgorithm, data: Uint8Array, signature: Uint8Array): boolean;
  /** As `verify`, where a promise is faster; never rejects. Copies what it was given before it returns. */
  verifyAsync?(
    algorithm: SignatureAlgorithm,
    data: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean>;
  /** RSA only: the public operation on a block as long as the modulus (RFC 8017 §5.1.1). Null if out of range. */
  rsaPublic?(block: Uint8Array): Uint8Array | null;
}

/** What signs for us: a provider's key, or a caller's object that keeps its key elsewhere. */
export interface SigningKey {
  readonly type: KeyType;
  readonly curve: CurveName | null;
  readonly bits: number;
  /** As that of the public key: no other scheme is chosen for this key. */
  readonly pssHash?: PssHash;
  /** Signature over `data` (DER for ECDSA), or a promise of it. */
  sign(scheme: SignatureScheme, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * RSA only: the private operation on a block as long as the modulus (RFC 8017 §5.1.2), blinded. Null if out of range.
   */
  rsaPrivate?(block: Uint8Array): Uint8Array | null;
  /** Overwrites the key's bytes in our own arrays; the key cannot sign afterwards. Absent: the caller owns the key. */
  wipe?(): void;
}

export interface PrivateKey extends SigningKey {
  /** SubjectPublicKeyInfo (DER) of the public half, to check that certificate and key belong together. */
  readonly publicKey: Uint8Array;
  sign(scheme: SignatureScheme, data: Uint8Array): Uint8Array;
  /** As `sign`, where a promise is faster; rejects with what `sign` throws. Copies `data` before it returns. */
  signAsync?(scheme: SignatureScheme, data: Uint8Array): Promise<Uint8Array>;
}
