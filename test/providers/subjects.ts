/**
 * The providers that every suite of this folder runs for.
 */
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";

export const PROVIDERS: readonly CryptoProvider[] = [nodeProvider, portableProvider];

/** Each provider with each, itself included: who acts first and who answers. */
export const PAIRS: readonly (readonly [CryptoProvider, CryptoProvider])[] = PROVIDERS.flatMap(
  (first) => PROVIDERS.map((second) => [first, second] as const),
);
