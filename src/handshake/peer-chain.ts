/**
 * The peer's certificates: bounds, the leaf, the verifier's answer. For both roles and versions.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { alertName } from "../protocol/alert.ts";
import { fail, TlsFailure } from "../protocol/failure.ts";
import type { HandshakeContext } from "./handshake-context.ts";
import { whenSettled } from "./handshake-context.ts";
import type { LeafCertificate, Verdict } from "./peer-identity.ts";

/** Copies a received chain into the facts and reads its leaf. The chain is not empty or is refused. */
export function keepChain(
  context: HandshakeContext,
  chain: readonly Uint8Array[],
): LeafCertificate {
  const { config, facts } = context;
  const leaf = chain[0];
  if (leaf === undefined) {
    fail("EmptyCertificate", "the server's Certificate holds no certificate");
  }
  if (chain.length > config.limits.certificateChain) {
    fail(
      "CertificateChainTooLong",
      `the peer sent ${chain.length} certificates, ${config.limits.certificateChain} are allowed (limits.certificateChain)`,
    );
  }
  refuseChangedIdentity(context, chain);
  facts.peerChain = chain.map((certificate) => certificate.slice());
  return config.readLeaf(facts.peerChain[0] ?? leaf);
}

/** Notes the identity of the key from outside TLS (TLS 1.2): there are no certificates, the key proves both sides. */
export function keepKeyIdentity(context: HandshakeContext, identity: Uint8Array): void {
  refuseChangedIdentity(context, [], identity);
  context.facts.pskIdentity = identity;
}

/**
 * In a renegotiation a peer that has shown its certificate, or its key, shows it again: another would change it under the
 * caller's feet.
 * @param identity of the key from outside TLS; null: it is not by one
 */
export function refuseChangedIdentity(
  { facts, previousFinished }: HandshakeContext,
  chain: readonly Uint8Array[],
  identity: Uint8Array | null = null,
): void {
  const before = facts.peerChain;
  const key = facts.pskIdentity;
  if (previousFinished === null || (before.length === 0 && key === null)) return;
  const same =
    chain.length === before.length &&
    chain.every((der, i) => equalBytes(der, before[i] ?? der.subarray(1))) &&
    (key === null || identity === null ? key === identity : equalBytes(key, identity));
  if (!same) {
    fail(
      "RenegotiatedIdentityChanged",
      "the peer shows another certificate or key in the renegotiation, or none",
    );
  }
}

/**
 * Has the kept chain judged and goes on if it is accepted.
 * @param purpose "server" if the peer is one
 */
export function verifyPeer<T>(
  context: HandshakeContext,
  purpose: "server" | "client",
  then: () => T | Promise<T>,
): T | Promise<T> {
  const { config, facts } = context;
  const request = {
    chain: facts.peerChain,
    purpose,
    name: purpose === "server" ? config.verifyName : null,
    time: config.clock(),
    ocspResponse: facts.peerOcspResponse,
  };
  return whenSettled(config.verifier.verify(request), (verdict) => {
    facts.verdict = verdict;
    if (!verdict.ok) refuse(verdict);
    return then();
  });
}

function refuse(verdict: Extract<Verdict, { ok: false }>): never {
  const words = verdict.alert === undefined ? "" : ` (alert ${alertName(verdict.alert)})`;
  throw new TlsFailure(verdict.reason, `${verdict.message}${words}`, {
    alert: verdict.alert ?? null,
    status: verdict.status ?? null,
  });
}
