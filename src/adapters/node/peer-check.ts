/**
 * The decision on the peer's certificates as node:tls makes it: the built-in verdict, `checkServerIdentity`, and OpenSSL's
 * words for what is wrong.
 */
import { X509Certificate } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import * as sspi from "../../api/node.ts";
import { AlertDescription } from "../../protocol/alert.ts";
import { FAILURE_REASONS, type FailureReason, type Fault } from "../../protocol/failure.ts";
import type { PeerDecision, PeerFacts } from "../../schannel/credential-types.ts";
import { reasonCode } from "../../session/tls-errors.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { legacyCertificate } from "./peer-certificate.ts";
import type { SecureContext } from "./secure-context.ts";
import { weakKeyIn } from "./security-level.ts";
import { isPromised } from "./thrown.ts";

/** Checks the name of a server's certificate; an error refuses it. */
export type CheckServerIdentity = (
  hostname: string,
  certificate: PeerCertificate,
) => Error | undefined;

export interface PeerCheck {
  /** Refuse what is not authorized. */
  readonly reject: boolean;
  readonly hostname: string;
  /** OpenSSL's: from 3 on, weak keys are refused. */
  readonly securityLevel: number;
  /** Certificates of `ca` that are no anchors. */
  readonly partialAnchors: readonly Uint8Array[];
  /** Where issuers are that the peer did not send. */
  readonly anchors: sspi.TrustStore | null;
  readonly checkServerIdentity: CheckServerIdentity | null;
  /** Told what `checkServerIdentity` throws. */
  readonly threw: (error: unknown) => void;
}

/** What was found. */
export interface PeerFinding {
  /** Null, or the error that `authorizationError` is about. */
  readonly error: Error | null;
  /** Everything that is wrong, the gravest first. */
  readonly faults: readonly Fault[];
  readonly decision: PeerDecision;
}

/** What checks go by: the built-in verdict, or one like it. */
type Judged =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: FailureReason;
      readonly message: string;
      /** All of them, the gravest first. */
      readonly faults: readonly Fault[];
    };

/** The verdict on a client's chain (DER, leaf first) by the trust and the lists of a context. */
export function clientVerdict(chain: readonly Uint8Array[], context: SecureContext): Judged {
  const { roots: trust, crls } = context;
  const revocationCheck = crls === null ? "none" : "chain";
  const { ok, message, faults } = sspi.verifyChain({
    ...{ chain, trust, purpose: "client", crls, revocationCheck },
  });
  if (ok) return { ok };
  const known = faults.map((fault) => ({ ...fault, reason: knownReason(fault.reason) }));
  const reason = known[0]?.reason ?? "CertificateRefused";
  return { ok, reason, message: message ?? "", faults: known };
}

function knownReason(word: string): FailureReason {
  return FAILURE_REASONS.find((known) => known === word) ?? "CertificateRefused";
}

/** The chain is good, only the name is another one. */
function isNameAlone(verdict: Judged): boolean {
  return !verdict.ok && verdict.faults.every(({ reason }) => reason === "NameMismatch");
}

/** The verdict, or a refusal of a good chain for its keys. */
function strongEnough(chain: readonly Uint8Array[], verdict: Judged, level: number): Judged {
  const message = weakKeyIn(chain, level);
  if (message === null || !(verdict.ok || isNameAlone(verdict))) return verdict;
  const reason = "WeakCertificateKey";
  const faults = [{ reason, message } as const, ...(verdict.ok ? [] : verdict.faults)];
  return { ok: false, reason, message, faults };
}

/** Judges a chain (DER, leaf first) after the built-in verifier has. */
export function checkPeer(
  chain: readonly Uint8Array[],
  { purpose, verdict: built }: { readonly purpose: PeerFacts["purpose"]; readonly verdict: Judged },
  check: PeerCheck,
): PeerFinding {
  const verdict = strongEnough(chain, built, check.securityLevel);
  const { hostname, checkServerIdentity, anchors } = check;
  let error: Error | null = null;
  const mismatch = isNameAlone(verdict);
  if (!verdict.ok && !mismatch) {
    error = certificateError(chain, verdict, check.partialAnchors);
  } else if (purpose === "server" && checkServerIdentity !== null) {
    // The caller's own rule takes the place of the built-in one.
    try {
      error = ownRule(checkServerIdentity, hostname, legacyCertificate(chain, true, anchors));
    } catch (thrown) {
      check.threw(thrown);
      return { error: null, faults: [], decision: { ok: false, reason: "NameMismatch" } };
    }
  } else if (!verdict.ok) {
    error = nameError(legacyCertificate(chain, true, anchors), hostname, verdict);
  }
  const named = verdict.ok || mismatch;
  const faults = error === null ? [] : named ? [nameFault(error)] : verdict.faults;
  if (error === null || !check.reject) return { error, faults, decision: { ok: true } };
  return {
    error,
    faults,
    decision: named
      ? { ok: false, reason: "NameMismatch", alert: AlertDescription.bad_certificate }
      : { ok: false, reason: verdict.reason },
  };
}

/** What the caller's rule says: whatever is not true means "good", as in node. @throws what it throws */
function ownRule(
  rule: CheckServerIdentity,
  hostname: string,
  certificate: PeerCertificate,
): Error | null {
  const answer: unknown = rule(hostname, certificate);
  if (!answer) return null;
  if (answer instanceof Error) return answer;
  return new TlsError(
    `checkServerIdentity must answer with an Error or undefined, and at once; it answered with ${
      isPromised(answer) ? "a promise" : `a value of type ${typeof answer}`
    }`,
    { code: "ERR_INVALID_RETURN_VALUE", reason: "HelperFailed" },
  );
}

/** What `checkServerIdentity` found, or the built-in check of the name. */
function nameFault({ message }: Error): Fault {
  return { reason: "NameMismatch", message };
}

type Refused = Extract<Judged, { ok: false }>;

function nameError(cert: PeerCertificate, host: string, { message, faults }: Refused): Error {
  const error = new TlsError(`Hostname/IP does not match certificate's altnames: ${message}`, {
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
    reason: "NameMismatch",
    faults,
  });
  return Object.assign(error, { host, cert });
}

function certificateError(
  chain: readonly Uint8Array[],
  { reason, message, faults }: Refused,
  partial: readonly Uint8Array[],
): TlsError {
  if (reason === "UnknownIssuer" && isPartial(chain, partial)) {
    return new TlsError(
      `unable to get issuer certificate: a certificate of \`ca\` was issued by one that is not in \`ca\`; give its root too, or allowPartialTrustChain: true. ${message}`,
      { reason, faults, code: "UNABLE_TO_GET_ISSUER_CERT" },
    );
  }
  const code = reason === "UnknownIssuer" ? issuerCode(chain) : reasonCode(reason);
  return new TlsError(message, { reason, faults, ...(code === null ? {} : { code }) });
}

/** The chain leads to a certificate of `ca` that is no root. */
function isPartial(chain: readonly Uint8Array[], partial: readonly Uint8Array[]): boolean {
  if (partial.length === 0) return false;
  const own = partial.map((der) => new X509Certificate(der));
  return chain.some((der) => {
    const certificate = new X509Certificate(der);
    return own.some((one) => one.raw.equals(certificate.raw) || certificate.checkIssued(one));
  });
}

/** Which of OpenSSL's words for a chain that leads to no anchor. */
function issuerCode(chain: readonly Uint8Array[]): string {
  const [leaf, ...others] = chain.map((der) => new X509Certificate(der));
  if (leaf === undefined) return "UNABLE_TO_GET_ISSUER_CERT";
  if (leaf.subject === leaf.issuer) return "DEPTH_ZERO_SELF_SIGNED_CERT";
  let top = leaf;
  for (let depth = 0; depth < chain.length; depth++) {
    const issuer = others.find((other) => other !== top && top.checkIssued(other));
    if (issuer === undefined) break;
    if (issuer.subject === issuer.issuer) return "SELF_SIGNED_CERT_IN_CHAIN";
    top = issuer;
  }
  return top === leaf && chain.length === 1
    ? "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
    : "UNABLE_TO_GET_ISSUER_CERT_LOCALLY";
}
