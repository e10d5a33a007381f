/**
 * How each role begins a connection; the engine is given one of the two, so that a client's bundle has no server in it.
 */
import type { Flight } from "./flight.ts";
import type { HandshakeContext } from "./handshake-context.ts";
import type { HandshakeState, Next } from "./state.ts";

export interface ClientOpening {
  readonly role: "client";
  /** Puts the first message into the flight. */
  start(context: HandshakeContext, flight: Flight): Next;
}

export interface ServerOpening {
  readonly role: "server";
  /** The state that awaits the first message. */
  await(context: HandshakeContext): HandshakeState;
}

export type Opening = ClientOpening | ServerOpening;
