/**
 * How each role begins a connection; the engine is given one of the two, so that a client's bundle has no server in it.
 */
import type { Facts } from "./facts.ts";
import type { Flight } from "./flight.ts";
import type { HandshakeContext } from "./handshake-context.ts";
import type { HandshakeState, Next } from "./state.ts";

interface AnyOpening {
  /** Sees to it that what was kept of a connection that failed is not resumed (RFC 5246 §7.2.2, RFC 8446 §6.2). */
  forgetSession(context: HandshakeContext, proven: Facts): void | Promise<void>;
}

export interface ClientOpening extends AnyOpening {
  readonly role: "client";
  /** Puts the first message into the flight. */
  start(context: HandshakeContext, flight: Flight): Next;
}

export interface ServerOpening extends AnyOpening {
  readonly role: "server";
  /** The state that awaits the first message. */
  await(context: HandshakeContext): HandshakeState;
}

export type Opening = ClientOpening | ServerOpening;

/** The session of a connection dies with a fatal alert, sent or received; with an end of the transport it does not. */
export function forgetSession(opening: Opening, context: HandshakeContext, proven: Facts): void {
  try {
    const forgotten = opening.forgetSession(context, proven);
    // The connection has already failed with its own reason. A store that cannot delete a session does not change it.
    if (forgotten instanceof Promise) forgotten.catch(() => {});
  } catch {
    // As above.
  }
}
