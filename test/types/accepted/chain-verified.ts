/** A chain is verified. */
import { statusName, type TrustStore, verifyChain } from "sealwire";

export function check(chain: Uint8Array[], trust: TrustStore): string {
  const { ok, status, faults } = verifyChain({
    chain,
    trust,
    purpose: "server",
    name: "a.example",
  });
  return ok ? "good" : `${statusName(status)}: ${faults.map(({ reason }) => reason).join(", ")}`;
}
