/**
 * The newer hashes of HTTP Digest by node:crypto.
 */
import { createHash } from "node:crypto";
import type { DigestHashes } from "../../message/legacy-crypto.ts";

export const nodeDigestHashes: DigestHashes = {
  sha256: (...parts) => hashOf("sha256", parts),
  sha512t256: (...parts) => hashOf("sha512-256", parts),
};

function hashOf(name: string, parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  const { buffer, byteOffset, length } = hash.digest();
  return new Uint8Array(buffer, byteOffset, length);
}
