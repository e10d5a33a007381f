/**
 * What the face reports itself: refusals before any package is asked, and exceptions out of a package.
 */
import type { Binding } from "./handles.ts";
import type { ErrorReport } from "./security-package.ts";
import { SEC_E_INTERNAL_ERROR, type SECURITY_STATUS } from "./security-status.ts";

/** A status with the reason for it. */
export function refused(
  status: SECURITY_STATUS,
  reason: string,
  message: string,
): { status: SECURITY_STATUS; error: ErrorReport } {
  return { status, error: { status, reason, message } };
}

/** Keeps a fault of our own for `lastError`; returns its status. */
export function recorded(binding: Binding, error: unknown): SECURITY_STATUS {
  binding.fault = faultOf(error);
  return binding.fault.status;
}

/** What is reported of an exception, which never should have come this far. */
export function faultOf(error: unknown): ErrorReport {
  const text = error instanceof Error ? error.message : String(error);
  return {
    status: SEC_E_INTERNAL_ERROR,
    reason: "InternalError",
    message: `internal error: ${text}`,
  };
}
