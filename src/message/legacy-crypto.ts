/**
 * What message packages need of cryptography, as a contract: old algorithms that TLS 1.2 and 1.3 do without. Implemented in
 * `providers/`. MD4 and RC4, which no library brings, are in `legacy/`. Lengths are bytes; no argument is kept.
 */

/** The primitives of NTLM and Digest. */
export interface LegacyCrypto {
  /** Cryptographic randomness of the runtime. */
  random(length: number): Uint8Array;
  /** MD5 (RFC 1321) of the parts in order: 16 bytes, new memory. */
  md5(...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC-MD5 (RFC 2104) of the parts in order: 16 bytes, new memory. */
  hmacMd5(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** DES and 3DES; null: this runtime does not have them. */
  readonly tripleDes: TripleDes | null;
}

/** The newer hashes of HTTP Digest, of the parts in order, in new memory. They are apart from what NTLM needs. */
export interface DigestHashes {
  /** SHA-256 (FIPS 180-4): 32 bytes. */
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  /** SHA-512/256 (FIPS 180-4 §5.3.6): 32 bytes. */
  sha512t256(...parts: readonly Uint8Array[]): Uint8Array;
}

/** 3DES (EDE) in CBC mode without padding. DES is 3DES with three times the same key; a block alone has a vector of zeros. */
export interface TripleDes {
  /**
   * @param key 24 bytes; parity bits do not count
   * @param iv 8 bytes
   * @param data whole blocks of 8 bytes
   * @returns new memory
   */
  encrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
  /** The inverse of `encrypt`. */
  decrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array;
}

/** Bytes of a DES key that count. */
const DES_KEY = 7;

/** A DES key of 8 bytes from 7: each byte has seven bits of it, and room for parity. */
export function desKey(seven: Uint8Array): Uint8Array {
  const key = new Uint8Array(DES_KEY + 1);
  for (let i = 0; i < key.length; i++) {
    const before = i === 0 ? 0 : (seven[i - 1] ?? 0) << (8 - i);
    const here = i === DES_KEY ? 0 : (seven[i] ?? 0) >> i;
    key[i] = (before | here) & 0xfe;
  }
  return key;
}
