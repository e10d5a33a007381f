/**
 * From the keys of a direction to what protects its records: one table of formats. That of the AEADs alone is for
 * builds that are to be small and offer nothing else.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import type { TrafficKeys } from "../crypto/traffic-keys.ts";
import type { RecordFormat } from "../protocol/cipher-suite.ts";
import { fail } from "../protocol/failure.ts";
import type { Opener, Sealer } from "./protector.ts";
import { Opener13, Sealer13 } from "./protector-13.ts";
import { OpenerCbc12, SealerCbc12 } from "./protector-cbc-12.ts";
import { OpenerChaCha12, SealerChaCha12 } from "./protector-chacha-12.ts";
import { OpenerGcm12, SealerGcm12 } from "./protector-gcm-12.ts";

/** One way to lay out and protect records; what it makes has a copy of the keys. */
export interface Protection {
  readonly Sealer: new (
    provider: CryptoProvider,
    keys: TrafficKeys,
    /** For the explicit IVs of CBC. */
    random: (length: number) => Uint8Array,
  ) => Sealer;
  readonly Opener: new (provider: CryptoProvider, keys: TrafficKeys) => Opener;
}

export type Protections = Readonly<Partial<Record<RecordFormat, Protection>>>;

export const AEAD_PROTECTIONS: Protections = {
  tls13: { Sealer: Sealer13, Opener: Opener13 },
  gcm12: { Sealer: SealerGcm12, Opener: OpenerGcm12 },
  chacha12: { Sealer: SealerChaCha12, Opener: OpenerChaCha12 },
};

export const PROTECTIONS: Protections = /* @__PURE__ */ Object.assign({}, AEAD_PROTECTIONS, {
  cbc12: { Sealer: SealerCbc12, Opener: OpenerCbc12 },
});

/** What seals the records of a suite in place. */
export function createSealer(
  provider: CryptoProvider,
  keys: TrafficKeys,
  random: (length: number) => Uint8Array,
): Sealer {
  return sealerOf(PROTECTIONS, provider, keys, random);
}

/** As `createSealer`, out of some of the protections. */
export function sealerOf(
  protections: Protections,
  provider: CryptoProvider,
  keys: TrafficKeys,
  random: (length: number) => Uint8Array,
): Sealer {
  const { Sealer } = protectionOf(protections, keys);
  return new Sealer(provider, keys, random);
}

/** What opens the records of a suite in place. */
export function createOpener(provider: CryptoProvider, keys: TrafficKeys): Opener {
  return openerOf(PROTECTIONS, provider, keys);
}

/** As `createOpener`, out of some of the protections. */
export function openerOf(
  protections: Protections,
  provider: CryptoProvider,
  keys: TrafficKeys,
): Opener {
  const { Opener } = protectionOf(protections, keys);
  return new Opener(provider, keys);
}

function protectionOf(protections: Protections, { suite }: TrafficKeys): Protection {
  return (
    protections[suite.format] ?? fail("InternalError", `records of ${suite.name} are not built`)
  );
}
