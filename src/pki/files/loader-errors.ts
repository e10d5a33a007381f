/**
 * Converts TlsFailure, which internal code throws, to the TlsError that loaders document, with its reason.
 */
import { TlsFailure } from "../../protocol/failure.ts";
import { TlsError } from "../../sspi/tls-error.ts";

/** For callers outside the handshake: a TlsFailure of `load` becomes the TlsError they are promised. */
export function asTlsError<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof TlsFailure)) throw error;
    throw new TlsError(error.message, { reason: error.reason, cause: error });
  }
}
