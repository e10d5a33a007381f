/**
 * What the hybrid groups are put together of (RFC 10024, FIPS 203).
 */
import type { HybridGroupName, PlainGroupName } from "./named-group.ts";

/** Key encapsulation mechanisms (FIPS 203). */
export type KemName = "ml-kem-768" | "ml-kem-1024";

/** Lengths in bytes, of both alike: seed d || z, message of an encapsulation, secret. */
export const KEM_SEED_LENGTH = 64;
export const KEM_MESSAGE_LENGTH = 32;

export const KEMS: Readonly<
  Record<KemName, { readonly publicKeyLength: number; readonly ciphertextLength: number }>
> = {
  "ml-kem-768": { publicKeyLength: 1184, ciphertextLength: 1088 },
  "ml-kem-1024": { publicKeyLength: 1568, ciphertextLength: 1568 },
};

/** RFC 10024 §3. */
export interface HybridGroup {
  readonly curve: PlainGroupName;
  readonly kem: KemName;
  /** In shares and in the secret. */
  readonly kemFirst: boolean;
}

export const HYBRID_GROUPS: Readonly<Record<HybridGroupName, HybridGroup>> = {
  X25519MLKEM768: { curve: "x25519", kem: "ml-kem-768", kemFirst: true },
  SecP256r1MLKEM768: { curve: "secp256r1", kem: "ml-kem-768", kemFirst: false },
  SecP384r1MLKEM1024: { curve: "secp384r1", kem: "ml-kem-1024", kemFirst: false },
};
