/**
 * Hashes and HMAC by @noble/hashes, over the hash functions that a provider has.
 */
import { hmac as nobleHmac } from "@noble/hashes/hmac.js";
import type { sha1 } from "@noble/hashes/legacy.js";
import type { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { CryptoProvider, DigestName, RunningHash } from "../../crypto/provider.ts";

/** @noble's hashes by our names. */
export type HashFunctions = Readonly<
  Partial<
    Record<DigestName, typeof sha1 | typeof sha224 | typeof sha256 | typeof sha384 | typeof sha512>
  >
>;
type HashFunction = NonNullable<HashFunctions[DigestName]>;
type NobleHash = ReturnType<HashFunction["create"]>;

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

/** The members of a provider that hash. */
export function hashing(
  functions: HashFunctions,
): Pick<CryptoProvider, "hash" | "digest" | "hmac"> {
  const functionOf = (name: DigestName): HashFunction => {
    const found = functions[name];
    if (found === undefined) throw new TypeError(`this provider does not have ${name}`);
    return found;
  };
  return {
    hash: (name) => new PortableHash(functionOf(name).create()),
    digest: (name, data) => functionOf(name)(data),
    hmac(name, key, ...parts) {
      const mac = nobleHmac.create(functionOf(name), key);
      for (const part of parts) mac.update(part);
      return mac.digest();
    },
  };
}
