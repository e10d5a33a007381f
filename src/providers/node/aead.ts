/**
 * AES-GCM and ChaCha20-Poly1305 by node:crypto (RFC 5116, RFC 8439). OpenSSL cannot be told to write into given memory
 * through this interface: each update makes one array, which is copied back.
 */
import {
  type CipherGCM,
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  type DecipherGCM,
} from "node:crypto";
import type { Aead } from "../../crypto/provider.ts";
import { CIPHERS, type CipherName } from "../../protocol/cipher-suite.ts";

type AeadName = Exclude<CipherName, `${string}-cbc`>;

class NodeAead implements Aead {
  /** Both kinds have the interface of GCM; node's types name ChaCha20 apart. */
  readonly #name: CipherGCMTypes;
  readonly #options: { readonly authTagLength: number };
  #key: Uint8Array | null;

  constructor(name: AeadName, key: Uint8Array) {
    const { keyLength, tagLength } = CIPHERS[name];
    if (key.length !== keyLength) {
      throw new RangeError(`${name} takes a key of ${keyLength} bytes, not ${key.length}`);
    }
    this.#name = name as CipherGCMTypes;
    this.#options = { authTagLength: tagLength };
    this.#key = new Uint8Array(key);
  }

  seal(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    first: Uint8Array,
    second: Uint8Array,
    tag: Uint8Array,
  ): void {
    const cipher: CipherGCM = createCipheriv(this.#name, this.#liveKey(), nonce, this.#options);
    cipher.setAAD(additionalData);
    if (first.length > 0) first.set(cipher.update(first));
    if (second.length > 0) second.set(cipher.update(second));
    cipher.final();
    tag.set(cipher.getAuthTag());
  }

  open(nonce: Uint8Array, additionalData: Uint8Array, data: Uint8Array, tag: Uint8Array): boolean {
    if (tag.length !== this.#options.authTagLength) return false;
    const decipher: DecipherGCM = createDecipheriv(
      this.#name,
      this.#liveKey(),
      nonce,
      this.#options,
    );
    decipher.setAAD(additionalData);
    decipher.setAuthTag(tag);
    const opened = decipher.update(data);
    try {
      decipher.final();
    } catch {
      return false;
    }
    data.set(opened);
    return true;
  }

  wipe(): void {
    this.#key?.fill(0);
    this.#key = null;
  }

  #liveKey(): Uint8Array {
    if (this.#key === null) throw new TypeError("this AEAD was wiped; make a new one");
    return this.#key;
  }
}

/** An AEAD under one key of the cipher's length (RangeError otherwise); the key is copied. */
export function aead(name: AeadName, key: Uint8Array): Aead {
  return new NodeAead(name, key);
}
