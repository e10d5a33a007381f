/**
 * What the SSPI functions report themselves: refusals before any package is asked, and exceptions out of a package.
 */
import { descriptorFault } from "./buffer-words.ts";
import { type Binding, type ContextHandle, contextBinding } from "./handles.ts";
import type { SecBufferDesc } from "./sec-buffer.ts";
import type { AnySecurityPackage, ErrorReport } from "./security-package.ts";
import {
  SEC_E_INTERNAL_ERROR,
  SEC_E_INVALID_HANDLE,
  SEC_E_INVALID_TOKEN,
  type SECURITY_STATUS,
} from "./security-status.ts";
import { TlsError } from "./tls-error.ts";

/** A status with the reason for it. */
export function refused(
  status: SECURITY_STATUS,
  reason: string,
  message: string,
): { status: SECURITY_STATUS; error: ErrorReport } {
  return { status, error: { status, reason, message } };
}

/** Keeps a fault of our own for `lastError`; returns its status. */
export function recorded(binding: Binding, error: unknown, message?: unknown): SECURITY_STATUS {
  binding.fault = faultOf(error, message);
  return binding.fault.status;
}

/**
 * What is reported of an exception: a refused option, buffers that are none, or a fault of our own, which never should
 * have come this far.
 */
export function faultOf(error: unknown, ...descriptors: readonly unknown[]): ErrorReport {
  if (error instanceof TlsError && error.status !== undefined) {
    const { status, reason, message } = error;
    return { status, reason: reason ?? error.code, message };
  }
  for (const descriptor of descriptors) {
    const fault = descriptor == null ? null : descriptorFault(descriptor);
    if (fault === null) continue;
    const message = `a SecBufferDesc was expected; it was given ${fault}`;
    return { status: SEC_E_INVALID_TOKEN, reason: "BadBuffers", message };
  }
  const text = error instanceof Error ? error.message : String(error);
  return {
    status: SEC_E_INTERNAL_ERROR,
    reason: "InternalError",
    message: `internal error: ${text}`,
  };
}

/** A call on a context by the package that it belongs to; what is thrown inside is kept. */
export function inContext(
  context: ContextHandle | null | undefined,
  call: (its: AnySecurityPackage, state: object) => SECURITY_STATUS,
  message?: SecBufferDesc | null,
): SECURITY_STATUS {
  const binding = contextBinding(context);
  if (binding === null) return SEC_E_INVALID_HANDLE;
  try {
    return call(binding.package, binding.state);
  } catch (error) {
    return recorded(binding, error, message);
  }
}
