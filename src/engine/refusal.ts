/**
 * What is thrown below the engine, as a refusal.
 */
import { DecodeError } from "../bytes/byte-reader.ts";
import { TlsFailure } from "../protocol/failure.ts";

/** A mistake of the caller, such as application data given to a handshake call: the connection lives on. */
export class HarmlessRefusal extends TlsFailure {}

/** What was thrown, as a refusal: structure errors are decode_error, everything unforeseen is our own fault. */
export function asFailure(error: unknown): TlsFailure {
  if (error instanceof TlsFailure) return error;
  if (error instanceof DecodeError) return new TlsFailure("MalformedMessage", error.message);
  const text = error instanceof Error ? error.message : String(error);
  return new TlsFailure("InternalError", `internal error: ${text}`);
}
