/**
 * ML-KEM for providers that have none: large, and wanted by few, so that nothing else imports it.
 */
import { registerHybridGroups } from "../crypto/hybrid-registry.ts";
import { hybrids } from "../providers/noble/ml-kem.ts";

/**
 * Brings ML-KEM along: from now on credentials take the groups X25519MLKEM768 (0x11ec), SecP256r1MLKEM768 (0x11eb) and
 * SecP384r1MLKEM1024 (0x11ed; RFC 10024) in every runtime. Without, they do where node:crypto has it (Node 24.7 and
 * later).
 */
export function enablePostQuantum(): void {
  registerHybridGroups(hybrids);
}
