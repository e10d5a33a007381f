/**
 * Stands for `test/providers/subjects.ts` in a page: the one provider that is there, and its tiers.
 */
import type { CryptoProvider } from "../../../src/crypto/provider.ts";
import { aead as nobleAead } from "../../../src/providers/noble/aead.ts";
import { portableProvider } from "../../../src/providers/noble/provider.ts";
import { type AeadMaker, wasmTier } from "../../../src/providers/wasm/tier.ts";

export const PROVIDERS: readonly CryptoProvider[] = [portableProvider];

/** What makes AEADs in WebAssembly. */
export function wasmAead(...[name, key]: Parameters<AeadMaker>): ReturnType<AeadMaker> {
  const make = wasmTier();
  if (make === null) throw new Error("this runtime has no WebAssembly tier");
  return make(name, key);
}

export const TIERS: readonly CryptoProvider[] = [
  portableProvider,
  { ...portableProvider, name: "noble alone", aead: nobleAead, tiers: () => ["noble"] },
  { ...portableProvider, name: "WebAssembly alone", aead: wasmAead, tiers: () => ["wasm"] },
];
export const PAIRS: readonly (readonly [CryptoProvider, CryptoProvider])[] = [
  [portableProvider, portableProvider],
];
