/**
 * The provider for every runtime: @noble, synchronous, with no need but for `globalThis.crypto.getRandomValues`.
 */
import type { CryptoProvider } from "../../crypto/provider.ts";
import { wasmTier } from "../wasm/tier.ts";
import { aead } from "./aead.ts";
import { cbc } from "./cbc.ts";
import { digest, hash, hmac } from "./hash.ts";
import { finiteField, keyAgreement } from "./key-agreement.ts";
import { pbkdf2, scrypt } from "./password-hash.ts";
import { random } from "./random.ts";
import { importPrivateKey, importPublicKey } from "./signature.ts";

export const portableProvider: CryptoProvider = {
  name: "portable",
  random,
  hash,
  digest,
  hmac,
  pbkdf2,
  scrypt,
  aead: (name, key) => (wasmTier() ?? aead)(name, key),
  tiers: (name) => [name.endsWith("cbc") || wasmTier() === null ? "noble" : "wasm"],
  preferred: "chacha20-poly1305",
  cbc,
  keyAgreement,
  finiteField,
  importPublicKey,
  importPrivateKey,
};
