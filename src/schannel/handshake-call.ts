/**
 * One handshake call on one context: what it takes, what it gives, what must be repeated (reference 2.9, 2.10, 4.2,
 * 4.4).
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import type { Progress } from "../engine/engine.ts";
import { AlertDescription, AlertLevel } from "../protocol/alert.ts";
import type { TlsFailure } from "../protocol/failure.ts";
import { TLS12 } from "../protocol/version.ts";
import { ASC_REQ_MUTUAL_AUTH } from "../sspi/context-flags.ts";
import { refuse } from "../sspi/refusal.ts";
import type { EstablishAnswer, EstablishCall } from "../sspi/security-package.ts";
import * as status from "../sspi/security-status.ts";
import { NO_TIME } from "../sspi/time-stamp.ts";
import { saveApplicationData } from "./application-data.ts";
import type { Armed, SchannelContext } from "./context.ts";
import type { SchannelCredential } from "./credentials.ts";
import { failureStatus } from "./failure-status.ts";
import {
  type HandshakeInput,
  type HandshakeOutput,
  handshakeInput,
  reportExtra,
  reportMissing,
} from "./handshake-buffers.ts";
import { lastError } from "./last-error.ts";
import { wantsAlert } from "./result-flags.ts";
import { suppliedCredential } from "./supplied-credential.ts";

export type Call = EstablishCall<SchannelCredential, SchannelContext>;
export type Answer = EstablishAnswer<SchannelContext>;
type ArmedAlert = Extract<Armed, { kind: "alert" }>;

/** Input beyond this is left for the next call as EXTRA: it bounds what a call that must be repeated has to keep. */
const MAX_INPUT = 0x20000;
const ALERT_LENGTH = 2;
/** KeyUpdate with its handshake header (RFC 8446 §4.6.3). */
const KEY_UPDATE_LENGTH = 5;

function isClosing({ level, description }: ArmedAlert): boolean {
  return level === AlertLevel.Fatal || description === AlertDescription.close_notify;
}

/** One call on one context. */
export class HandshakeCall {
  readonly #context: SchannelContext;
  readonly #call: Call;
  readonly #output: HandshakeOutput;
  /** The client's first flight is being made. */
  #starting = false;

  constructor(context: SchannelContext, call: Call, output: HandshakeOutput) {
    this.#context = context;
    this.#call = call;
    this.#output = output;
  }

  run(): Answer {
    const context = this.#context;
    const { engine, armed } = context;
    if (engine.failure !== null) return this.#repeatFailure();
    if (context.givenUp) {
      refuse(
        status.SEC_E_CONTEXT_EXPIRED,
        "ClosedByUs",
        "a control token ended the handshake while a call of it was pending",
      );
    }
    const pending = context.waiting?.kind === "pending";
    if (armed?.kind === "alert") {
      if (!pending) return this.#emitAlert(armed, status.SEC_E_OK);
      if (isClosing(armed)) return this.#closePending(armed);
    }
    const input = handshakeInput(this.#call.input);
    if (armed?.kind === "key-update" && context.waiting === null)
      return this.#emitKeyUpdate(armed, input);
    const bytes = input.bytes.subarray(0, MAX_INPUT);
    const skipped = context.absorbed.length;
    if (skipped > 0 && !equalBytes(bytes.subarray(0, skipped), context.absorbed)) {
      refuse(
        status.SEC_E_INVALID_TOKEN,
        "RepeatedInputDiffers",
        `the call before was to be repeated with the same input: its first ${skipped} bytes differ`,
      );
    }
    this.#refuseAfterClose(input);
    return this.#settle(this.#advance(bytes, skipped), bytes, skipped, input);
  }

  /** Lets the engine go on. */
  #advance(bytes: Uint8Array, skipped: number): Progress {
    const context = this.#context;
    const { engine, waiting } = context;
    const rest = bytes.subarray(skipped);
    if (waiting !== null) {
      if (waiting.kind === "deliver") return waiting.progress;
      if (waiting.kind === "credential") engine.supplyCredential(suppliedCredential(context));
      context.waiting = null;
      this.#starting = waiting.kind === "pending" && waiting.starting;
      return this.#starting ? engine.start() : engine.receive(rest);
    }
    if (this.#call.context === null && context.role === "client") {
      if (bytes.length > 0) {
        refuse(
          status.SEC_E_INVALID_TOKEN,
          "InputOnFirstCall",
          "the first call of a client takes no TOKEN",
        );
      }
      this.#starting = true;
      return engine.start();
    }
    if (this.#renegotiates(bytes)) return engine.renegotiate();
    return engine.receive(rest);
  }

  /**
   * The call is a request to renegotiate: a client's answer to HelloRequest, or a server's call without input. A
   * client's ClientHello already waits in the server's engine, which goes on with it in `receive`. In TLS 1.3 a
   * server's call without input and with ASC_REQ_MUTUAL_AUTH asks for the client's certificate.
   */
  #renegotiates(bytes: Uint8Array): boolean {
    const { role, engine, unanswered } = this.#context;
    if (!engine.connected || engine.writeClosed) return false;
    const tls12 = engine.facts.version === TLS12;
    if (role === "client") return tls12 && unanswered === "renegotiation";
    if (unanswered !== null || bytes.length > 0) return false;
    return tls12 || (this.#call.contextReq & ASC_REQ_MUTUAL_AUTH) !== 0;
  }

  #settle(progress: Progress, bytes: Uint8Array, skipped: number, input: HandshakeInput): Answer {
    const context = this.#context;
    switch (progress.kind) {
      case "incomplete":
        // Something was taken by the call that was to be repeated; the rest is an ordinary tail.
        if (skipped > 0) {
          const kind = context.engine.connected ? "done" : "continue";
          return this.#deliver({ kind, consumed: 0 }, bytes, skipped, input);
        }
        reportMissing(input.spare, progress.missing);
        return this.#answer(status.SEC_E_INCOMPLETE_MESSAGE);
      case "pending":
        context.absorb(bytes.subarray(0, skipped + progress.consumed), {
          kind: "pending",
          promise: progress.promise,
          starting: this.#starting,
        });
        return this.#answer(status.SEC_I_ASYNC_CALL_PENDING);
      case "credential-wanted":
        context.absorb(bytes.subarray(0, skipped + progress.consumed), { kind: "credential" });
        return this.#answer(status.SEC_I_INCOMPLETE_CREDENTIALS);
      case "failed":
        return this.#fail(progress.failure);
      default:
        return this.#deliver(progress, bytes, skipped, input);
    }
  }

  /** Output into TOKEN, tail into EXTRA; or, if there is no room for one of them, nothing at all. */
  #deliver(progress: Progress, bytes: Uint8Array, skipped: number, input: HandshakeInput): Answer {
    const context = this.#context;
    const { engine } = context;
    const own = progress.kind === "continue" || progress.kind === "done" ? progress.consumed : 0;
    const consumed = context.waiting?.kind === "deliver" ? skipped : skipped + own;
    const whole = input.bytes;
    const noPlaceForExtra = consumed < whole.length && input.spare === null;
    if (noPlaceForExtra || !this.#output.fits(this.#output.token, engine.outputLength)) {
      context.absorb(bytes.subarray(0, consumed), { kind: "deliver", progress });
      if (noPlaceForExtra) {
        refuse(
          status.SEC_E_INVALID_TOKEN,
          "NoPlaceForExtra",
          `${whole.length - consumed} bytes are left over and no EMPTY input buffer can show them`,
        );
      }
      this.#noRoom(engine.outputLength);
    }
    this.#output.write(this.#output.token, engine);
    if (input.spare !== null && consumed < whole.length) reportExtra(input.spare, whole, consumed);
    context.delivered();
    if (progress.kind === "done") saveApplicationData(context);
    return this.#answer(progress.kind === "done" ? status.SEC_E_OK : status.SEC_I_CONTINUE_NEEDED);
  }

  #fail(failure: TlsFailure): Answer {
    const context = this.#context;
    const { engine } = context;
    if (engine.failure === null) {
      // The caller's mistake, and the connection lives on: application data given to a handshake call, or
      // (ForbiddenValue) a renegotiation that this connection cannot do.
      const code =
        failure.reason === "ForbiddenValue"
          ? status.SEC_E_UNSUPPORTED_FUNCTION
          : status.SEC_E_INVALID_TOKEN;
      refuse(code, failure.reason, failure.message);
    }
    const received = engine.alertReceived?.description ?? null;
    const code = failureStatus(failure, received, "handshake");
    context.failed(failure, code);
    if (wantsAlert(context.role, this.#call.contextReq)) context.alertOwed = "as asked";
    else if (engine.outputLength > 0) engine.takeOutput(new Uint8Array(engine.outputLength));
    return this.#repeatFailure();
  }

  /** The first refusal again, with the alert it owes if that has not left. */
  #repeatFailure(): Answer {
    const context = this.#context;
    const { engine, alertOwed } = context;
    if (context.failedStatus === null && engine.failure !== null) return this.#fail(engine.failure);
    const { token, alert } = this.#output;
    if (alertOwed !== null && engine.outputLength > 0) {
      const place = alertOwed === "as asked" && alert !== null ? alert : token;
      if (!this.#output.fits(place, engine.outputLength)) this.#noRoom(engine.outputLength);
      this.#output.write(place, engine);
    } else this.#output.nothing();
    context.alertOwed = null;
    return this.#answer(context.failedStatus ?? status.SEC_E_INTERNAL_ERROR);
  }

  /**
   * A control token closes the connection while a call is pending. What that call has come to by now goes first: a
   * refusal is reported as one, a finished handshake as finished (then the alert leaves with the next call). Else the
   * handshake ends here, which is never SEC_E_OK: that would be the answer of a handshake whose peer was accepted.
   */
  #closePending(alert: ArmedAlert): Answer {
    const context = this.#context;
    const { engine, absorbed, waiting } = context;
    const skipped = absorbed.length;
    const progress = this.#advance(absorbed, skipped);
    if (progress.kind === "failed") return this.#fail(progress.failure);
    if (progress.kind === "done") {
      const input = handshakeInput(this.#call.input);
      return this.#settle(progress, input.bytes.subarray(0, MAX_INPUT), skipped, input);
    }
    if (progress.kind === "pending") {
      const { promise } = progress;
      const same = waiting?.kind === "pending" && waiting.promise === promise;
      context.waiting = same ? waiting : { kind: "pending", promise, starting: this.#starting };
      if (engine.established && !this.#renegotiating12) {
        const answer = this.#emitAlert(alert, status.SEC_E_OK);
        if (context.aborted) context.giveUp();
        // A server that is shown a certificate goes on to read, for which it must know what to think of it.
        else if (engine.connected) context.stopWaiting();
        return answer;
      }
    }
    const answer = this.#emitAlert(alert, status.SEC_E_CONTEXT_EXPIRED);
    context.giveUp();
    return answer;
  }

  /** A renegotiation of TLS 1.2, which cannot go on when our direction is closed. */
  get #renegotiating12(): boolean {
    const { engine } = this.#context;
    return engine.renegotiating && engine.facts.version === TLS12;
  }

  /** A control token's alert; the input is ignored. */
  #emitAlert({ level, description }: ArmedAlert, code: status.SECURITY_STATUS): Answer {
    const context = this.#context;
    const { engine } = context;
    if (!engine.writeClosed) {
      const length =
        engine.outputLength +
        engine.streamSizes().header +
        ALERT_LENGTH +
        engine.trailerLength(ALERT_LENGTH);
      if (!this.#output.fits(this.#output.token, length)) this.#noRoom(length);
      engine.sendAlert(level, description);
    }
    context.armed = null;
    if (
      description === AlertDescription.no_renegotiation &&
      context.unanswered === "renegotiation"
    ) {
      context.unanswered = null;
    }
    this.#output.write(this.#output.token, engine);
    return this.#answer(code);
  }

  /** Our KeyUpdate. The input is not touched: all of it comes back as EXTRA. */
  #emitKeyUpdate(
    { requestPeer }: Extract<Armed, { kind: "key-update" }>,
    input: HandshakeInput,
  ): Answer {
    const context = this.#context;
    const { engine } = context;
    if (input.bytes.length > 0 && input.spare === null) {
      refuse(
        status.SEC_E_INVALID_TOKEN,
        "NoPlaceForExtra",
        "the armed KeyUpdate leaves the input for later, and no EMPTY input buffer can show it",
      );
    }
    if (engine.connected && !engine.writeClosed) {
      const length =
        engine.streamSizes().header + KEY_UPDATE_LENGTH + engine.trailerLength(KEY_UPDATE_LENGTH);
      if (!this.#output.fits(this.#output.token, length)) this.#noRoom(length);
      engine.updateKeys(requestPeer);
    }
    context.armed = null;
    this.#output.write(this.#output.token, engine);
    if (input.spare !== null && input.bytes.length > 0) reportExtra(input.spare, input.bytes, 0);
    context.delivered();
    return this.#answer(status.SEC_E_OK);
  }

  /** After our close_notify the handshake cannot go on, after a fatal alert nothing can (reference 4.1, A7). */
  #refuseAfterClose(input: HandshakeInput): void {
    const { engine, aborted } = this.#context;
    if (!engine.writeClosed || input.bytes.length === 0) return;
    // The peer's data after an established handshake is still read (RFC 8446 §6.1).
    if (aborted || !engine.established || this.#renegotiating12) {
      refuse(
        status.SEC_E_CONTEXT_EXPIRED,
        "ClosedByUs",
        "a close_notify or a fatal alert was sent: the handshake cannot go on",
      );
    }
  }

  #noRoom(length: number): never {
    return refuse(
      status.SEC_E_INSUFFICIENT_MEMORY,
      "NoRoom",
      `the output needs ${length} bytes; repeat the call with a larger buffer or ALLOCATE_MEMORY`,
    );
  }

  #answer(code: status.SECURITY_STATUS): Answer {
    const context = this.#context;
    const failed = status.isFailure(code) && code !== status.SEC_E_INCOMPLETE_MESSAGE;
    const { contextAttr } = context;
    const expiry = code === status.SEC_E_OK ? context.expiry() : NO_TIME;
    const error = failed ? lastError(context) : null;
    return error === null
      ? { status: code, context, contextAttr, expiry }
      : { status: code, context, contextAttr, expiry, error };
  }
}
