/**
 * DecryptMessage (reference 2.5): exactly one record per call, in place; the slots of the caller's array become header,
 * data, trailer and EXTRA as views of the caller's own memory. With `decryptToNewMemory` data is in memory of its own.
 */

import { toUint8Array } from "../bytes/byte-arrays.ts";
import { ContentType } from "../protocol/content-type.ts";
import type { TlsFailure } from "../protocol/failure.ts";
import {
  bufferType,
  isReadOnly,
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_MISSING,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
  SECBUFFER_VERSION,
} from "../sspi/buffer-types.ts";
import { buffersInWords } from "../sspi/buffer-words.ts";
import type { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
import {
  SEC_E_CONTEXT_EXPIRED,
  SEC_E_INCOMPLETE_MESSAGE,
  SEC_E_INVALID_TOKEN,
  SEC_E_OK,
  SEC_E_OUT_OF_SEQUENCE,
  SEC_I_CONTEXT_EXPIRED,
  SEC_I_RENEGOTIATE,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import type { SchannelContext } from "./context.ts";
import { failureStatus } from "./failure-status.ts";

/** Buffers that DecryptMessage is given: data, and three for what comes out. */
const MIN_BUFFERS = 4;

/** Opens the record at the start of DATA. */
export function decryptMessage(
  context: SchannelContext,
  message: SecBufferDesc | null,
): SECURITY_STATUS {
  if (message === null || message.ulVersion !== SECBUFFER_VERSION)
    return badBuffers(context, message);
  const buffers = message.pBuffers;
  let data: SecBuffer | null = null;
  let first: SecBuffer | null = null;
  let second: SecBuffer | null = null;
  let third: SecBuffer | null = null;
  for (let i = 0; i < buffers.length; i++) {
    const buffer = buffers[i] as SecBuffer;
    const type = bufferType(buffer.BufferType);
    if (type === SECBUFFER_DATA && !isReadOnly(buffer.BufferType)) {
      if (data !== null) return badBuffers(context, message);
      data = buffer;
    } else if (type === SECBUFFER_EMPTY) {
      if (first === null) first = buffer;
      else if (second === null) second = buffer;
      else if (third === null) third = buffer;
    }
  }
  if (
    buffers.length < MIN_BUFFERS ||
    data === null ||
    first === null ||
    second === null ||
    third === null
  ) {
    return badBuffers(context, message);
  }
  return decrypt(context, message, data, first, second, third);
}

function decrypt(
  context: SchannelContext,
  message: SecBufferDesc,
  data: SecBuffer,
  first: SecBuffer,
  second: SecBuffer,
  third: SecBuffer,
): SECURITY_STATUS {
  const { engine } = context;
  const memory = toUint8Array(data.pvBuffer ?? NO_BYTES);
  const size = data.cbBuffer;
  if (!(Number.isInteger(size) && size >= 0 && size <= memory.length))
    return badBuffers(context, message);
  const input = memory.length === size ? memory : memory.subarray(0, size);
  const refusal = notNow(context, input);
  if (refusal !== SEC_E_OK) return refusal;
  const framing = engine.frame(input);
  if (framing.kind === "incomplete") {
    data.BufferType = SECBUFFER_MISSING;
    data.cbBuffer = framing.missing;
    first.BufferType = SECBUFFER_MISSING;
    first.cbBuffer = framing.missing;
    return SEC_E_INCOMPLETE_MESSAGE;
  }
  if (framing.kind === "refused") {
    // The handshake side makes the refusal final and prepares the alert.
    engine.receive(input);
    return failed(context, engine.failure ?? framing.failure);
  }
  const end = framing.length;
  const record = size === end ? input : input.subarray(0, end);
  const inPlace = context.credential.options.decryptToNewMemory !== true;
  const opened = engine.open(record, inPlace);
  const plaintext = opened.memory;
  // The object stays, the memory is the caller's.
  opened.memory = NO_BYTES;
  let status: SECURITY_STATUS = SEC_E_OK;
  switch (opened.kind) {
    case "data":
    case "warning":
      break;
    case "closed":
      status = SEC_I_CONTEXT_EXPIRED;
      break;
    case "renegotiate":
      context.unanswered = "renegotiation";
      status = SEC_I_RENEGOTIATE;
      break;
    case "failed":
      return opened.failure === null ? SEC_E_OUT_OF_SEQUENCE : failed(context, opened.failure);
    case "post-handshake": {
      const handled = context.credential.options.transparentPostHandshake === true;
      const answer = handled ? receiveTransparently(context, input) : SEC_I_RENEGOTIATE;
      if (answer === SEC_I_RENEGOTIATE) {
        context.unanswered = "post-handshake";
        // S9: nothing of the record was used up, so all of it and what follows is EXTRA.
        showRecord(data, first, second, third, input, 0, 0, 0);
        return SEC_I_RENEGOTIATE;
      }
      if (answer !== SEC_E_OK) return answer;
      showRecord(data, first, second, third, input, 0, 0, end);
      return SEC_E_OK;
    }
  }
  showRecord(data, first, second, third, input, opened.start, opened.length, end);
  if (!inPlace) first.show(plaintext, opened.offset, opened.length);
  return status;
}

const NO_BYTES = new Uint8Array(0);

/** SEC_E_OK if a record may be opened now. */
function notNow(context: SchannelContext, input: Uint8Array): SECURITY_STATUS {
  const { engine } = context;
  if (engine.failure !== null) return SEC_E_CONTEXT_EXPIRED;
  if (engine.peerClosed || context.aborted) {
    return context.refused(
      SEC_E_CONTEXT_EXPIRED,
      "Closed",
      "the peer sent close_notify, or a fatal alert was sent: nothing can follow",
    );
  }
  if (context.unanswered !== null) {
    return context.refused(
      SEC_E_CONTEXT_EXPIRED,
      "RenegotiationUnanswered",
      "SEC_I_RENEGOTIATE was answered: give the EXTRA bytes to the handshake function first",
    );
  }
  // While both sides renegotiate, data that was under way may still come.
  const interleaved = engine.renegotiating && input[0] === ContentType.ApplicationData;
  if (!engine.connected && !interleaved) {
    return context.refused(
      SEC_E_OUT_OF_SEQUENCE,
      "HandshakeNotFinished",
      "the handshake is not finished: go on with the handshake function",
    );
  }
  return SEC_E_OK;
}

/**
 * Lets the engine take a post-handshake record at once. If something must be sent for it (a KeyUpdate that asks for
 * ours) or waited for, the caller has to come to the handshake function all the same, because a decrypt call has no
 * output and our next record must not overtake the answer: the record counts as absorbed, and the repeated bytes are
 * skipped there.
 */
function receiveTransparently(context: SchannelContext, input: Uint8Array): SECURITY_STATUS {
  const { engine } = context;
  const progress = engine.receive(input);
  const taken = input.subarray(0, progress.kind === "incomplete" ? 0 : progress.consumed);
  switch (progress.kind) {
    case "continue":
    case "done":
      if (engine.outputLength === 0) return SEC_E_OK;
      context.absorb(taken, { kind: "deliver", progress });
      return SEC_I_RENEGOTIATE;
    case "pending":
      context.absorb(taken, { kind: "pending", promise: progress.promise, starting: false });
      return SEC_I_RENEGOTIATE;
    case "failed":
      return failed(context, progress.failure);
    default:
      return SEC_I_RENEGOTIATE;
  }
}

/** The array after a record: header, data, trailer, and the tail of the input that lies behind `end`. */
function showRecord(
  data: SecBuffer,
  first: SecBuffer,
  second: SecBuffer,
  third: SecBuffer,
  input: Uint8Array,
  start: number,
  length: number,
  end: number,
): void {
  data.BufferType = SECBUFFER_STREAM_HEADER;
  data.show(input, 0, start);
  first.BufferType = SECBUFFER_DATA;
  first.show(input, start, length);
  second.BufferType = SECBUFFER_STREAM_TRAILER;
  second.show(input, start + length, end - start - length);
  if (end < input.length) {
    third.BufferType = SECBUFFER_EXTRA;
    third.show(input, end, input.length - end);
  }
}

/** The alert, if one is owed, leaves by the next handshake call. */
function failed(context: SchannelContext, failure: TlsFailure): SECURITY_STATUS {
  const received = context.engine.alertReceived?.description ?? null;
  const status = failureStatus(failure, received, "message");
  context.failed(failure, status);
  context.alertOwed = "token";
  return status;
}

function badBuffers(context: SchannelContext, message: SecBufferDesc | null): SECURITY_STATUS {
  return context.refused(
    SEC_E_INVALID_TOKEN,
    "BadBuffers",
    `DecryptMessage wants four buffers or more: one DATA, at least three EMPTY; it was given ${buffersInWords(message)}`,
  );
}
