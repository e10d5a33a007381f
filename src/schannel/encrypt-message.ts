/**
 * EncryptMessage (reference 2.4) and its alerts by SECQOP_WRAP_OOB_DATA (4.1): header and trailer are written round the
 * caller's data, which is encrypted in place. Every check comes before the first byte is written.
 */
import type { ByteRange } from "../bytes/byte-range.ts";
import { AlertLevel } from "../protocol/alert.ts";
import {
  bufferType,
  isReadOnly,
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
  SECBUFFER_TOKEN,
  SECBUFFER_VERSION,
} from "../sspi/buffer-types.ts";
import { buffersInWords } from "../sspi/buffer-words.ts";
import { SECQOP_WRAP_OOB_DATA } from "../sspi/package-constants.ts";
import type { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
import {
  SEC_E_BUFFER_TOO_SMALL,
  SEC_E_CONTEXT_EXPIRED,
  SEC_E_ENCRYPT_FAILURE,
  SEC_E_INVALID_TOKEN,
  SEC_E_OK,
  SEC_E_OUT_OF_SEQUENCE,
  SEC_E_QOP_NOT_SUPPORTED,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import type { SchannelContext } from "./context.ts";

/** Level and description (reference 4.1, A2). */
const ALERT_LENGTH = 2;

/** One record of application data, or of an alert; in place. */
export function encryptMessage(
  context: SchannelContext,
  fQOP: number,
  message: SecBufferDesc | null,
): SECURITY_STATUS {
  const alert = fQOP === SECQOP_WRAP_OOB_DATA;
  if (fQOP !== 0 && !alert) {
    return context.refused(
      SEC_E_QOP_NOT_SUPPORTED,
      "UnknownQualityOfProtection",
      `fQOP 0x${(fQOP >>> 0).toString(16)} is neither 0 nor SECQOP_WRAP_OOB_DATA`,
    );
  }
  if (message === null || message.ulVersion !== SECBUFFER_VERSION)
    return badBuffers(context, message);
  const buffers = message.pBuffers;
  let header = -1;
  let data = -1;
  let trailer = -1;
  let firstToken = -1;
  let secondToken = -1;
  for (let i = 0; i < buffers.length; i++) {
    const type = (buffers[i] as SecBuffer).BufferType;
    if (isReadOnly(type)) continue;
    switch (bufferType(type)) {
      case SECBUFFER_DATA:
        if (data >= 0) return badBuffers(context, message);
        data = i;
        break;
      case SECBUFFER_STREAM_HEADER:
        if (header < 0) header = i;
        break;
      case SECBUFFER_STREAM_TRAILER:
        if (trailer < 0) trailer = i;
        break;
      case SECBUFFER_TOKEN:
        if (firstToken < 0) firstToken = i;
        else if (secondToken < 0) secondToken = i;
        break;
    }
  }
  // WinInet's form: TOKEN, DATA, TOKEN.
  if (header < 0 && trailer < 0) {
    header = firstToken;
    trailer = secondToken;
  }
  if (header < 0 || data <= header || trailer <= data) return badBuffers(context, message);
  const status = seal(
    context,
    alert,
    message,
    buffers[header] as SecBuffer,
    buffers[data] as SecBuffer,
    buffers[trailer] as SecBuffer,
  );
  if (status === SEC_E_OK) emptySpares(buffers);
  return status;
}

function seal(
  context: SchannelContext,
  alert: boolean,
  message: SecBufferDesc,
  header: SecBuffer,
  data: SecBuffer,
  trailer: SecBuffer,
): SECURITY_STATUS {
  const { engine, pieces } = context;
  const length = data.cbBuffer;
  const content = pieces.data;
  data.locate(content);
  if (!(Number.isInteger(length) && length >= 0 && length <= content.length)) {
    return badBuffers(context, message);
  }
  content.length = length;
  if (alert && !isAlert(content)) {
    return context.refused(
      SEC_E_INVALID_TOKEN,
      "BadAlertData",
      "DATA of SECQOP_WRAP_OOB_DATA must be two bytes: level 1 or 2, and the description",
    );
  }
  if (engine.failure !== null || engine.writeClosed) return expired(context);
  // Records that wait in the engine must leave first, or the peer would see them out of order.
  if (!engine.connected || context.waiting !== null) return tooEarly(context);
  const { sizes } = context;
  if (length > sizes.maximumMessage) {
    return context.refused(
      SEC_E_ENCRYPT_FAILURE,
      "MessageTooLong",
      `DATA has ${length} bytes; a record holds ${sizes.maximumMessage} (cbMaximumMessage)`,
    );
  }
  const headerLength = sizes.header;
  const trailerLength = engine.trailerLength(length);
  const head = pieces.header;
  const tail = pieces.trailer;
  header.locate(head);
  trailer.locate(tail);
  // In this form a count that is not a number leaves no room.
  const roomy =
    Math.min(header.cbBuffer, head.length) >= headerLength &&
    Math.min(trailer.cbBuffer, tail.length) >= trailerLength;
  if (!roomy) {
    return context.refused(
      SEC_E_BUFFER_TOO_SMALL,
      "NoRoom",
      `this record needs ${headerLength} bytes of header and ${trailerLength} of trailer`,
    );
  }
  head.length = headerLength;
  tail.length = trailerLength;
  const sealed = alert ? engine.sealAlert(head, content, tail) : engine.seal(head, content, tail);
  if (!sealed) {
    return context.refused(
      SEC_E_ENCRYPT_FAILURE,
      "KeyUsageLimit",
      "the key protected as many records as it may; requestKeyUpdate and a handshake call renew it (TLS 1.3)",
    );
  }
  context.forgetPieces();
  header.cbBuffer = headerLength;
  trailer.cbBuffer = trailerLength;
  return SEC_E_OK;
}

function isAlert({ memory, start, length }: ByteRange): boolean {
  const level = memory[start];
  return length === ALERT_LENGTH && (level === AlertLevel.Warning || level === AlertLevel.Fatal);
}

/** E6: an EMPTY buffer stays EMPTY, with size 0. */
function emptySpares(buffers: readonly SecBuffer[]): void {
  for (let i = 0; i < buffers.length; i++) {
    const buffer = buffers[i] as SecBuffer;
    if (bufferType(buffer.BufferType) === SECBUFFER_EMPTY) buffer.cbBuffer = 0;
  }
}

function badBuffers(context: SchannelContext, message: SecBufferDesc | null): SECURITY_STATUS {
  return context.refused(
    SEC_E_INVALID_TOKEN,
    "BadBuffers",
    `EncryptMessage wants STREAM_HEADER, one DATA and STREAM_TRAILER (or TOKEN, DATA, TOKEN) in this order; it was given ${buffersInWords(message)}`,
  );
}

function expired(context: SchannelContext): SECURITY_STATUS {
  if (context.failedStatus !== null) return SEC_E_CONTEXT_EXPIRED;
  return context.refused(
    SEC_E_CONTEXT_EXPIRED,
    "ClosedByUs",
    "a close_notify or a fatal alert was sent: nothing can follow it",
  );
}

function tooEarly(context: SchannelContext): SECURITY_STATUS {
  return context.refused(
    SEC_E_OUT_OF_SEQUENCE,
    "HandshakeNotFinished",
    "the handshake, or an exchange after it, is not finished: go on with the handshake function",
  );
}
