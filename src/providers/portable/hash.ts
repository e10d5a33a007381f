/**
 * Hashes and HMAC by @noble/hashes.
 */
import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { RunningHash } from "../../crypto/provider.ts";
import type { HashName } from "../../protocol/cipher-suite.ts";

/** @noble's hashes by our names. */
export const HASH_FUNCTIONS: {
  readonly sha1: typeof sha1;
  readonly sha256: typeof sha256;
  readonly sha384: typeof sha384;
  readonly sha512: typeof sha512;
} = { sha1, sha256, sha384, sha512 };

type NobleHash = ReturnType<(typeof HASH_FUNCTIONS)[HashName]["create"]>;

class PortableHash implements RunningHash {
  readonly #hash: NobleHash;

  constructor(hash: NobleHash) {
    this.#hash = hash;
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Uint8Array {
    return (this.#hash.clone() as NobleHash).digest();
  }

  copy(): RunningHash {
    return new PortableHash(this.#hash.clone() as NobleHash);
  }
}

/** Starts a hash. */
export function hash(name: HashName): RunningHash {
  return new PortableHash(HASH_FUNCTIONS[name].create());
}

/** Hash of `data` in one step. */
export function digest(name: HashName, data: Uint8Array): Uint8Array {
  return HASH_FUNCTIONS[name](data);
}

/** HMAC (RFC 2104) under `key` of the parts in order. */
export function hmac(name: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = nobleHmac.create(HASH_FUNCTIONS[name], key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
