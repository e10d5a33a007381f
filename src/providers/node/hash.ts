/**
 * Hashes and HMAC by node:crypto. Results are plain Uint8Arrays: `slice` of a Buffer would share its memory.
 */
import { createHash, createHmac, type Hash } from "node:crypto";
import type { RunningHash } from "../../crypto/provider.ts";
import type { HashName } from "../../protocol/cipher-suite.ts";
import { plain } from "./plain-bytes.ts";

class NodeHash implements RunningHash {
  readonly #hash: Hash;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Uint8Array {
    return plain(this.#hash.copy().digest());
  }

  copy(): RunningHash {
    return new NodeHash(this.#hash.copy());
  }
}

/** Starts a hash. */
export function hash(name: HashName): RunningHash {
  return new NodeHash(createHash(name));
}

/** Hash of `data` in one step. */
export function digest(name: HashName, data: Uint8Array): Uint8Array {
  return plain(createHash(name).update(data).digest());
}

/** HMAC (RFC 2104) under `key` of the parts in order. */
export function hmac(name: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac(name, key);
  for (const part of parts) mac.update(part);
  return plain(mac.digest());
}
