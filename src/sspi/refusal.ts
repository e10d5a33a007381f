/**
 * A refusal of the package itself: a wrong argument or a policy, known before or outside the protocol.
 */
import type { ErrorReport } from "./security-package.ts";
import type { SECURITY_STATUS } from "./security-status.ts";

/** Thrown while credentials and configurations are made; caught where the status is answered. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: SECURITY_STATUS;
  /** A stable word. */
  readonly reason: string;

  constructor(status: SECURITY_STATUS, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  get report(): ErrorReport {
    return { status: this.status, reason: this.reason, message: this.message };
  }
}

/** Refuses with a status, a stable word and a text that states what to do. */
export function refuse(status: SECURITY_STATUS, reason: string, message: string): never {
  throw new Refusal(status, reason, message);
}
