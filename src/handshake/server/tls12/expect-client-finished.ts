/**
 * The end of the client's flight in TLS 1.2: ChangeCipherSpec, Finished; in a full handshake ours follows with a ticket
 * (RFC 5246 §7.1, §7.4.9; RFC 5077 §3.3).
 */
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { VERIFY_DATA_LENGTH } from "../../../crypto/key-schedule-12.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeFinished } from "../../../wire/finished.ts";
import { Connected12 } from "../../connected-12.ts";
import { ExpectChangeCipherSpec, sendFinished12 } from "../../finish-12.ts";
import type { Flight } from "../../flight.ts";
import { whenSettled } from "../../handshake-context.ts";
import type { Secrets12 } from "../../secrets-12.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import type { ServerHandshake12 } from "./handshake.ts";
import { keepSession, sendTicket } from "./session-ticket-12.ts";

/** What the last states know. */
export interface FinishContext {
  readonly handshake: ServerHandshake12;
  readonly secrets: Secrets12;
  /** verify_data of our Finished; null: it is still to be sent (full handshake). */
  readonly own: Uint8Array | null;
}

/** The first state of the ending. */
export const expectClientEnd = (ending: FinishContext): HandshakeState =>
  new ExpectChangeCipherSpec("server", ending.secrets, new ExpectFinished(ending));

export class ExpectFinished implements HandshakeState {
  readonly name = "server12.ExpectFinished";
  readonly expects: readonly number[] = [HandshakeType.Finished];
  readonly #ending: FinishContext;

  constructor(ending: FinishContext) {
    this.#ending = ending;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const { handshake, secrets, own } = this.#ending;
    const { context, ticketPromised, acceptClientHello } = handshake;
    const received = decodeFinished(message.body, VERIFY_DATA_LENGTH);
    if (!equalConstantTime(received, secrets.verifyData("client"))) {
      fail("BadFinished", "the client's Finished does not fit the handshake");
    }
    context.transcript.add(message.bytes);
    const client = received.slice();
    if (own === null) {
      context.facts.firstFinished = client;
      if (ticketPromised) sendTicket(handshake, secrets, flight);
    }
    const server = own ?? sendFinished12("server", context, secrets, flight);
    Object.assign(context.facts, { clientFinished: client, serverFinished: server });
    secrets.installExporter();
    const connected = new Connected12(context, "server", { client, server }, (later, hello) =>
      hello === null
        ? fail("InternalError", "a server renegotiates by the client's ClientHello")
        : acceptClientHello(hello, later),
    );
    const kept = own === null ? keepSession(handshake, secrets) : undefined;
    return whenSettled<void, HandshakeState>(kept, () => connected);
  }
}
