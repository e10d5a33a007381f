/**
 * The AEAD of a suite under the keys of one direction.
 */
import type { Aead, CryptoProvider } from "../crypto/provider.ts";
import type { TrafficKeys } from "../crypto/traffic-keys.ts";

/** Throws TypeError for a CBC suite: `protection.ts` never asks for one. */
export function makeAead(provider: CryptoProvider, keys: TrafficKeys): Aead {
  const { name } = keys.suite.cipher;
  if (name === "aes-128-cbc" || name === "aes-256-cbc")
    throw new TypeError(`${name} is not an AEAD`);
  return provider.aead(name, keys.key);
}
