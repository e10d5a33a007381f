/**
 * ML-KEM for providers that have none: large, and wanted by few, so that nothing else imports it.
 */
import { registerHybridGroups } from "../crypto/hybrid-registry.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { isHybrid, type PlainGroupName } from "../protocol/named-group.ts";
import { hybrids } from "../providers/noble/ml-kem.ts";

/**
 * Brings ML-KEM along: from now on credentials take the groups X25519MLKEM768 (0x11ec), SecP256r1MLKEM768 (0x11eb) and
 * SecP384r1MLKEM1024 (0x11ed; RFC 10024) in every runtime. Without, they do where node:crypto has it (Node 24.7 and
 * later).
 */
export function enablePostQuantum(): void {
  registerHybridGroups(hybrids);
}

/**
 * A provider with ML-KEM beside another one's curves: `createSspi(withPostQuantum(defaultProvider))`. Other sessions of
 * the process stay as they are, which `enablePostQuantum` changes too.
 *
 * @param provider - the curves, and everything else
 * @returns a new provider; where `provider` has a hybrid group itself, that one is used
 */
export function withPostQuantum(provider: CryptoProvider): CryptoProvider {
  const curveOf = (name: PlainGroupName): ReturnType<CryptoProvider["keyAgreement"]> =>
    provider.keyAgreement(name);
  return {
    ...provider,
    keyAgreement: (group) =>
      provider.keyAgreement(group) ?? (isHybrid(group) ? hybrids(group, curveOf) : null),
  };
}
