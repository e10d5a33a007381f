/**
 * The error of everything that is not an SSPI function: loaders and adapters. SSPI functions return statuses.
 */

import type { AlertReport } from "./security-package.ts";
import { type SECURITY_STATUS, statusName } from "./security-status.ts";

/** Members of a TlsError. */
export interface TlsErrorDetails {
  /** node's own code where node has one; default: the status's name, or the reason. */
  readonly code?: string | undefined;
  /** The status that an SSPI function answered. */
  readonly status?: SECURITY_STATUS | undefined;
  /** The stable word of `lastError`. */
  readonly reason?: string | undefined;
  /** The alert that was sent or received. */
  readonly alert?: AlertReport | undefined;
  /** Everything that is wrong with a refused chain. */
  readonly faults?: TlsError["faults"];
  /** The error behind it. */
  readonly cause?: unknown;
}

/** What every TlsError has in common, in whatever bundle and whatever class of JavaScript's it is: a member that is true. */
export const TLS_ERROR: unique symbol = Symbol.for("sealwire.TlsError") as never;

/**
 * The error of everything that is not an SSPI function. `message` states what failed and what to do about it. `instanceof TlsError`
 * is also true of the TypeErrors and RangeErrors of sealwire/node, which have `code` and `reason` as well.
 */
export class TlsError extends Error {
  /** "TlsError". */
  override readonly name = "TlsError";
  /** Node's own code where Node has one, else the name of the status, else the reason. */
  readonly code: string;
  /** The status that an SSPI function answered; undefined: none did. */
  readonly status: SECURITY_STATUS | undefined;
  /** A stable word, one per refusal, as in lastError; undefined: there is none. */
  readonly reason: string | undefined;
  /** The alert that was sent or received; undefined: none was. */
  readonly alert: AlertReport | undefined;
  /** Of a refused certificate chain: everything that is wrong with it, the gravest first. */
  readonly faults: readonly { readonly reason: string; readonly message: string }[] | undefined;

  /**
   * Makes an error.
   * @param message - what failed and what to do about it
   * @param details - the members; default: none
   */
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

  static {
    Object.defineProperty(TlsError.prototype, TLS_ERROR, { value: true });
  }

  /** By what they have in common: an error cannot inherit from two classes. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && TLS_ERROR in value;
  }
}
