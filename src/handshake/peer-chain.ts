/**
 * The peer's certificates: bounds, the leaf, the verifier's answer. For both roles and versions.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { alertName } from "../protocol/alert.ts";
import { fail, TlsFailure } from "../protocol/failure.ts";
import type { HandshakeContext } from "./handshake-context.ts";
import { whenSettled } from "./handshake-context.ts";
import type { LeafCertificate, Verdict } from "./peer-identity.ts";
import type { Session } from "./session.ts";

/** Copies a received chain into the facts and reads its leaf. The chain is not empty or is refused. */
export function storePeerChain(
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

/** Stores the identity of the external PSK (TLS 1.2): there are no certificates, the key authenticates both sides. */
export function storePskIdentity(context: HandshakeContext, identity: Uint8Array): void {
  refuseChangedIdentity(context, [], identity);
  context.facts.pskIdentity = identity;
}

/**
 * In a renegotiation a peer that has shown its certificate, or its key, shows it again: another would change it under
 * the caller's feet.
 * @param identity of the external PSK; null: none was used
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

/** A session that may be resumed, and the verdict on its chain as of now; null: it has no chain. */
export interface Resumable {
  readonly session: Session;
  readonly verdict: Verdict | null;
}

/**
 * Verifies the chain of a session again, as in a full handshake: the time, the anchors, the revocation data
 * and the answer of `verifyPeer` may have changed.
 * @param purpose "server" if the peer is one
 * @returns null: it would be refused, so only a full handshake may go on
 */
export function judgeAgain(
  { config }: HandshakeContext,
  purpose: "server" | "client",
  session: Session,
): Resumable | null | Promise<Resumable | null> {
  if (session.peerChain.length === 0) return { session, verdict: null };
  const request = {
    chain: session.peerChain,
    purpose,
    name: purpose === "server" ? config.verifyName : null,
    time: config.clock(),
    ocspResponse: session.ocspResponse,
    resumption: true,
  };
  return whenSettled<Verdict, Resumable | null>(config.verifier.verify(request), (verdict) =>
    verdict.ok ? { session, verdict } : null,
  );
}

/** Goes on with a session that both sides agreed on: who the peer is, and by which verdict. */
export function takeOver(context: HandshakeContext, { session, verdict }: Resumable): void {
  const { facts } = context;
  context.session = session;
  facts.resumed = true;
  facts.sessionId = session.sessionId;
  facts.peerChain = session.peerChain;
  facts.peerOcspResponse = session.ocspResponse;
  facts.pskIdentity = session.pskIdentity;
  facts.verdict = verdict;
}

function refuse(verdict: Extract<Verdict, { ok: false }>): never {
  const words = verdict.alert === undefined ? "" : ` (alert ${alertName(verdict.alert)})`;
  throw new TlsFailure(verdict.reason, `${verdict.message}${words}`, {
    alert: verdict.alert ?? null,
    status: verdict.status ?? null,
    faults: verdict.faults,
  });
}
