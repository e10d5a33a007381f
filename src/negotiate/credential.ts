/**
 * A credential of Negotiate: one of each package that may be chosen.
 */
import type { MessageRole } from "../message/context.ts";
import type { Identity } from "../message/identity.ts";
import type { MessageCredential } from "../message/message-package.ts";
import { Refusal } from "../sspi/refusal.ts";
import type { ErrorReport } from "../sspi/security-package.ts";
import { allowedMechanisms, type Mechanism } from "./mechanism.ts";

/** A mechanism with its credential. */
export interface Candidate {
  readonly mechanism: Mechanism;
  readonly credential: MessageCredential;
}

export class NegotiateCredential implements MessageCredential {
  readonly roles: readonly MessageRole[];
  readonly name: string | null;
  /** In the order of preference; at least one. */
  readonly candidates: readonly Candidate[];

  /**
   * @param mechanisms all that there are
   * @throws Refusal: the list allows none, or none can use the structure
   */
  constructor(
    mechanisms: readonly Mechanism[],
    roles: readonly MessageRole[],
    { PackageList }: Identity,
    authData: unknown,
  ) {
    const candidates: Candidate[] = [];
    const failures: ErrorReport[] = [];
    for (const mechanism of allowedMechanisms(mechanisms, PackageList)) {
      try {
        candidates.push({ mechanism, credential: mechanism.package.acquire(roles, authData) });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        failures.push(error.report);
      }
    }
    const [failure] = failures;
    if (candidates.length === 0 && failure !== undefined) {
      throw new Refusal(failure.status, failure.reason, failure.message);
    }
    this.roles = roles;
    this.candidates = candidates;
    this.name =
      candidates.find(({ credential }) => credential.name !== null)?.credential.name ?? null;
  }

  wipe(): void {
    for (const { credential } of this.candidates) credential.wipe();
  }
}
