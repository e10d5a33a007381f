/**
 * After Finished in TLS 1.2: only a request to renegotiate is accepted (RFC 5246 §7.4.1.1, RFC 5746).
 */
import { Transcript } from "../crypto/transcript.ts";
import { AlertDescription } from "../protocol/alert.ts";
import { fail } from "../protocol/failure.ts";
import { HandshakeType } from "../protocol/handshake-type.ts";
import { decodeEmptyMessage, encodeHelloRequest } from "../wire/empty-messages.ts";
import type { Flight } from "./flight.ts";
import type { HandshakeContext } from "./handshake-context.ts";
import type { HandshakeMessage, HandshakeState, Next } from "./state.ts";

/** What binds a renegotiation to the handshake before it (RFC 5746 §3.1). */
export interface FinishedPair {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** Begins the next handshake of this connection. `message`: the client's ClientHello, on a server. */
export type Renegotiation = (flight: Flight, message: HandshakeMessage | null) => Next;

export class Connected12 implements HandshakeState {
  readonly name: string;
  readonly expects: readonly number[];
  readonly connected = true;
  readonly #context: HandshakeContext;
  readonly #role: "client" | "server";
  readonly #begin: Renegotiation;
  /** Server: our caller had HelloRequest sent, so the ClientHello that comes is what it wants. */
  #asked = false;

  /** @param begin how the role begins a new handshake */
  constructor(
    context: HandshakeContext,
    role: "client" | "server",
    finished: FinishedPair,
    begin: Renegotiation,
  ) {
    this.name = `${role}12.Connected`;
    this.expects = [role === "client" ? HandshakeType.HelloRequest : HandshakeType.ClientHello];
    this.#context = context;
    this.#role = role;
    this.#begin = begin;
    context.previousFinished = finished;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    if (this.#role === "client") {
      // The engine reports the request. The caller decides whether to grant it; until then it is not granted.
      decodeEmptyMessage(message.type, message.body);
      this.#context.refuseRenegotiation();
      return this;
    }
    const { config, facts } = this.#context;
    if (!(config.allowRenegotiation || this.#asked) || !facts.secureRenegotiation) {
      this.#context.refuseRenegotiation();
      flight.warning(AlertDescription.no_renegotiation);
      return this;
    }
    return this.#start(flight, message);
  }

  renegotiate(flight: Flight): Next {
    if (this.#role === "server") {
      flight.message(encodeHelloRequest());
      this.#asked = true;
      return this;
    }
    return this.#start(flight, null);
  }

  #start(flight: Flight, message: HandshakeMessage | null): Next {
    const { limits, provider } = this.#context.config;
    if (++this.#context.renegotiations > limits.renegotiations) {
      fail(
        "TooManyRenegotiations",
        `more than ${limits.renegotiations} renegotiations (limits.renegotiations)`,
      );
    }
    if (this.#role === "client" && this.#context.refusedRenegotiations > 0)
      this.#context.refusedRenegotiations--;
    this.#context.transcript = new Transcript(provider);
    return this.#begin(flight, message);
  }
}
