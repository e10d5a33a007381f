/**
 * The end of the server's last flight in TLS 1.2: NewSessionTicket where announced, ChangeCipherSpec, Finished
 * (RFC 5077 §3.3, RFC 5246 §7.1, §7.4.9). In a resumed handshake ours follows.
 */
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { VERIFY_DATA_LENGTH } from "../../../crypto/key-schedule-12.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeFinished } from "../../../wire/finished.ts";
import {
  decodeNewSessionTicket12,
  type NewSessionTicket12,
} from "../../../wire/new-session-ticket.ts";
import { ExpectChangeCipherSpec, sendFinished12 } from "../../finish-12.ts";
import type { Flight } from "../../flight.ts";
import { whenSettled } from "../../handshake-context.ts";
import { newSession, ownIdentity } from "../../new-session.ts";
import type { Secrets12 } from "../../secrets-12.ts";
import { encodeSession } from "../../session.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { connectedClient12 } from "./connected.ts";
import type { ClientHandshake12 } from "./handshake.ts";

const SESSION_ID_LENGTH = 32;

/** What the last states know. */
interface FinishContext {
  readonly handshake: ClientHandshake12;
  readonly secrets: Secrets12;
  /** verify_data of our Finished; null: it is still to be sent (resumption). */
  readonly own: Uint8Array | null;
  readonly ticket: NewSessionTicket12 | null;
}

/** The first state of the ending. */
export function expectServerEnd(
  handshake: ClientHandshake12,
  secrets: Secrets12,
  own: Uint8Array | null,
): HandshakeState {
  const ending: FinishContext = { handshake, secrets, own, ticket: null };
  return handshake.ticketExpected ? new ExpectNewSessionTicket(ending) : finishing(ending);
}

const finishing = (ending: FinishContext): HandshakeState =>
  new ExpectChangeCipherSpec("client", ending.secrets, new ExpectFinished(ending));

export class ExpectNewSessionTicket implements HandshakeState {
  readonly name = "client12.ExpectNewSessionTicket";
  readonly expects: readonly number[] = [HandshakeType.NewSessionTicket];
  readonly #ending: FinishContext;

  constructor(ending: FinishContext) {
    this.#ending = ending;
  }

  handle(message: HandshakeMessage): Next {
    const { context } = this.#ending.handshake;
    const { lifetimeHint, ticket: received } = decodeNewSessionTicket12(message.body);
    const ticket = received.slice();
    context.transcript.add(message.bytes);
    if (ticket.length > 0) context.facts.ticket = ticket;
    return finishing({ ...this.#ending, ticket: { lifetimeHint, ticket } });
  }
}

export class ExpectFinished implements HandshakeState {
  readonly name = "client12.ExpectFinished";
  readonly expects: readonly number[] = [HandshakeType.Finished];
  readonly #ending: FinishContext;

  constructor(ending: FinishContext) {
    this.#ending = ending;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const { handshake, secrets, own } = this.#ending;
    const { context } = handshake;
    const received = decodeFinished(message.body, VERIFY_DATA_LENGTH);
    if (!equalConstantTime(received, secrets.verifyData("server"))) {
      fail("BadFinished", "the server's Finished does not fit the handshake");
    }
    context.transcript.add(message.bytes);
    const server = received.slice();
    if (own === null) context.facts.firstFinished = server;
    const client = own ?? sendFinished12("client", context, secrets, flight);
    Object.assign(context.facts, { clientFinished: client, serverFinished: server });
    secrets.installExporter();
    const connected = connectedClient12(context, { client, server }, handshake.awaitServerHello);
    return whenSettled<void, HandshakeState>(keepSession(this.#ending), () => connected);
  }
}

/** Keeps the session if it may be resumed later: only with the extended master secret (RFC 7627 §5.3). */
function keepSession({ handshake, secrets, ticket }: FinishContext): void | Promise<void> {
  const { context, suite } = handshake;
  const { config, facts, resumable } = context;
  const { sessionStore } = config;
  if (sessionStore === null || !resumable || !facts.extendedMasterSecret) return;
  const newTicket = ticket !== null && ticket.ticket.length > 0 ? ticket.ticket : null;
  // A resumed session without a new ticket is the one that is kept already.
  if (context.session !== null && newTicket === null) return;
  if (facts.sessionId.length === 0) {
    if (newTicket === null) return;
    // The ticket alone would be a session without a name.
    facts.sessionId = config.random(SESSION_ID_LENGTH).slice();
  }
  const hint = ticket?.lifetimeHint ?? 0;
  const session = newSession(context, {
    suite,
    secret: secrets.master,
    ownIdentity: ownIdentity(context),
    ...(hint > 0 ? { lifetime: hint } : {}),
    ...(newTicket === null ? {} : { ticket: newTicket }),
  });
  if (session.lifetime === 0) return;
  context.sessionStored = true;
  return sessionStore.set(config.sessionKey, encodeSession(session), session.lifetime);
}
