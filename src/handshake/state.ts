/**
 * Contract of a handshake state: one class per awaited message, complete at construction. The engine, not the
 * state, refuses what `expects` does not list.
 */

import type { Flight } from "./flight.ts";
import type { Credential } from "./peer-identity.ts";

/** Stands for the ChangeCipherSpec record among the handshake types of `expects` (TLS 1.2). */
export const CHANGE_CIPHER_SPEC = 0x100;

/** A whole handshake message. Views of memory that is only valid during `handle`: copy what must stay. */
export interface HandshakeMessage {
  /** HandshakeType, or CHANGE_CIPHER_SPEC (then both arrays are empty). */
  readonly type: number;
  readonly body: Uint8Array;
  /** Header and body, as the transcript wants them. */
  readonly bytes: Uint8Array;
}

export interface HandshakeState {
  /** For messages and diagrams: "client13.ExpectFinished". */
  readonly name: string;
  readonly expects: readonly number[];
  /** True for the states after Finished: application data may flow. */
  readonly connected?: true;
  /**
   * Takes an awaited message. Throws TlsFailure to refuse. What it wants sent or installed goes into `flight`;
   * while a promise is pending nothing of the flight leaves.
   */
  handle(message: HandshakeMessage, flight: Flight): Next;
  /**
   * Connected, TLS 1.3: puts our KeyUpdate and the new write keys into the flight (RFC 8446 §4.6.3); the next state.
   */
  updateKeys?(flight: Flight, requestPeer: boolean): HandshakeState;
  /**
   * Connected. TLS 1.2; the engine asks only where renegotiation is secure: ClientHello or HelloRequest (RFC 5746 §3.5,
   * §3.7). TLS 1.3 server whose client offered it: CertificateRequest (RFC 8446 §4.6.2).
   */
  renegotiate?(flight: Flight): Next;
  /** Renegotiating: the peer answered no_renegotiation; the state of the connection that goes on. */
  renegotiationRefused?(): HandshakeState;
}

/** The client must answer a CertificateRequest and has no fitting certificate: the caller is asked once. */
export class CredentialWanted {
  /** Goes on with the caller's choice; null: an empty Certificate. */
  readonly resume: (credential: Credential | null, flight: Flight) => Next;

  constructor(resume: (credential: Credential | null, flight: Flight) => Next) {
    this.resume = resume;
  }
}

export type Settled = HandshakeState | CredentialWanted;
export type Next = Settled | Promise<Settled>;
