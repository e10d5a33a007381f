/**
 * AES-GCM and ChaCha20-Poly1305 by @noble/ciphers (RFC 5116, RFC 8439). Records pass through a scratch memory of the
 * object: aligned, which saves noble a copy, and ciphertext with tag in one piece, as noble wants them. AES by
 * tables is not constant in time; where that matters, the runtime's own provider or ChaCha20 is the choice.
 */
import { gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import type { Aead } from "../../crypto/provider.ts";
import { CIPHERS, type CipherName } from "../../protocol/cipher-suite.ts";

type AeadName = Exclude<CipherName, `${string}-cbc`>;

class PortableAead implements Aead {
  readonly #isChaCha: boolean;
  readonly #tagLength: number;
  #key: Uint8Array | null;
  #scratch = new Uint8Array(0);

  constructor(name: AeadName, key: Uint8Array) {
    const { keyLength, tagLength } = CIPHERS[name];
    if (key.length !== keyLength) {
      throw new RangeError(`${name} takes a key of ${keyLength} bytes, not ${key.length}`);
    }
    this.#isChaCha = name === "chacha20-poly1305";
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
    const sealed = this.#isChaCha
      ? chacha20poly1305(this.#liveKey(), nonce, additionalData).encrypt(plaintext, scratch)
      : gcm(this.#liveKey(), nonce, additionalData).encrypt(plaintext);
    first.set(sealed.subarray(0, first.length));
    second.set(sealed.subarray(first.length, length));
    tag.set(sealed.subarray(length));
  }

  open(nonce: Uint8Array, additionalData: Uint8Array, data: Uint8Array, tag: Uint8Array): boolean {
    if (tag.length !== this.#tagLength) return false;
    const key = this.#liveKey();
    const sealed = this.#room(data.length + tag.length);
    sealed.set(data);
    sealed.set(tag, data.length);
    try {
      data.set(
        this.#isChaCha
          ? chacha20poly1305(key, nonce, additionalData).decrypt(
              sealed,
              sealed.subarray(0, data.length),
            )
          : gcm(key, nonce, additionalData).decrypt(sealed),
      );
      return true;
    } catch {
      return false;
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
export function aead(name: AeadName, key: Uint8Array): Aead {
  return new PortableAead(name, key);
}
