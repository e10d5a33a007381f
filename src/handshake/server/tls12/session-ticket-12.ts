/**
 * What a TLS 1.2 server gives and keeps for resumption at the end: a ticket, or the session under its id.
 */
import { encodeNewSessionTicket12 } from "../../../wire/new-session-ticket.ts";
import type { Flight } from "../../flight.ts";
import { newSession } from "../../new-session.ts";
import type { Secrets12 } from "../../secrets-12.ts";
import { encodeSession } from "../../session.ts";
import { MAX_TICKET_STATE } from "../../ticket.ts";
import { storeKey } from "./find-session.ts";
import type { ServerHandshake12 } from "./handshake.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * NewSessionTicket, as announced in ServerHello; empty if the state is too large to seal, or resumption was forbidden
 * since.
 */
export function sendTicket(handshake: ServerHandshake12, secrets: Secrets12, flight: Flight): void {
  const { context } = handshake;
  const { ticketKeys, sessionLifetime } = context.config;
  const state = sessionState(handshake, secrets);
  const ticket =
    ticketKeys === null || !context.resumable || state.length > MAX_TICKET_STATE
      ? null
      : ticketKeys.seal("ticket12", state);
  state.fill(0);
  context.send(
    encodeNewSessionTicket12({ lifetimeHint: sessionLifetime, ticket: ticket ?? NO_BYTES }),
    flight,
  );
}

/** Keeps the session under its id, if it got one and no ticket. */
export function keepSession(
  handshake: ServerHandshake12,
  secrets: Secrets12,
): void | Promise<void> {
  const { context, ticketPromised } = handshake;
  const { config, facts } = context;
  if (ticketPromised || config.sessionStore === null || facts.sessionId.length === 0) return;
  if (!context.resumable || !facts.extendedMasterSecret) return;
  const state = sessionState(handshake, secrets);
  return config.sessionStore.set(storeKey(facts.sessionId), state, config.sessionLifetime);
}

function sessionState(
  { context, suite, sessionKey }: ServerHandshake12,
  secrets: Secrets12,
): Uint8Array {
  return encodeSession(newSession(context, { suite, secret: secrets.master, key: sessionKey }));
}
