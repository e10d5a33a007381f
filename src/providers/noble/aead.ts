/**
 * AEADs by @noble/ciphers (RFC 5116, RFC 8439), each a part of its own. Records pass through a scratch memory of the
 * object: aligned, which saves noble a copy, and ciphertext with tag in one piece, as noble wants them. AES by
 * tables is not constant in time; where that matters, the runtime's own provider or ChaCha20 is the choice.
 */
import { gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import type { Aead } from "../../crypto/provider.ts";
import { CIPHERS, type CipherName } from "../../protocol/cipher-suite.ts";

type AeadName = Exclude<CipherName, `${string}-cbc`>;

/** One of @noble's ciphers; the result may lie in `scratch`, which begins with the input. */
interface NobleAead {
  encrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    plaintext: Uint8Array,
    scratch: Uint8Array,
  ): Uint8Array;
  /** Throws if the tag does not fit. */
  decrypt(
    key: Uint8Array,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    sealed: Uint8Array,
    scratch: Uint8Array,
  ): Uint8Array;
}

export const AES_GCM: NobleAead = {
  encrypt: (key, nonce, additionalData, plaintext) =>
    gcm(key, nonce, additionalData).encrypt(plaintext),
  decrypt: (key, nonce, additionalData, sealed) => gcm(key, nonce, additionalData).decrypt(sealed),
};

export const CHACHA20_POLY1305: NobleAead = {
  encrypt: (key, nonce, additionalData, plaintext, scratch) =>
    chacha20poly1305(key, nonce, additionalData).encrypt(plaintext, scratch),
  decrypt: (key, nonce, additionalData, sealed, scratch) =>
    chacha20poly1305(key, nonce, additionalData).decrypt(sealed, scratch),
};

class PortableAead implements Aead {
  readonly #cipher: NobleAead;
  readonly #tagLength: number;
  #key: Uint8Array | null;
  #scratch = new Uint8Array(0);

  constructor(cipher: NobleAead, name: AeadName, key: Uint8Array) {
    const { keyLength, tagLength } = CIPHERS[name];
    if (key.length !== keyLength) {
      throw new RangeError(`${name} takes a key of ${keyLength} bytes, not ${key.length}`);
    }
    this.#cipher = cipher;
    this.#tagLength = tagLength;
    this.#key = new Uint8Array(key);
  }

  seal(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    first: Uint8Array,
    second: Uint8Array,
    tag: Uint8Array,
  ): void {
    const length = first.length + second.length;
    const scratch = this.#room(length + this.#tagLength);
    scratch.set(first);
    scratch.set(second, first.length);
    const plaintext = scratch.subarray(0, length);
    const sealed = this.#cipher.encrypt(this.#liveKey(), nonce, additionalData, plaintext, scratch);
    first.set(sealed.subarray(0, first.length));
    second.set(sealed.subarray(first.length, length));
    tag.set(sealed.subarray(length));
  }

  open(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    data: Uint8Array,
    tag: Uint8Array,
    inPlace = true,
  ): Uint8Array | null {
    if (tag.length !== this.#tagLength) return null;
    const key = this.#liveKey();
    const sealed = this.#room(data.length + tag.length);
    sealed.set(data);
    sealed.set(tag, data.length);
    try {
      const scratch = sealed.subarray(0, data.length);
      const opened = this.#cipher.decrypt(key, nonce, additionalData, sealed, scratch);
      const target = inPlace ? data : new Uint8Array(data.length);
      target.set(opened);
      opened.fill(0);
      return target;
    } catch {
      return null;
    }
  }

  wipe(): void {
    this.#key?.fill(0);
    this.#key = null;
    this.#scratch.fill(0);
  }

  /** Scratch memory of that length, kept for the next record. */
  #room(length: number): Uint8Array {
    if (this.#scratch.length < length) {
      this.#scratch.fill(0);
      this.#scratch = new Uint8Array(length);
    }
    return this.#scratch.subarray(0, length);
  }

  #liveKey(): Uint8Array {
    if (this.#key === null) throw new TypeError("this AEAD was wiped; make a new one");
    return this.#key;
  }
}

/** An AEAD under one key of the cipher's length (RangeError otherwise); the key is copied. */
export function aeadBy(cipher: NobleAead, name: AeadName, key: Uint8Array): Aead {
  return new PortableAead(cipher, name, key);
}

/** As `aeadBy`, of every name. */
export function aead(name: AeadName, key: Uint8Array): Aead {
  return aeadBy(name === "chacha20-poly1305" ? CHACHA20_POLY1305 : AES_GCM, name, key);
}
