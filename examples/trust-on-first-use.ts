/**
 * Trust on first use, as SSH does it: the key of a server that is met for the first time is remembered, and later only that
 * key will do. Nobody vouches for the first meeting; whoever sits in between then is believed for good.
 *
 *   acquireCredentialsHandle({ …, authData: { dwVersion: 5, sealwire: { verifyPeer: trustOnFirstUse(known) } } })
 */
import { X509Certificate } from "node:crypto";
import type { PeerDecision, PeerFacts } from "../src/node-index.ts";

/** Where keys are remembered, by name of the server: a Map will do, a file is better. */
export interface KnownServers {
  get(name: string): string | undefined;
  set(name: string, key: string): void;
}

/** A `verifyPeer` that replaces the verdict on the chain: what counts is the key, whoever issued the certificate. */
export function trustOnFirstUse(
  known: KnownServers,
): (chain: readonly Uint8Array[], facts: PeerFacts) => PeerDecision {
  return (chain, { name, verdict }) => {
    const [leaf] = chain;
    if (leaf === undefined || name === null) return { ok: false, reason: "CertificateRefused" };
    // Somebody's word that the certificate was revoked still counts, whatever else is wrong.
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
