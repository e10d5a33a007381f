/**
 * Awaits the client's Finished (RFC 8446 §4.4.4), installs its application keys and gives out tickets (§4.6.1).
 */
import { wipe } from "../../../bytes/byte-arrays.ts";
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { resumptionPsk, trafficKeys } from "../../../crypto/key-schedule-13.ts";
import { HASHES } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeFinished } from "../../../wire/finished.ts";
import { encodeNewSessionTicket13 } from "../../../wire/new-session-ticket.ts";
import { Connected13 } from "../../connected-13.ts";
import type { Flight } from "../../flight.ts";
import { newSession, secondsLeft } from "../../new-session.ts";
import { PSK_DHE_KE } from "../../pre-shared-key.ts";
import type { ApplicationSecrets } from "../../secrets-13.ts";
import { encodeSession } from "../../session.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { MAX_TICKET_STATE } from "../../ticket.ts";
import type { ServerHandshake13 } from "./handshake.ts";
import { ServerPostHandshake } from "./post-handshake.ts";

const SESSION_ID_LENGTH = 32;

export class ExpectFinished implements HandshakeState {
  readonly name = "server13.ExpectFinished";
  readonly expects: readonly number[] = [HandshakeType.Finished];
  readonly #handshake: ServerHandshake13;
  readonly #application: ApplicationSecrets;
  readonly #pskModes: readonly number[];

  /** @param pskModes the client's psk_key_exchange_modes: without psk_dhe_ke a ticket is of no use to it */
  constructor(
    handshake: ServerHandshake13,
    application: ApplicationSecrets,
    pskModes: readonly number[],
  ) {
    this.#handshake = handshake;
    this.#application = application;
    this.#pskModes = pskModes;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const { context, suite, secrets } = this.#handshake;
    const { provider } = context.config;
    const received = decodeFinished(message.body, HASHES[suite.hash].length);
    if (!equalConstantTime(received, secrets.verifyData("client"))) {
      fail("BadFinished", "the client's Finished does not fit the handshake");
    }
    context.facts.clientFinished = received.slice();
    context.transcript.add(message.bytes);
    const { client, server, exporter } = this.#application;
    flight.installReadKeys(trafficKeys(provider, suite, client));
    this.#giveTickets(flight);
    secrets.drop();
    return new Connected13(
      context,
      "server",
      suite,
      { own: server, peer: client, exporter, resumption: null },
      context.facts.postHandshakeAuth ? new ServerPostHandshake(context, suite) : null,
    );
  }

  #giveTickets(flight: Flight): void {
    const { context, suite, secrets } = this.#handshake;
    const { config, facts, resumable } = context;
    // A connection with an external PSK is not resumed: the PSK itself is as fast, and it may be revoked.
    const wanted = resumable && facts.pskIdentity === null && this.#pskModes.includes(PSK_DHE_KE);
    const lifetime = secondsLeft(context);
    if (!wanted || config.ticketKeys === null || config.ticketCount === 0 || lifetime <= 0) return;
    // Nothing that the client sends names its session: we do, inside the ticket.
    if (!facts.resumed) facts.sessionId = config.random(SESSION_ID_LENGTH).slice();
    const resumption = secrets.resumption();
    for (let number = 0; number < config.ticketCount; number++) {
      const nonce = Uint8Array.of(number >> 8, number & 0xff);
      const ageAdd = new DataView(config.random(4).slice().buffer).getUint32(0);
      const secret = resumptionPsk(config.provider, suite.hash, resumption, nonce);
      const session = newSession(context, { suite, ageAdd, secret, key: config.sessionKey });
      const state = encodeSession(session);
      wipe(secret);
      const ticket =
        state.length > MAX_TICKET_STATE ? null : config.ticketKeys.seal("ticket13", state);
      wipe(state);
      if (ticket === null) break;
      flight.message(encodeNewSessionTicket13({ lifetime, ageAdd, nonce, ticket }));
    }
    wipe(resumption);
  }
}
