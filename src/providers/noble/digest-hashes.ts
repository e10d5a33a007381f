/**
 * The newer hashes of HTTP Digest by @noble/hashes.
 */
import { sha256, sha512_256 } from "@noble/hashes/sha2.js";
import type { DigestHashes } from "../../message/legacy-crypto.ts";

export const nobleDigestHashes: DigestHashes = {
  sha256(...parts) {
    const hash = sha256.create();
    for (const part of parts) hash.update(part);
    return hash.digest();
  },
  sha512t256(...parts) {
    const hash = sha512_256.create();
    for (const part of parts) hash.update(part);
    return hash.digest();
  },
};
