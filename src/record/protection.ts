/**
 * From the keys of a direction to what protects its records: one table of formats.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import type { TrafficKeys } from "../crypto/traffic-keys.ts";
import type { Opener, Sealer } from "./protector.ts";
import { Opener13, Sealer13 } from "./protector-13.ts";
import { OpenerCbc12, SealerCbc12 } from "./protector-cbc-12.ts";
import { OpenerChaCha12, SealerChaCha12 } from "./protector-chacha-12.ts";
import { OpenerGcm12, SealerGcm12 } from "./protector-gcm-12.ts";

/** @param random for the explicit IVs of CBC */
export function createSealer(
  provider: CryptoProvider,
  keys: TrafficKeys,
  random: (length: number) => Uint8Array,
): Sealer {
  switch (keys.suite.format) {
    case "tls13":
      return new Sealer13(provider, keys);
    case "gcm12":
      return new SealerGcm12(provider, keys);
    case "chacha12":
      return new SealerChaCha12(provider, keys);
    case "cbc12":
      return new SealerCbc12(provider, keys, random);
  }
}

/** What opens the records of a suite in place, with a copy of the keys. */
export function createOpener(provider: CryptoProvider, keys: TrafficKeys): Opener {
  switch (keys.suite.format) {
    case "tls13":
      return new Opener13(provider, keys);
    case "gcm12":
      return new OpenerGcm12(provider, keys);
    case "chacha12":
      return new OpenerChaCha12(provider, keys);
    case "cbc12":
      return new OpenerCbc12(provider, keys);
  }
}
