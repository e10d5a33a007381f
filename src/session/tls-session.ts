/**
 * The caller's loop over the SSPI functions without any I/O: bytes of the transport in, plaintext and bytes for the
 * transport out. Drives the handshake (through the Async functions where something answers with a promise, else without
 * waiting), seals and opens records, answers post-handshake messages, refuses renegotiation, closes both directions.
 * One session. Events are reported to a sink, in order, from inside the call that caused them.
 */

import { toView } from "../bytes/byte-range.ts";
import { AlertDescription, AlertLevel } from "../protocol/alert.ts";
import { ContentType } from "../protocol/content-type.ts";
import { TLS12 } from "../protocol/version.ts";
import { SCHANNEL_ALERT, SCHANNEL_SHUTDOWN } from "../schannel/constants.ts";
import type { ContextAttributeValues, SealwireConnection } from "../sspi/attribute-values.ts";
import {
  SEALWIRE_ATTR_CONNECTION,
  SECPKG_ATTR_KEYING_MATERIAL,
  SECPKG_ATTR_KEYING_MATERIAL_INFO,
} from "../sspi/attributes.ts";
import { SECBUFFER_TOKEN } from "../sspi/buffer-types.ts";
import type { ContextHandle } from "../sspi/handles.ts";
import { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
import * as status from "../sspi/security-status.ts";
import { TlsError } from "../sspi/tls-error.ts";
import { type Established, HandshakeCalls, type SessionFunctions } from "./handshake-calls.ts";
import { InputQueue } from "./input-queue.ts";
import type { PlaintextQueue } from "./plaintext-queue.ts";
import { RecordCalls } from "./record-calls.ts";
import { runtime } from "./runtime.ts";
import type { SessionEvents, TlsSessionOptions } from "./session-types.ts";
import { tlsErrorOf, truncated, withHttpCode } from "./tls-errors.ts";

export type { SessionEvents, TlsSessionOptions } from "./session-types.ts";

/** Renegotiations of the peer that are refused with an alert; the next one ends the session. */
const MAX_REFUSED_RENEGOTIATIONS = 3;
const NO_BYTES = new Uint8Array(0);

export class TlsSession {
  readonly #functions: SessionFunctions;
  readonly #sink: SessionEvents;
  readonly #calls: HandshakeCalls;
  readonly #records: RecordCalls;
  readonly #input = new InputQueue();
  readonly #view: NonNullable<TlsSessionOptions["view"]>;
  readonly #renew = (): Uint8Array | null => this.#renewed();
  #running = false;
  #busy = false;
  #secure = false;
  #peerClosed = false;
  #closed = false;
  /** Failed or disposed of: nothing more is reported. */
  #over = false;
  readonly #follows: boolean;
  readonly #strictEnd: boolean;
  #renegotiating = false;
  #renegotiations = 0;

  /** @throws RangeError for ALPN names that cannot be sent */
  constructor(options: TlsSessionOptions, sink: SessionEvents) {
    this.#functions = options.functions;
    this.#sink = sink;
    this.#follows = options.renegotiate === true;
    this.#strictEnd = options.requireCloseNotify !== false;
    this.#calls = new HandshakeCalls(options);
    this.#view = options.view ?? toView;
    this.#records = new RecordCalls(
      options.functions,
      options.allocate ?? ((length) => new Uint8Array(length)),
    );
  }

  /** The context, for attributes; null before the first handshake call made one, and after `dispose`. */
  get context(): ContextHandle | null {
    return this.#calls.context;
  }

  /** The handshake is finished and nothing has failed. */
  get secure(): boolean {
    return this.#secure && !this.#over;
  }

  /** A promise is waited for: what `receive` takes now is kept, and nothing can be sealed. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Our close_notify was made, so nothing can be sealed any more. */
  get writeClosed(): boolean {
    return this.#closed;
  }

  /** Most bytes of data per record; what the record can hold is the upper bound. */
  set maxFragment(bytes: number) {
    this.#records.maxFragment = bytes;
  }

  /** Client: makes the first flight. */
  start(): void {
    if (this.#calls.role === "server") return;
    this.#running = true;
    try {
      this.#handshake(NO_BYTES, false);
      this.#drain();
    } finally {
      this.#running = false;
    }
  }

  /** Takes over `bytes` of the peer: they are opened in place, unless the credential forbids it. */
  receive(bytes: Uint8Array): void {
    if (this.#over || this.#peerClosed) return;
    this.#input.append(bytes);
    this.#run();
  }

  /** The transport has ended. Without close_notify before it that is a failure, unless the options allow it. */
  end(): void {
    if (this.#over || this.#peerClosed) return;
    if (this.#strictEnd || !this.#secure || this.#busy || !this.#input.isEmpty) {
      this.#fail(truncated(this.#secure, this.#strictEnd));
      return;
    }
    this.#peerClosed = true;
    this.#sink.closed(true);
  }

  /**
   * Seals the first `limit` bytes of `queue` (default: all).
   * @returns records to send in this order, in memory of the caller's own; null if it cannot be done now (before the
   *   handshake
   * is finished, while something is waited for), or failed, which the sink has received
   */
  seal(queue: PlaintextQueue, limit: number = queue.length): Uint8Array | null {
    if (!this.secure || this.#closed || this.#busy || this.#renegotiating) return null;
    const sealed = this.#records.seal(this.#calls.context, queue, limit, this.#renew);
    if (typeof sealed !== "number") return sealed;
    this.#refused("EncryptMessage", sealed);
    return null;
  }

  /** New keys for what we send, and for the peer's if `requestPeer` (TLS 1.3). */
  renewKeys(requestPeer: boolean): void {
    const code = this.#functions.requestKeyUpdate(this.#calls.context, { requestPeer });
    if (code === status.SEC_E_OK) this.#emit();
    else throw tlsErrorOf("requestKeyUpdate", code, this.#functions.lastError(this.#calls.context));
  }

  /** Our close_notify, to be sent after everything sealed before; null if there is none to send. */
  close(): Uint8Array | null {
    if (this.#over || this.#closed || this.#calls.context === null) return null;
    this.#closed = true;
    return this.#controlled(SCHANNEL_SHUTDOWN);
  }

  /** Ends the session with a fatal alert; the sink receives only the alert's bytes. */
  abort(description: number = AlertDescription.user_canceled): void {
    if (this.#over) return;
    this.#sendFatal(description);
    this.#over = true;
  }

  /** Wipes the keys. Nothing more is sent or reported. */
  dispose(): void {
    this.#over = true;
    this.#input.clear();
    this.#calls.dispose();
  }

  /** What was negotiated, as far as known. */
  get connection(): SealwireConnection | null {
    return this.query(SEALWIRE_ATTR_CONNECTION);
  }

  /** An attribute of the context, or null if it has none. */
  query<Attribute extends keyof ContextAttributeValues>(
    attribute: Attribute,
  ): ContextAttributeValues[Attribute] | null {
    const { value } = this.#functions.queryContextAttributes(this.#calls.context, attribute);
    return (value as ContextAttributeValues[Attribute] | undefined) ?? null;
  }

  /** `length` bytes of RFC 5705 / RFC 8446 §7.5. @throws TlsError before the handshake is finished */
  exportKeyingMaterial(length: number, label: string, context?: Uint8Array | null): Uint8Array {
    const info = { pszLabel: label, pbContextValue: context ?? null, cbKeyingMaterial: length };
    const handle = this.#calls.context;
    const set = this.#functions.setContextAttributes(
      handle,
      SECPKG_ATTR_KEYING_MATERIAL_INFO,
      info,
    );
    if (set !== status.SEC_E_OK) {
      throw tlsErrorOf("SetContextAttributes", set, this.#functions.lastError(handle));
    }
    const got = this.#functions.queryContextAttributes(handle, SECPKG_ATTR_KEYING_MATERIAL);
    if (got.value !== undefined) return got.value.pbKeyingMaterial;
    throw tlsErrorOf("QueryContextAttributes", got.status, this.#functions.lastError(handle));
  }

  #run(): void {
    // What the sink does inside may bring more bytes: the loop that already runs takes them.
    if (this.#running) return;
    this.#running = true;
    try {
      this.#drain();
    } finally {
      this.#running = false;
    }
  }

  #drain(): void {
    while (!this.#over && !this.#busy && !this.#peerClosed && this.#input.head.length > 0) {
      if (this.#isForHandshake()) this.#handshake(this.#input.head, true);
      else this.#open();
    }
  }

  /** While both sides renegotiate, data that was under way may still come. */
  #isForHandshake(): boolean {
    if (!this.#secure) return true;
    return this.#renegotiating && this.#input.head[0] !== ContentType.ApplicationData;
  }

  /** @param fromInput `token` is the head of the input, and what was taken of it is dropped */
  #handshake(token: Uint8Array, fromInput: boolean): void {
    const first = this.#calls.establish(token);
    if (first.answer.status !== status.SEC_I_ASYNC_CALL_PENDING) {
      this.#established(first, token, fromInput);
      return;
    }
    this.#busy = true;
    const resume = (later: Established): void => {
      this.#busy = false;
      if (this.#over) return;
      this.#running = true;
      try {
        this.#established(later, token, fromInput);
        this.#drain();
      } finally {
        this.#running = false;
      }
      if (!this.#over && !this.#busy) this.#sink.resumed();
    };
    // What the sink throws is the sink's: it goes on as an uncaught exception, as from a call without waiting.
    this.#calls
      .establishAsync(token)
      .then(resume)
      .catch((error: unknown) =>
        runtime.queueMicrotask(() => {
          throw error;
        }),
      );
  }

  #established(
    { answer, outcome: { missing, rest, output } }: Established,
    token: Uint8Array,
    fromInput: boolean,
  ): void {
    if (answer.status === status.SEC_E_INCOMPLETE_MESSAGE) {
      this.#input.want(missing);
      return;
    }
    if (fromInput) this.#input.keep(rest);
    if (output.length > 0) this.#sink.send(output);
    if (this.#over) return;
    if (answer.status === status.SEC_E_OK) {
      if (this.#secure && !this.#renegotiating) return;
      this.#records.measure(this.#calls.context);
      this.#renegotiating = false;
      if (this.#secure) return;
      this.#secure = true;
      this.#sink.secure();
      return;
    }
    const stuck = fromInput && rest === token.length && output.length === 0;
    if (answer.status === status.SEC_I_CONTINUE_NEEDED && !stuck) return;
    const error = tlsErrorOf(this.#calls.name, answer.status, answer.error);
    this.#fail(error.reason === "NotTls" ? withHttpCode(error, token) : error);
  }

  /** One record. */
  #open(): void {
    const opened = this.#records.open(this.#calls.context, this.#input.head);
    switch (opened.status) {
      case status.SEC_E_OK:
        this.#input.keep(opened.rest);
        if (opened.data.length > 0) {
          const data = this.#view(opened.data);
          opened.data.memory = NO_BYTES;
          this.#sink.data(data);
        }
        return;
      case status.SEC_E_INCOMPLETE_MESSAGE:
        this.#input.want(opened.missing);
        return;
      case status.SEC_I_CONTEXT_EXPIRED:
        this.#peerClosed = true;
        this.#input.clear();
        this.#sink.closed(false);
        return;
      case status.SEC_I_RENEGOTIATE:
        this.#input.keep(opened.rest);
        this.#renegotiating = this.#follows && this.connection?.version === TLS12;
        if (this.#renegotiating || this.connection?.version !== TLS12)
          this.#handshake(this.#input.head, true);
        else this.#refuseRenegotiation();
        return;
      default:
        this.#refused("DecryptMessage", opened.status);
    }
  }

  /** The behaviour of the adapters, on both sides: contract 3.1. */
  #refuseRenegotiation(): void {
    this.#renegotiations += 1;
    if (this.#renegotiations > MAX_REFUSED_RENEGOTIATIONS) {
      this.#sendFatal(AlertDescription.unexpected_message);
      this.#fail(
        new TlsError(
          `the peer asked for ${this.#renegotiations} renegotiations although each was refused`,
          { code: "ERR_TLS_SESSION_ATTACK", reason: "TooManyRenegotiations" },
        ),
      );
      return;
    }
    const bytes = this.#controlled(
      SCHANNEL_ALERT,
      AlertLevel.Warning,
      AlertDescription.no_renegotiation,
    );
    if (bytes !== null) this.#sink.send(bytes);
  }

  #sendFatal(description: number): void {
    if (this.#calls.context === null || this.#closed || this.#busy) return;
    const bytes = this.#controlled(SCHANNEL_ALERT, AlertLevel.Fatal, description);
    if (bytes !== null) this.#sink.send(bytes);
  }

  /** The key protected as many records as it may: our KeyUpdate, or null if there is none (TLS 1.2). */
  #renewed(): Uint8Array | null {
    const code = this.#functions.requestKeyUpdate(this.#calls.context, { requestPeer: false });
    return code === status.SEC_E_OK ? this.#made() : null;
  }

  /** Arms a control token and gives what it makes. */
  #controlled(...words: readonly number[]): Uint8Array | null {
    const token = new Uint8Array(4 * words.length);
    const view = new DataView(token.buffer);
    for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
    const input = new SecBufferDesc([new SecBuffer(SECBUFFER_TOKEN, token)]);
    const code = this.#functions.applyControlToken(this.#calls.context, input);
    return code === status.SEC_E_OK ? this.#made() : null;
  }

  /** Output of a handshake call that takes nothing. */
  #made(): Uint8Array | null {
    const { answer, outcome } = this.#calls.establish(NO_BYTES);
    const { output } = outcome;
    return status.isFailure(answer.status) || output.length === 0 ? null : output;
  }

  #emit(): void {
    const bytes = this.#made();
    if (bytes !== null) this.#sink.send(bytes);
  }

  /** A record call failed: the alert that it owes leaves by the next handshake call. */
  #refused(call: string, code: status.SECURITY_STATUS): void {
    const report = this.#functions.lastError(this.#calls.context);
    const { output } = this.#calls.establish(NO_BYTES).outcome;
    if (output.length > 0) this.#sink.send(output);
    this.#fail(tlsErrorOf(call, code, this.#functions.lastError(this.#calls.context) ?? report));
  }

  #fail(error: TlsError): void {
    if (this.#over) return;
    this.#over = true;
    this.#input.clear();
    this.#sink.failed(error);
  }
}
