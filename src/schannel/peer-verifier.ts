/**
 * Which code decides on the peer's chain: the built-in verifier, `verifyPeer`, or none (manual validation), and
 * whether a refusal ends the handshake or is only kept (deferred validation); reference 6.2.
 */
import {
  type CertificateVerifier,
  refusalFor,
  type Verdict,
  type VerifyRequest,
} from "../handshake/peer-identity.ts";
import { FAILURE_REASONS, type Fault } from "../protocol/failure.ts";
import { isFailure, SEC_E_CERT_UNKNOWN } from "../sspi/security-status.ts";
import type { PeerDecision, SealwireOptions } from "./credential-types.ts";
import { alertStatus } from "./failure-status.ts";

/** "enforce": a refusal ends the handshake. "defer": it is kept. "skip": the chain is not looked at. */
export type ValidationMode = "enforce" | "defer" | "skip";

type VerifyPeer = NonNullable<SealwireOptions["verifyPeer"]>;

export class PeerVerifier implements CertificateVerifier {
  readonly mode: ValidationMode;
  readonly #builtin: CertificateVerifier;
  readonly #verifyPeer: VerifyPeer | null;
  readonly #nameNeeded: boolean;

  /** @param nameNeeded a chain is refused if there is no name to check it against */
  constructor(
    mode: ValidationMode,
    builtin: CertificateVerifier,
    verifyPeer: VerifyPeer | null,
    nameNeeded: boolean,
  ) {
    this.mode = mode;
    this.#builtin = builtin;
    this.#verifyPeer = verifyPeer;
    this.#nameNeeded = nameNeeded;
  }

  /** False: chains are accepted without a look at them. */
  get judges(): boolean {
    return this.mode !== "skip" || this.#verifyPeer !== null;
  }

  verify(request: VerifyRequest): Verdict | Promise<Verdict> {
    if (!this.judges) return { ok: true };
    const verdict = this.#builtin.verify(request);
    return verdict instanceof Promise
      ? verdict.then((settled) => this.#judge(request, settled))
      : this.#judge(request, verdict);
  }

  #judge(request: VerifyRequest, builtin: Verdict): Verdict | Promise<Verdict> {
    const verdict =
      this.#nameNeeded && request.name === null ? withFault(builtin, NO_NAME) : builtin;
    if (this.#verifyPeer === null) return this.#keep(verdict);
    const decision = this.#verifyPeer(request.chain, {
      name: request.name,
      purpose: request.purpose,
      ocspResponse: request.ocspResponse,
      resumption: request.resumption === true,
      verdict,
    });
    return decision instanceof Promise
      ? decision.then((settled) => this.#keep(decided(settled, verdict)))
      : this.#keep(decided(decision, verdict));
  }

  #keep(verdict: Verdict): Verdict {
    if (verdict.ok || this.mode === "enforce" || this.#verifyPeer !== null) return verdict;
    return { ok: true, explain: verdict.explain, deferred: verdict };
  }
}

const NO_NAME: Fault = {
  reason: "NameMismatch",
  message:
    "no targetName was given to check the certificate against; give one, or set SCH_CRED_NO_SERVERNAME_CHECK",
};

/** The verdict with a further fault, which is less grave than others. */
function withFault(verdict: Verdict, fault: Fault): Verdict {
  return verdict.ok
    ? { ...refusalFor(fault), explain: verdict.explain }
    : { ...verdict, faults: [...verdict.faults, fault] };
}

/** The caller's decision as a verdict; what it leaves open is filled in from the built-in one. */
function decided(decision: PeerDecision, builtin: Verdict): Verdict {
  if (decision?.ok === true) return builtin.ok ? builtin : { ok: true, explain: builtin.explain };
  const known = FAILURE_REASONS.find((reason) => reason === decision?.reason);
  const reason = known ?? (builtin.ok ? "CertificateRefused" : builtin.reason);
  const alert = alertNumber(decision?.alert);
  const status = statusOf(decision, alert);
  const message = builtin.ok ? "verifyPeer refused the peer's certificate" : builtin.message;
  return {
    ok: false,
    reason,
    message,
    faults: builtin.ok ? [{ reason, message }] : builtin.faults,
    ...(alert === null ? {} : { alert }),
    ...(status === null ? {} : { status }),
    explain: builtin.explain,
  };
}

function alertNumber(alert: number | null | undefined): number | null {
  return alert != null && Number.isInteger(alert) && alert >= 0 && alert <= 255 ? alert : null;
}

/** The status asked for, which must be a failure; an alert alone brings the status it stands for. */
function statusOf(decision: PeerDecision, alert: number | null): number | null {
  if (decision?.status != null) {
    const status = decision.status >>> 0;
    return isFailure(status) ? status : SEC_E_CERT_UNKNOWN;
  }
  return alert === null || decision.reason != null ? null : alertStatus(alert);
}
