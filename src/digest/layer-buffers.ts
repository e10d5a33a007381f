/**
 * The buffers of Digest's messages: DATA, and for what is added PADDING or a second DATA; or STREAM.
 */
import type { MessageBuffers } from "../message/buffers.ts";
import { isReadOnly } from "../sspi/buffer-types.ts";
import type { SecBuffer } from "../sspi/sec-buffer.ts";

export interface Outgoing {
  /** The message, encrypted in place. */
  readonly body: readonly Uint8Array[];
  readonly length: number;
  /** Where what is added goes. */
  readonly rest: SecBuffer;
  readonly name: string;
}

const PAIR = "DATA and a second buffer, PADDING or DATA, of cbMaxSignature + cbBlockSize bytes";

/** @throws Refusal SEC_E_INVALID_TOKEN: the buffers are not those of the page of EncryptMessage (Digest) */
export function outgoing(message: MessageBuffers): Outgoing {
  const { padding } = message;
  const data = writableData(message);
  const last = data.at(-1);
  const rest = padding ?? last;
  const body = padding === null ? data.slice(0, -1) : data;
  if (rest === undefined || body.length === 0) return message.refuse(PAIR);
  let length = 0;
  for (const { cbBuffer } of body) length += cbBuffer;
  const name = padding === null ? "second DATA" : "PADDING";
  return { body: body.map(({ bytes }) => bytes), length, rest, name };
}

/** The parts of a packet in order. @throws Refusal SEC_E_INVALID_TOKEN */
export function incoming(message: MessageBuffers): readonly SecBuffer[] {
  const { stream, padding } = message;
  if (stream !== null) {
    if (isReadOnly(stream.BufferType)) return message.refuse("a STREAM buffer that can be written");
    return [stream];
  }
  const data = writableData(message);
  if (data.length === 0) return message.refuse("DATA or STREAM");
  if (padding === null) return data;
  if (isReadOnly(padding.BufferType)) return message.refuse("PADDING that can be written");
  return [...data, padding];
}

/** Signed-only data is signed by auth-int; encrypted packets have no place for it. */
function writableData(message: MessageBuffers): readonly SecBuffer[] {
  if (message.token !== null) message.refuse("no TOKEN: what is added goes behind DATA");
  if (message.data.some(({ writable, checked }) => checked && !writable)) {
    message.refuse("DATA without READONLY_WITH_CHECKSUM");
  }
  return message.data.filter(({ writable }) => writable).map(({ buffer }) => buffer);
}

export interface SignatureBuffers {
  readonly signed: readonly Uint8Array[];
  readonly token: SecBuffer;
  readonly name: string;
}

/** DATA and, for the signature, TOKEN or PADDING. @throws Refusal SEC_E_INVALID_TOKEN */
export function signatureOf(message: MessageBuffers): SignatureBuffers {
  const data = message.neededData();
  const token = message.token ?? message.padding ?? message.refuse("TOKEN, or PADDING");
  return {
    signed: data.filter(({ checked }) => checked).map(({ bytes }) => bytes),
    token,
    name: message.token === null ? "PADDING" : "TOKEN",
  };
}
