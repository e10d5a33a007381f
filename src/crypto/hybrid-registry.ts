/**
 * The hybrid groups, once the application has enabled them. Their code is large and few need it, so it is not in the
 * providers that have to be small.
 */
import type { HybridGroupName, PlainGroupName } from "../protocol/named-group.ts";
import type { KeyAgreement } from "./provider.ts";

/** Key agreement in a hybrid group over a provider's curves, or null where a part of it is missing. */
export type HybridMaker = (
  name: HybridGroupName,
  curveOf: (name: PlainGroupName) => KeyAgreement | null,
) => KeyAgreement | null;

let loaded: HybridMaker | null = null;

/** Makes them known to all providers. */
export function registerHybridGroups(maker: HybridMaker): void {
  loaded = maker;
}

/** Null before that. */
export const registeredHybrid: HybridMaker = (name, curveOf) => loaded?.(name, curveOf) ?? null;
