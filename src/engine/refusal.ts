/**
 * What is thrown below the engine, as a refusal.
 */
import { DecodeError } from "../bytes/byte-reader.ts";
import { AlertDescription } from "../protocol/alert.ts";
import { alertOf, fail, TlsFailure } from "../protocol/failure.ts";
import { TLS13 } from "../protocol/version.ts";

/** A mistake of the caller, such as application data given to a handshake call: the connection lives on. */
export class RecoverableError extends TlsFailure {}

/** What was thrown, as a refusal: structure errors are decode_error, everything unforeseen is our own fault. */
export function asFailure(error: unknown): TlsFailure {
  if (error instanceof TlsFailure) return error;
  if (error instanceof DecodeError) return new TlsFailure("MalformedMessage", error.message);
  const text = error instanceof Error ? error.message : String(error);
  return new TlsFailure("InternalError", `internal error: ${text}`);
}

/** The caller wants to renegotiate, or to ask for a certificate, where that cannot be. */
export const cannotRenegotiate = (version: number | null): RecoverableError =>
  new RecoverableError(
    "ForbiddenValue",
    version === TLS13
      ? "this connection cannot ask for a certificate now: the client did not offer post_handshake_auth"
      : "this connection cannot renegotiate: it is not an established TLS 1.2 connection with secure renegotiation",
  );

export const misplacedData = (): RecoverableError =>
  new RecoverableError(
    "UnexpectedRecord",
    "application data was given to a handshake call; it belongs to decryptMessage",
  );

/** @param connected after the handshake */
export function transportEnded(connected: boolean): TlsFailure {
  const when = connected ? "without close_notify" : "during the handshake";
  return new TlsFailure("TransportEnded", `the transport ended ${when}: data may be missing`);
}

/** The number of the alert that is owed for a refusal, or null. */
export function alertFor({ alert, reason }: TlsFailure): number | null {
  const name = alertOf(reason);
  return alert ?? (name === null ? null : AlertDescription[name]);
}

export const closedDuringHandshake = (): TlsFailure =>
  new TlsFailure(
    "ClosedDuringHandshake",
    "the peer closed the connection (close_notify) during the handshake",
  );

export const refusedByPeer = (): never => fail("AlertReceived", "the peer refused to renegotiate");
