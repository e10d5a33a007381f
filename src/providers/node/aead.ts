/**
 * AES-GCM and ChaCha20-Poly1305 by node:crypto (RFC 5116, RFC 8439). OpenSSL cannot write into given memory
 * through this interface: each update makes one array, which is copied back. Keys are key objects: bytes would be
 * looked at for each record, which takes some versions of Node (24) several times what the cipher takes.
 */
import {
  type CipherGCM,
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type DecipherGCM,
  type KeyObject,
} from "node:crypto";
import type { Aead } from "../../crypto/provider.ts";
import { CIPHERS, type CipherName } from "../../protocol/cipher-suite.ts";

export type AeadName = Exclude<CipherName, `${string}-cbc`>;

class NodeAead implements Aead {
  /** Both kinds have the interface of GCM; node's types name ChaCha20 apart. */
  readonly #name: CipherGCMTypes;
  readonly #options: { readonly authTagLength: number };
  #key: KeyObject | null;

  constructor(name: AeadName, key: Uint8Array) {
    const { keyLength, tagLength } = CIPHERS[name];
    if (key.length !== keyLength) {
      throw new RangeError(`${name} takes a key of ${keyLength} bytes, not ${key.length}`);
    }
    this.#name = name as CipherGCMTypes;
    this.#options = { authTagLength: tagLength };
    this.#key = createSecretKey(key);
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
    if (first.length > 0) encrypt(cipher, first);
    if (second.length > 0) encrypt(cipher, second);
    cipher.final();
    tag.set(cipher.getAuthTag());
  }

  open(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    data: Uint8Array,
    tag: Uint8Array,
    inPlace = true,
  ): Uint8Array | null {
    if (tag.length !== this.#options.authTagLength) return null;
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
      return null;
    }
    if (!inPlace) return opened;
    data.set(opened);
    release(opened);
    return data;
  }

  wipe(): void {
    // Node overwrites the bytes when no code holds the object any more.
    this.#key = null;
  }

  #liveKey(): KeyObject {
    if (this.#key === null) throw new TypeError("this AEAD was wiped; make a new one");
    return this.#key;
  }
}

/** In place. */
function encrypt(cipher: CipherGCM, data: Uint8Array): void {
  const sealed = cipher.update(data);
  data.set(sealed);
  release(sealed);
}

/** Below this, giving memory back costs more than it brings. */
const MIN_RELEASED = 4096;

/**
 * Gives memory of node:crypto's back at once instead of at the next garbage collection, so that the next record finds
 * it still in the processor's cache. Runtimes without `transfer` (Node 20) do without.
 */
function release(bytes: Uint8Array): void {
  const { length } = bytes;
  if (length < MIN_RELEASED) return;
  const memory = bytes.buffer as ArrayBuffer & { transfer?: (length: number) => ArrayBuffer };
  // No other code may share this memory.
  if (memory.byteLength === length) memory.transfer?.(0);
}

/** An AEAD of node:crypto under one key of the cipher's length (RangeError otherwise); the key is copied. */
export function nodeCryptoAead(name: AeadName, key: Uint8Array): Aead {
  return new NodeAead(name, key);
}
