/**
 * After Finished in TLS 1.3: tickets (client), key updates, and whatever the role does about post-handshake
 * authentication (RFC 8446 §4.6).
 */

import { wipe } from "../bytes/byte-arrays.ts";
import {
  exportKeyingMaterial13,
  nextTrafficSecret,
  resumptionPsk,
  trafficKeys,
} from "../crypto/key-schedule-13.ts";
import type { CipherSuite } from "../protocol/cipher-suite.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { decodeKeyUpdate, encodeKeyUpdate } from "../wire/key-update.ts";
import { decodeNewSessionTicket13 } from "../wire/new-session-ticket.ts";
import type { Flight } from "./flight.ts";
import { type HandshakeContext, whenSettled } from "./handshake-context.ts";
import { newSession, ownIdentity } from "./new-session.ts";
import { encodeSession } from "./session.ts";
import type { HandshakeMessage, HandshakeState, Next } from "./state.ts";

/** Secrets that live as long as the connection (RFC 8446 §7.1). */
export interface ConnectionSecrets {
  /** Application traffic secret of what we send. */
  readonly own: Uint8Array;
  readonly peer: Uint8Array;
  readonly exporter: Uint8Array;
  /** Client: what PSKs are made of; null where no session is kept. */
  readonly resumption: Uint8Array | null;
}

/** Post-handshake authentication as one side does it (RFC 8446 §4.6.2); a new object wherever something changes. */
export interface PostHandshake {
  readonly expects: readonly number[];
  /**
   * Takes an awaited message.
   * @param clientSecret the client's application traffic secret now, the base key of Finished
   * @param connected the state to go on with
   * @param reconnected that state with another object of this kind
   */
  handle(
    message: HandshakeMessage,
    flight: Flight,
    clientSecret: Uint8Array,
    connected: HandshakeState,
    reconnected: (next: PostHandshake) => HandshakeState,
  ): Next;
  /** Server: asks for the client's certificate. */
  ask?(flight: Flight): PostHandshake;
}

export class Connected13 implements HandshakeState {
  readonly name: string;
  readonly expects: readonly number[];
  readonly connected = true;
  readonly #context: HandshakeContext;
  readonly #role: "client" | "server";
  readonly #suite: CipherSuite;
  readonly #secrets: ConnectionSecrets;
  readonly #postHandshake: PostHandshake | null;
  /** Server: asks for the client's certificate, if the client offered that. */
  readonly renegotiate?: (flight: Flight) => Next;

  /** @param postHandshake null: the client did not offer post-handshake authentication */
  constructor(
    context: HandshakeContext,
    role: "client" | "server",
    suite: CipherSuite,
    secrets: ConnectionSecrets,
    postHandshake: PostHandshake | null,
  ) {
    this.name = `${role}13.Connected`;
    this.expects = [
      ...(role === "client" ? [HandshakeType.NewSessionTicket] : []),
      HandshakeType.KeyUpdate,
      ...(postHandshake?.expects ?? []),
    ];
    this.#postHandshake = postHandshake;
    if (postHandshake?.ask !== undefined) {
      const ask = postHandshake.ask.bind(postHandshake);
      this.renegotiate = (flight) => this.#with(secrets, ask(flight));
    }
    this.#context = context;
    this.#role = role;
    this.#suite = suite;
    this.#secrets = secrets;
    const { own, peer, exporter, resumption } = secrets;
    for (const secret of [own, peer, exporter, resumption])
      if (secret !== null) context.keep(secret);
    const { provider } = context.config;
    context.facts.exporter = (label, exporterContext, length) =>
      exportKeyingMaterial13(
        provider,
        suite.hash,
        secrets.exporter,
        label,
        exporterContext,
        length,
      );
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    if (message.type === HandshakeType.KeyUpdate) return this.#keyUpdate(message, flight);
    if (message.type === HandshakeType.NewSessionTicket) return this.#newSessionTicket(message);
    return this.#authentication(message, flight);
  }

  updateKeys(flight: Flight, requestPeer: boolean): Connected13 {
    flight.message(encodeKeyUpdate(requestPeer));
    const own = this.#next(this.#secrets.own);
    flight.installWriteKeys(trafficKeys(this.#context.config.provider, this.#suite, own));
    return this.#with({ ...this.#secrets, own });
  }

  #authentication(message: HandshakeMessage, flight: Flight): Next {
    const { own, peer } = this.#secrets;
    return (
      this.#postHandshake?.handle(
        message,
        flight,
        this.#role === "client" ? own : peer,
        this,
        (next) => this.#with(this.#secrets, next),
      ) ?? this
    );
  }

  #keyUpdate(message: HandshakeMessage, flight: Flight): Next {
    const answerWanted = decodeKeyUpdate(message.body);
    const peer = this.#next(this.#secrets.peer);
    flight.installReadKeys(trafficKeys(this.#context.config.provider, this.#suite, peer));
    const updated = this.#with({ ...this.#secrets, peer });
    if (!answerWanted || this.#context.keyUpdateAnswered) return updated;
    this.#context.keyUpdateAnswered = true;
    return updated.updateKeys(flight, false);
  }

  #newSessionTicket(message: HandshakeMessage): Next {
    const { config, facts, published, resumable } = this.#context;
    const ticket = decodeNewSessionTicket13(message.body);
    // RFC 8446 §4.6.1: a lifetime of zero means that the ticket must be discarded.
    const { resumption } = this.#secrets;
    const useless = !resumable || ticket.lifetime === 0;
    if (config.sessionStore === null || resumption === null || useless) return this;
    facts.ticket = ticket.ticket.slice();
    // The store receives the session next, and may ask for it.
    published.ticket = facts.ticket;
    const secret = resumptionPsk(config.provider, this.#suite.hash, resumption, ticket.nonce);
    const session = newSession(this.#context, {
      suite: this.#suite,
      secret,
      lifetime: ticket.lifetime,
      ageAdd: ticket.ageAdd,
      ticket: facts.ticket,
      ownIdentity: ownIdentity(this.#context),
    });
    const bytes = encodeSession(session);
    wipe(secret);
    if (session.lifetime === 0) {
      wipe(bytes);
      return this;
    }
    this.#context.sessionStored = true;
    return whenSettled<void, HandshakeState>(
      config.sessionStore.set(config.sessionKey, bytes, session.lifetime),
      () => this,
    );
  }

  #next(secret: Uint8Array): Uint8Array {
    const next = nextTrafficSecret(this.#context.config.provider, this.#suite.hash, secret);
    this.#context.drop(secret);
    return next;
  }

  #with(
    secrets: ConnectionSecrets,
    postHandshake: PostHandshake | null = this.#postHandshake,
  ): Connected13 {
    return new Connected13(this.#context, this.#role, this.#suite, secrets, postHandshake);
  }
}
