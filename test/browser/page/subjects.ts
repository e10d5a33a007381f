/**
 * Stands for `test/providers/subjects.ts` in a page: the one provider that is there.
 */
import type { CryptoProvider } from "../../../src/crypto/provider.ts";
import { portableProvider } from "../../../src/providers/noble/provider.ts";

export const PROVIDERS: readonly CryptoProvider[] = [portableProvider];
export const PAIRS: readonly (readonly [CryptoProvider, CryptoProvider])[] = [
  [portableProvider, portableProvider],
];
