/**
 * The providers that every suite of this folder runs for.
 */
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { aead as nobleAead } from "../../src/providers/noble/aead.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeCryptoAead as nodeAead } from "../../src/providers/node/aead.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { type AeadMaker, wasmTier } from "../../src/providers/wasm/tier.ts";

export const PROVIDERS: readonly CryptoProvider[] = [nodeProvider, portableProvider];

/** What makes AEADs in WebAssembly, which every version of Node has. */
export function wasmAead(...[name, key]: Parameters<AeadMaker>): ReturnType<AeadMaker> {
  const make = wasmTier();
  if (make === null) throw new Error("this runtime has no WebAssembly tier");
  return make(name, key);
}

/** The providers, and each tier of AEADs alone: for suites of what AEADs do. */
export const TIERS: readonly CryptoProvider[] = [
  ...PROVIDERS,
  { ...nodeProvider, name: "node:crypto alone", aead: nodeAead, tiers: () => ["node"] },
  { ...portableProvider, name: "noble alone", aead: nobleAead, tiers: () => ["noble"] },
  { ...portableProvider, name: "WebAssembly alone", aead: wasmAead, tiers: () => ["wasm"] },
];

/** Each provider with each, itself included: who acts first and who answers. */
export const PAIRS: readonly (readonly [CryptoProvider, CryptoProvider])[] = PROVIDERS.flatMap(
  (first) => PROVIDERS.map((second) => [first, second] as const),
);
