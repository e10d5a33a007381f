/**
 * The ciphers of DIGEST-MD5's confidentiality layer (RFC 2831 §2.4). The stream of RC4 and the chain of CBC run on over all
 * messages of a direction.
 */
import { concat, concatAll, wipe } from "../bytes/byte-arrays.ts";
import { Rc4 } from "../legacy/rc4.ts";
import { desKey, type LegacyCrypto, type TripleDes } from "../message/legacy-crypto.ts";

export type CipherName = "3des" | "rc4" | "des" | "rc4-56" | "rc4-40";

export interface Cipher {
  readonly name: CipherName;
  /** Bytes of H(A1) of which Kc is made. */
  readonly keyBytes: number;
  /** 0: a stream cipher. */
  readonly blockSize: 0 | 8;
  /** What SECPKG_ATTR_KEY_INFO reports: name, bits, ALG_ID of the SDK. */
  readonly algorithm: string;
  readonly bits: number;
  readonly id: number;
}

const CALG_RC4 = 0x6801;
const CALG_DES = 0x6601;
const CALG_3DES_112 = 0x6609;

/** The strongest first. */
export const CIPHERS: readonly Cipher[] = [
  { name: "3des", keyBytes: 16, blockSize: 8, algorithm: "3DES", bits: 112, id: CALG_3DES_112 },
  { name: "rc4", keyBytes: 16, blockSize: 0, algorithm: "RC4", bits: 128, id: CALG_RC4 },
  { name: "des", keyBytes: 16, blockSize: 8, algorithm: "DES", bits: 56, id: CALG_DES },
  { name: "rc4-56", keyBytes: 7, blockSize: 0, algorithm: "RC4", bits: 56, id: CALG_RC4 },
  { name: "rc4-40", keyBytes: 5, blockSize: 0, algorithm: "RC4", bits: 40, id: CALG_RC4 },
];
/** Without those of 56 bits and less, which are for options. */
export const SOUND_CIPHERS: readonly CipherName[] = ["3des", "rc4"];

export const MAC_LENGTH = 10;

/** The cipher of one direction. */
export interface LayerCipher {
  /** Encrypts the parts of a message in place. @returns the ciphertext of what follows them: padding and MAC */
  seal(parts: readonly Uint8Array[], mac: Uint8Array): Uint8Array;
  /** Decrypts to new memory; the state goes on with `accept` alone. */
  decrypt(ciphertext: Uint8Array): Uint8Array;
  accept(): void;
  /** Goes back to where the state was before `decrypt`. */
  reject(): void;
  wipe(): void;
}

/** @param key Kc, 16 bytes; it is copied */
export function layerCipher(
  { tripleDes }: LegacyCrypto,
  { blockSize, name }: Cipher,
  key: Uint8Array,
): LayerCipher {
  if (blockSize === 0) return new StreamLayer(key);
  if (tripleDes === null) throw new TypeError(`${name} was negotiated without being there`);
  return new BlockLayer(tripleDes, key, name === "des");
}

class StreamLayer implements LayerCipher {
  readonly #stream: Rc4;
  readonly #before = new Rc4(new Uint8Array(1));

  constructor(key: Uint8Array) {
    this.#stream = new Rc4(key);
  }

  seal(parts: readonly Uint8Array[], mac: Uint8Array): Uint8Array {
    for (const part of parts) this.#stream.apply(part);
    const sealed = mac.slice();
    this.#stream.apply(sealed);
    return sealed;
  }

  decrypt(ciphertext: Uint8Array): Uint8Array {
    this.#before.become(this.#stream);
    const clear = ciphertext.slice();
    this.#stream.apply(clear);
    return clear;
  }

  accept(): void {
    this.#before.wipe();
  }

  reject(): void {
    this.#stream.become(this.#before);
  }

  wipe(): void {
    this.#stream.wipe();
    this.#before.wipe();
  }
}

const BLOCK = 8;
const HALF = 7;

class BlockLayer implements LayerCipher {
  readonly #cipher: TripleDes;
  readonly #key: Uint8Array;
  #iv: Uint8Array;
  #next: Uint8Array;

  constructor(cipher: TripleDes, key: Uint8Array, single: boolean) {
    const one = desKey(key.subarray(0, HALF));
    const two = single ? one : desKey(key.subarray(HALF, 2 * HALF));
    this.#cipher = cipher;
    this.#key = concat(one, two, one);
    this.#iv = key.slice(BLOCK, 2 * BLOCK);
    this.#next = this.#iv;
    wipe(one, two);
  }

  seal(parts: readonly Uint8Array[], mac: Uint8Array): Uint8Array {
    let length = 0;
    for (const part of parts) length += part.length;
    const fill = BLOCK - ((length + MAC_LENGTH) % BLOCK);
    const clear = concatAll([...parts, new Uint8Array(fill).fill(fill), mac]);
    const sealed = this.#cipher.encrypt(this.#key, this.#iv, clear);
    wipe(clear);
    this.#iv = sealed.slice(-BLOCK);
    this.#next = this.#iv;
    let at = 0;
    for (const part of parts) {
      part.set(sealed.subarray(at, at + part.length));
      at += part.length;
    }
    return sealed.slice(at);
  }

  decrypt(ciphertext: Uint8Array): Uint8Array {
    this.#next = ciphertext.slice(-BLOCK);
    return this.#cipher.decrypt(this.#key, this.#iv, ciphertext);
  }

  accept(): void {
    this.#iv = this.#next;
  }

  reject(): void {
    this.#next = this.#iv;
  }

  wipe(): void {
    wipe(this.#key, this.#iv, this.#next);
  }
}
