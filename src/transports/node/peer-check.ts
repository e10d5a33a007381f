/**
 * The decision on the peer's certificates as node:tls makes it: the built-in verdict, `checkServerIdentity`, and OpenSSL's
 * words for what is wrong.
 */
import { X509Certificate } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import * as face from "../../node-index.ts";
import { AlertDescription } from "../../protocol/alert.ts";
import { FAILURE_REASONS, type FailureReason } from "../../protocol/failure.ts";
import type { PeerDecision, PeerFacts } from "../../schannel/credential-types.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { reasonCode } from "../tls-errors.ts";
import { legacyCertificate } from "./peer-certificate.ts";
import type { SecureContext } from "./secure-context.ts";

export type CheckServerIdentity = (
  hostname: string,
  certificate: PeerCertificate,
) => Error | undefined;

export interface PeerCheck {
  /** Refuse what is not authorized. */
  readonly reject: boolean;
  readonly hostname: string;
  /** Where issuers are that the peer did not send. */
  readonly anchors: face.TrustStore | null;
  readonly checkServerIdentity: CheckServerIdentity | null;
}

/** What was found: null, or the error that `authorizationError` is about. */
export interface PeerFinding {
  readonly error: Error | null;
  readonly decision: PeerDecision;
}

/** What checks go by: the built-in verdict, or one like it. */
type Judged =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: FailureReason; readonly message: string };

/** The verdict on a client's chain (DER, leaf first) by the trust and the lists of a context. */
export function clientVerdict(chain: readonly Uint8Array[], context: SecureContext): Judged {
  const { roots: trust, crls } = context;
  const revocationCheck = crls === null ? "none" : "chain";
  const { ok, reason, message } = face.verifyChain({
    ...{ chain, trust, purpose: "client", crls, revocationCheck },
  });
  if (ok) return { ok };
  return {
    ok,
    reason: FAILURE_REASONS.find((known) => known === reason) ?? "CertificateRefused",
    message: message ?? "",
  };
}

/** Judges a chain (DER, leaf first) after the built-in verifier has. */
export function checkPeer(
  chain: readonly Uint8Array[],
  { purpose, verdict }: { readonly purpose: PeerFacts["purpose"]; readonly verdict: Judged },
  check: PeerCheck,
): PeerFinding {
  const { hostname, checkServerIdentity, anchors } = check;
  let error: Error | null = null;
  const mismatch = !verdict.ok && verdict.reason === "NameMismatch";
  if (!verdict.ok && !mismatch) {
    error = certificateError(chain, verdict.reason, verdict.message);
  } else if (purpose === "server" && checkServerIdentity !== null) {
    // The caller's own rule takes the place of the built-in one.
    error = checkServerIdentity(hostname, legacyCertificate(chain, true, anchors)) ?? null;
  } else if (mismatch) {
    error = nameError(legacyCertificate(chain, true, anchors), hostname, verdict.message);
  }
  if (error === null || !check.reject) return { error, decision: { ok: true } };
  const named = verdict.ok || mismatch;
  return {
    error,
    decision: named
      ? { ok: false, reason: "NameMismatch", alert: AlertDescription.bad_certificate }
      : { ok: false, reason: verdict.reason },
  };
}

function nameError(cert: PeerCertificate, host: string, reason: string): Error {
  const error = new TlsError(`Hostname/IP does not match certificate's altnames: ${reason}`, {
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
    reason: "NameMismatch",
  });
  return Object.assign(error, { host, cert });
}

function certificateError(chain: readonly Uint8Array[], reason: string, message: string): TlsError {
  const code = reason === "UnknownIssuer" ? issuerCode(chain) : reasonCode(reason);
  return new TlsError(message, { reason, ...(code === null ? {} : { code }) });
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
