/**
 * Drives messages through the handshake states: refuses what is not awaited, waits for promises, asks for credentials.
 * A step is applied as a whole when it has settled, so nothing of it leaves early.
 */

import { Flight } from "../handshake/flight.ts";
import type { Credential } from "../handshake/peer-identity.ts";
import {
  CHANGE_CIPHER_SPEC,
  CredentialWanted,
  type HandshakeMessage,
  type HandshakeState,
  type Next,
  type Settled,
} from "../handshake/state.ts";
import { fail } from "../protocol/failure.ts";
import { handshakeTypeName } from "../protocol/handshake-type.ts";
import type { Progress } from "./engine.ts";

const NO_BYTES = new Uint8Array(0);
/** Stands for a ChangeCipherSpec record of TLS 1.2. */
export const CHANGE_CIPHER_SPEC_MESSAGE: HandshakeMessage = {
  type: CHANGE_CIPHER_SPEC,
  body: NO_BYTES,
  bytes: NO_BYTES,
};

interface Settling {
  readonly flight: Flight;
  readonly promise: Promise<void>;
  outcome: { readonly value: Settled } | { readonly error: unknown } | null;
}

export class HandshakeDriver {
  readonly #emit: (flight: Flight) => void;
  #state: HandshakeState | null;
  #settling: Settling | null = null;
  #wanted: CredentialWanted | null = null;

  /**
   * @param state the first state; null: `run` brings it
   * @param emit sends a flight and installs its keys
   */
  constructor(state: HandshakeState | null, emit: (flight: Flight) => void) {
    this.#state = state;
    this.#emit = emit;
  }

  get state(): HandshakeState | null {
    return this.#state;
  }

  /** A promise or the caller is waited for, or null. */
  waiting(consumed: number): Progress | null {
    const settling = this.#settling;
    if (settling !== null) return { kind: "pending", consumed, promise: settling.promise };
    return this.#wanted === null ? null : { kind: "credential-wanted", consumed };
  }

  /** Nothing pending: the next message may be delivered. */
  get ready(): boolean {
    return this.#settling === null && this.#wanted === null;
  }

  /** Takes a step that no message caused: start, renegotiation, key update. */
  run(step: (flight: Flight) => Next): void {
    const flight = new Flight();
    this.#accept(step(flight), flight);
  }

  /** Hands a message to the state that awaits it; anything else is refused here, for all states. */
  deliver(message: HandshakeMessage): void {
    const state = this.#state;
    if (state === null || !state.expects.includes(message.type)) {
      const awaited = (state?.expects ?? []).map(messageName).join(" or ") || "nothing";
      fail("UnexpectedMessage", `${messageName(message.type)} came where ${awaited} is awaited`);
    }
    const flight = new Flight();
    this.#accept(state.handle(message, flight), flight);
  }

  /** The caller's answer to a request for a certificate. */
  answer(credential: Credential | null): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    this.#wanted = null;
    const flight = new Flight();
    this.#accept(wanted.resume(credential, flight), flight);
  }

  /**
   * Applies what a settled promise brought.
   * @returns true if a step was applied. Throws what the promise was rejected with.
   */
  poll(): boolean {
    const settling = this.#settling;
    if (settling === null || settling.outcome === null) return false;
    this.#settling = null;
    if ("error" in settling.outcome) throw settling.outcome.error;
    this.#settle(settling.outcome.value, settling.flight);
    return true;
  }

  /** Our direction is closed: what a finished handshake was to answer is not waited for any more. */
  abandon(): void {
    if (this.#state?.connected !== true) return;
    this.#settling = null;
    this.#wanted = null;
  }

  /** Forgets everything; a promise that settles later changes nothing. */
  drop(): void {
    this.#state = null;
    this.#settling = null;
    this.#wanted = null;
  }

  #accept(next: Next, flight: Flight): void {
    if (!(next instanceof Promise)) {
      this.#settle(next, flight);
      return;
    }
    const settling: Settling = {
      flight,
      outcome: null,
      promise: next.then(
        (value) => {
          settling.outcome = { value };
        },
        (error: unknown) => {
          settling.outcome = { error };
        },
      ),
    };
    this.#settling = settling;
  }

  #settle(next: Settled, flight: Flight): void {
    this.#emit(flight);
    if (next instanceof CredentialWanted) this.#wanted = next;
    else this.#state = next;
  }
}

function messageName(type: number): string {
  return type === CHANGE_CIPHER_SPEC ? "ChangeCipherSpec" : handshakeTypeName(type);
}
