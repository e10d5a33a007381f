/**
 * AES-CBC without padding by node:crypto (RFC 5246 §6.2.3.2 uses it; padding and MAC are the record layer's).
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { wipe } from "../../bytes/byte-arrays.ts";
import type { Cbc } from "../../crypto/provider.ts";
import { CIPHERS, type CipherName } from "../../protocol/cipher-suite.ts";

type CbcName = Extract<CipherName, `${string}-cbc`>;

class NodeCbc implements Cbc {
  readonly #name: CbcName;
  #key: KeyObject | null;

  constructor(name: CbcName, key: Uint8Array) {
    const { keyLength } = CIPHERS[name];
    if (key.length !== keyLength) {
      throw new RangeError(`${name} takes a key of ${keyLength} bytes, not ${key.length}`);
    }
    this.#name = name;
    this.#key = createSecretKey(key);
  }

  encrypt(iv: Uint8Array, data: Uint8Array): void {
    this.#check(data);
    data.set(createCipheriv(this.#name, this.#liveKey(), iv).setAutoPadding(false).update(data));
  }

  decrypt(iv: Uint8Array, data: Uint8Array): void {
    this.#check(data);
    const decipher = createDecipheriv(this.#name, this.#liveKey(), iv).setAutoPadding(false);
    const plaintext = decipher.update(data);
    data.set(plaintext);
    // It may be a private key.
    wipe(plaintext);
  }

  wipe(): void {
    // Node overwrites the bytes when no code holds the object any more.
    this.#key = null;
  }

  #check(data: Uint8Array): void {
    const { blockLength } = CIPHERS[this.#name];
    if (data.length % blockLength !== 0) {
      throw new RangeError(`${data.length} bytes are not a multiple of ${blockLength}`);
    }
  }

  #liveKey(): KeyObject {
    if (this.#key === null) throw new TypeError("this cipher was wiped; make a new one");
    return this.#key;
  }
}

/** AES-CBC under one key of the cipher's length (RangeError otherwise); the key is copied. */
export function cbc(name: CbcName, key: Uint8Array): Cbc {
  return new NodeCbc(name, key);
}
