/**
 * Contract of the sans-IO engine that the security package drives: one connection, bytes in, bytes out. No method
 * throws for anything a peer can send; refusals are in the results. Implemented by `connection.ts`.
 */
import type { ByteRange } from "../bytes/byte-range.ts";
import type { Configuration } from "../handshake/configuration.ts";
import type { Facts } from "../handshake/facts.ts";
import type { Credential } from "../handshake/peer-identity.ts";
import type { TlsFailure } from "../protocol/failure.ts";
import type { OpenedRecord } from "../record/protector.ts";

export type Role = "client" | "server";

/** What a handshake call came to. `consumed`: bytes of whole records taken from the input. */
export type Progress =
  /** Less than one record was given; nothing consumed, `missing` more bytes complete it (or its header). */
  | { readonly kind: "incomplete"; readonly missing: number }
  /** At least one record was taken, the handshake goes on: send `output`, read more. */
  | { readonly kind: "continue"; readonly consumed: number }
  /** The handshake (or the answer to a post-handshake message) is finished: send `output`. */
  | { readonly kind: "done"; readonly consumed: number }
  /** A promise must settle; then call again with what was not consumed. `output` is not to be sent before. */
  | { readonly kind: "pending"; readonly consumed: number; readonly promise: Promise<void> }
  /** The client is asked for a certificate: `supplyCredential`, then call again with what was not consumed. */
  | { readonly kind: "credential-wanted"; readonly consumed: number }
  /** Refused; `output` holds the alert that is owed, if any. */
  | { readonly kind: "failed"; readonly consumed: number; readonly failure: TlsFailure };

/** What `open` found in one record; one object, filled again by each call. */
export interface Opened extends OpenedRecord {
  kind: /** Application data, possibly empty: `start`, `length`. */
    | "data"
    /** close_notify. */
    | "closed"
    /** A warning alert that changes nothing. */
    | "warning"
    /** TLS 1.2 HelloRequest (client) or ClientHello (server, renegotiation requested): consumed. */
    | "renegotiate"
    /** TLS 1.3 post-handshake message: not consumed, the record is as it was; give it to `receive`. */
    | "post-handshake"
    /** Refused: `failure`; the alert that is owed is in `output`. */
    | "failed";
  failure: TlsFailure | null;
}

/** As SecPkgContext_StreamSizes, from the live record format. Bytes. */
export interface StreamSizes {
  readonly header: number;
  readonly trailer: number;
  readonly maximumMessage: number;
  readonly blockLength: number;
}

/** Result of asking how many bytes the first record of an input takes. */
export type Framing =
  /** `missing` more bytes complete the record (or, below 5 bytes, its header). */
  | { readonly kind: "incomplete"; readonly missing: number }
  | { readonly kind: "record"; readonly length: number }
  /** Not a record, or one that is too long. */
  | { readonly kind: "refused"; readonly failure: TlsFailure };

export interface Engine {
  readonly role: Role;
  readonly facts: Facts;
  /** Application data may flow: the handshake is finished and none is open. */
  readonly connected: boolean;
  /** A handshake was finished, whatever goes on now. */
  readonly established: boolean;
  /** A renegotiation, or an answer to CertificateRequest after the handshake, is going on. */
  readonly renegotiating: boolean;
  /** The first refusal; from then on nothing works any more. */
  readonly failure: TlsFailure | null;
  /** We sent close_notify or a fatal alert. */
  readonly writeClosed: boolean;
  /** The peer sent close_notify. */
  readonly peerClosed: boolean;
  readonly alertSent: { readonly level: number; readonly description: number } | null;
  readonly alertReceived: { readonly level: number; readonly description: number } | null;

  /** Client: makes the first flight. To be called once, before `receive`; again after "pending". */
  start(): Progress;
  /**
   * Takes handshake records (also post-handshake ones, and a renegotiation). Stops after the record that finishes
   * the handshake. The input is never written to. With a whole record it consumes at least that one, but for
   * application data after the handshake: that is refused without harm (`failed` with reason UnexpectedRecord and
   * `failure` of the connection still null).
   */
  receive(input: Uint8Array): Progress;
  /** The caller's answer to "credential-wanted". */
  supplyCredential(credential: Credential | null): void;
  /**
   * TLS 1.2: begins a renegotiation (client: ClientHello; server: HelloRequest). TLS 1.3, server: asks for the client's
   * certificate after the handshake, if the client offered that.
   */
  renegotiate(): Progress;

  /** Bytes waiting to be sent: whole records. */
  readonly outputLength: number;
  /** Moves all waiting bytes to the start of `target`, which has at least `outputLength` bytes. */
  takeOutput(target: Uint8Array): void;

  /** Before keys exist: header 5, trailer 0, block 1. */
  streamSizes(): StreamSizes;
  /** Exact trailer length of the next record with `dataLength` bytes of content. */
  trailerLength(dataLength: number): number;
  /**
   * Makes one record of application data in place; lengths as `streamSizes().header`, any up to 2^14,
   * `trailerLength(data.length)`. False if the key may not protect another record (then nothing changed).
   */
  seal(header: ByteRange, data: ByteRange, trailer: ByteRange): boolean;
  /** As `seal`, for an alert of two bytes; close_notify or a fatal level closes our direction. */
  sealAlert(header: ByteRange, data: ByteRange, trailer: ByteRange): boolean;
  frame(input: Uint8Array): Framing;
  /** Opens exactly one whole record, in place or into new memory. */
  open(record: Uint8Array, inPlace: boolean): Opened;

  /** Nothing more will come. @returns the refusal, if the peer has not sent close_notify */
  endInput(): TlsFailure | null;

  /** Puts an alert record into `output`, plain or protected as the next record would be. */
  sendAlert(level: number, description: number): void;
  /** TLS 1.3: puts a KeyUpdate into `output` and takes new write keys. */
  updateKeys(requestPeer: boolean): void;
  /** Client, server: sessions of this connection may (not) be resumed later (SCHANNEL_SESSION). */
  setResumable(resumable: boolean): void;
  /** Ends the handshake under way: nothing is awaited any more, and what a promise brings later changes nothing. */
  giveUp(): void;
  /** Overwrites all secrets. */
  wipe(): void;
}

/** Makes the engines of a role's connections. */
export interface EngineFactory {
  readonly role: Role;
  create(configuration: Configuration): Engine;
}
