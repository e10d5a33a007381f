/**
 * The error of everything that is no SSPI function: loaders and the friendly faces. SSPI functions answer statuses.
 */

import type { AlertReport } from "./security-package.ts";
import { type SECURITY_STATUS, statusName } from "./security-status.ts";

export interface TlsErrorDetails {
  /** node's own code where node has one; default: the status's name, or the reason. */
  readonly code?: string | undefined;
  readonly status?: SECURITY_STATUS | undefined;
  /** The stable word of `lastError`. */
  readonly reason?: string | undefined;
  readonly alert?: AlertReport | undefined;
  readonly faults?: TlsError["faults"];
  readonly cause?: unknown;
}

/** `message` says what failed and what to do about it. */
export class TlsError extends Error {
  override readonly name = "TlsError";
  readonly code: string;
  readonly status: SECURITY_STATUS | undefined;
  readonly reason: string | undefined;
  readonly alert: AlertReport | undefined;
  /** Of a refused certificate chain: everything that is wrong with it, the gravest first. */
  readonly faults: readonly { readonly reason: string; readonly message: string }[] | undefined;

  constructor(message: string, details: TlsErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const { status, reason, alert } = details;
    this.code =
      details.code ?? (status === undefined ? (reason ?? "SEALWIRE_ERROR") : statusName(status));
    this.status = status;
    this.reason = reason;
    this.alert = alert;
    this.faults = details.faults;
  }
}
