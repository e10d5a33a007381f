/**
 * Trust on first use, as SSH does it: the key of a server that is met for the first time is remembered, and later only
 * that key is accepted. The first connection is not authenticated: an attacker in between stays trusted from then on.
 *
 *   acquireCredentialsHandle({ …, authData: { dwVersion: 5, sealwire: { verifyPeer: trustOnFirstUse(known) } } })
 */
import { X509Certificate } from "node:crypto";
import type { PeerDecision, PeerFacts } from "../src/entries/sspi-node.ts";

/** Where keys are remembered, by name of the server: a Map will do, a file is better. */
export interface KnownServers {
  get(name: string): string | undefined;
  set(name: string, key: string): void;
}

/** A `verifyPeer` that replaces the verdict on the chain. Only the key counts; the issuer does not. */
export function trustOnFirstUse(
  known: KnownServers,
): (chain: readonly Uint8Array[], facts: PeerFacts) => PeerDecision {
  return (chain, { name, verdict }) => {
    const [leaf] = chain;
    if (leaf === undefined || name === null) return { ok: false, reason: "CertificateRefused" };
    // A revoked certificate is refused, whatever its other faults are.
    if (!verdict.ok && verdict.faults.some(({ reason }) => reason === "CertificateRevoked")) {
      return { ok: false, reason: "CertificateRevoked" };
    }
    const { publicKey } = new X509Certificate(leaf);
    const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    const remembered = known.get(name);
    if (remembered === undefined) known.set(name, key);
    return { ok: remembered === undefined || remembered === key, reason: "UnknownIssuer" };
  };
}
