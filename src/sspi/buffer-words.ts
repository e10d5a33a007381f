/**
 * Buffer arrays in words: what was given, where a function cannot use it.
 */
import * as types from "./buffer-types.ts";
import { SecBuffer } from "./sec-buffer.ts";
import { inWords } from "./value-words.ts";

/** Buffers that a message lists. */
const MAX_LISTED = 8;

const NAMES: Readonly<Record<number, string>> = {
  [types.SECBUFFER_EMPTY]: "EMPTY",
  [types.SECBUFFER_DATA]: "DATA",
  [types.SECBUFFER_TOKEN]: "TOKEN",
  [types.SECBUFFER_MISSING]: "MISSING",
  [types.SECBUFFER_EXTRA]: "EXTRA",
  [types.SECBUFFER_STREAM_TRAILER]: "STREAM_TRAILER",
  [types.SECBUFFER_STREAM_HEADER]: "STREAM_HEADER",
  [types.SECBUFFER_PADDING]: "PADDING",
  [types.SECBUFFER_STREAM]: "STREAM",
  [types.SECBUFFER_ALERT]: "ALERT",
  [types.SECBUFFER_APPLICATION_PROTOCOLS]: "APPLICATION_PROTOCOLS",
};

/** A descriptor and its buffers, for example "STREAM_HEADER, DATA (cbBuffer 20 exceeds the 10 bytes of pvBuffer)". */
export function buffersInWords(message: unknown): string {
  const fault = descriptorFault(message);
  if (fault !== null) return fault;
  const { pBuffers, ulVersion } = message as { pBuffers: readonly SecBuffer[]; ulVersion: unknown };
  if (ulVersion !== types.SECBUFFER_VERSION) return `ulVersion ${inWords(ulVersion)}`;
  if (pBuffers.length === 0) return "no buffer";
  const listed = pBuffers.slice(0, MAX_LISTED).map(bufferInWords).join(", ");
  return pBuffers.length > MAX_LISTED
    ? `${listed} and ${pBuffers.length - MAX_LISTED} more`
    : listed;
}

/** Why a value is not a SecBufferDesc whose buffers can be looked at; null: it is one. */
export function descriptorFault(message: unknown): string | null {
  if (message === null || message === undefined) return "no SecBufferDesc";
  const { pBuffers } = message as { pBuffers?: unknown };
  if (!Array.isArray(pBuffers)) return `${inWords(message)} that is not a SecBufferDesc`;
  const at = pBuffers.findIndex((buffer) => !(buffer instanceof SecBuffer));
  return at < 0 ? null : `pBuffers[${at}], ${inWords(pBuffers[at])}, which is not a SecBuffer`;
}

function bufferInWords(buffer: SecBuffer): string {
  const { BufferType } = buffer;
  const name = NAMES[types.bufferType(BufferType)] ?? `type ${inWords(BufferType)}`;
  const access = types.isReadOnly(BufferType) ? "read-only " : "";
  const { fault } = buffer;
  return fault === null ? access + name : `${access}${name} (${fault})`;
}
