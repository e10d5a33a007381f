/**
 * All hashes of the registries by @noble/hashes.
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { CryptoProvider } from "../../crypto/provider.ts";
import { hashing } from "./hashing.ts";

/** @noble's hashes by our names. */
export const HASH_FUNCTIONS: {
  readonly sha1: typeof sha1;
  readonly sha256: typeof sha256;
  readonly sha384: typeof sha384;
  readonly sha512: typeof sha512;
} = { sha1, sha256, sha384, sha512 };

const HASHING: Pick<CryptoProvider, "hash" | "digest" | "hmac"> = hashing({
  ...HASH_FUNCTIONS,
  sha224,
});

export const hash: CryptoProvider["hash"] = HASHING.hash;
export const digest: CryptoProvider["digest"] = HASHING.digest;
export const hmac: CryptoProvider["hmac"] = HASHING.hmac;
