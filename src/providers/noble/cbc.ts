/**
 * AES-CBC without padding by @noble/ciphers (RFC 5246 §6.2.3.2 uses it; padding and MAC are the record layer's).
 */
import { cbc as nobleCbc } from "@noble/ciphers/aes.js";
import { wipe } from "../../bytes/byte-arrays.ts";
import type { Cbc } from "../../crypto/provider.ts";
import { CIPHERS, type CipherName } from "../../protocol/cipher-suite.ts";

type CbcName = Extract<CipherName, `${string}-cbc`>;

const UNPADDED = { disablePadding: true };

class PortableCbc implements Cbc {
  readonly #blockLength: number;
  #key: Uint8Array | null;

  constructor(name: CbcName, key: Uint8Array) {
    const { keyLength, blockLength } = CIPHERS[name];
    if (key.length !== keyLength) {
      throw new RangeError(`${name} takes a key of ${keyLength} bytes, not ${key.length}`);
    }
    this.#blockLength = blockLength;
    this.#key = new Uint8Array(key);
  }

  encrypt(iv: Uint8Array, data: Uint8Array): void {
    if (this.#hasBlocks(data)) data.set(nobleCbc(this.#liveKey(), iv, UNPADDED).encrypt(data));
  }

  decrypt(iv: Uint8Array, data: Uint8Array): void {
    if (!this.#hasBlocks(data)) return;
    const plaintext = nobleCbc(this.#liveKey(), iv, UNPADDED).decrypt(data);
    data.set(plaintext);
    // It may be a private key.
    wipe(plaintext);
  }

  wipe(): void {
    this.#key?.fill(0);
    this.#key = null;
  }

  #hasBlocks(data: Uint8Array): boolean {
    if (data.length % this.#blockLength !== 0) {
      throw new RangeError(`${data.length} bytes are not a multiple of ${this.#blockLength}`);
    }
    return data.length > 0;
  }

  #liveKey(): Uint8Array {
    if (this.#key === null) throw new TypeError("this cipher was wiped; make a new one");
    return this.#key;
  }
}

/** AES-CBC under one key of the cipher's length (RangeError otherwise); the key is copied. */
export function cbc(name: CbcName, key: Uint8Array): Cbc {
  return new PortableCbc(name, key);
}
