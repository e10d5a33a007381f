/**
 * The buffers of a message, found by type in any place: TOKEN, PADDING, STREAM and any number of DATA, of which some may be
 * read-only, with a checksum or without (reference 1.1, 1.2), and PKG_PARAMS.
 */

import { toUint8Array } from "../bytes/byte-arrays.ts";
import * as types from "../sspi/buffer-types.ts";
import { bufferType, isReadOnly, SECBUFFER_VERSION } from "../sspi/buffer-types.ts";
import { buffersInWords } from "../sspi/buffer-words.ts";
import { refuse } from "../sspi/refusal.ts";
import type { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
import { SEC_E_BUFFER_TOO_SMALL, SEC_E_INVALID_TOKEN } from "../sspi/security-status.ts";

/** The SSPI functions for messages, by the names in their messages. */
export type MessageFunction =
  | "encryptMessage"
  | "decryptMessage"
  | "makeSignature"
  | "verifySignature";

/** One DATA buffer. */
export interface DataPart {
  readonly buffer: SecBuffer;
  /** Its first `cbBuffer` bytes, a view. */
  readonly bytes: Uint8Array;
  /** False: READONLY or READONLY_WITH_CHECKSUM. It is neither encrypted nor written. */
  readonly writable: boolean;
  /** False: plain READONLY, which no checksum covers but that of NTLM's extended session security. */
  readonly checked: boolean;
}

/** What a message is made of; buffers of other types are left alone. */
export class MessageBuffers {
  readonly call: MessageFunction;
  /** The first of its type; a second is refused. */
  readonly token: SecBuffer | null;
  readonly padding: SecBuffer | null;
  readonly stream: SecBuffer | null;
  /** In the order of the descriptor. */
  readonly data: readonly DataPart[];
  /** The contents of PKG_PARAMS in their order. */
  readonly parameters: readonly Uint8Array[];
  readonly #words: () => string;

  /**
   * @param call for messages
   * @throws Refusal SEC_E_INVALID_TOKEN: there is no descriptor, or a buffer cannot be used
   */
  constructor(call: MessageFunction, message: SecBufferDesc | null) {
    this.call = call;
    this.#words = () => buffersInWords(message);
    if (message === null || message.ulVersion !== SECBUFFER_VERSION) this.refuse("a SecBufferDesc");
    let token: SecBuffer | null = null;
    let padding: SecBuffer | null = null;
    let stream: SecBuffer | null = null;
    const data: DataPart[] = [];
    const parameters: Uint8Array[] = [];
    for (const buffer of message.pBuffers) {
      if (buffer.fault !== null) this.refuse("buffers with memory for their cbBuffer");
      switch (bufferType(buffer.BufferType)) {
        case types.SECBUFFER_DATA:
          data.push(dataPart(buffer));
          break;
        case types.SECBUFFER_TOKEN:
          if (token !== null) this.refuse("one TOKEN");
          token = buffer;
          break;
        case types.SECBUFFER_PADDING:
          if (padding !== null) this.refuse("at most one PADDING");
          padding = buffer;
          break;
        case types.SECBUFFER_STREAM:
          if (stream !== null) this.refuse("at most one STREAM");
          stream = buffer;
          break;
        case types.SECBUFFER_PKG_PARAMS:
          parameters.push(buffer.bytes);
          break;
        default:
          break;
      }
    }
    this.parameters = parameters;
    this.token = token;
    this.padding = padding;
    this.stream = stream;
    this.data = data;
  }

  /** TOKEN, which a package needs. @throws Refusal SEC_E_INVALID_TOKEN: there is none */
  neededToken(): SecBuffer {
    return this.token ?? this.refuse("a TOKEN buffer");
  }

  /** The DATA buffers. @throws Refusal SEC_E_INVALID_TOKEN: there is none */
  neededData(): readonly DataPart[] {
    return this.data.length > 0 ? this.data : this.refuse("a DATA buffer");
  }

  /**
   * Checks before anything is written that a buffer can take `length` bytes.
   * @throws Refusal SEC_E_INVALID_TOKEN: it is read-only; SEC_E_BUFFER_TOO_SMALL
   */
  reserve(buffer: SecBuffer, length: number, name: string): void {
    if (isReadOnly(buffer.BufferType)) this.refuse(`a ${name} buffer that can be written`);
    if (buffer.cbBuffer >= length) return;
    refuse(
      SEC_E_BUFFER_TOO_SMALL,
      "NoRoom",
      `${this.call}: the ${name} buffer has ${buffer.cbBuffer} bytes, and ${length} are needed; SECPKG_ATTR_SIZES has the sizes`,
    );
  }

  /** Refuses the buffers. @param wanted completes "it needs …" */
  refuse(wanted: string): never {
    return refuse(
      SEC_E_INVALID_TOKEN,
      "BadBuffers",
      `${this.call} needs ${wanted}; it was given ${this.#words()}`,
    );
  }
}

function dataPart(buffer: SecBuffer): DataPart {
  const { BufferType, bytes } = buffer;
  const checked = (BufferType & types.SECBUFFER_READONLY_WITH_CHECKSUM) !== 0;
  const readOnly = isReadOnly(BufferType);
  return { buffer, bytes: toUint8Array(bytes), writable: !readOnly, checked: checked || !readOnly };
}

/** Writes `bytes` to the start of a buffer that was reserved, and their number to `cbBuffer`. */
export function fill(buffer: SecBuffer, bytes: Uint8Array): void {
  buffer.pvBuffer?.set(bytes);
  buffer.cbBuffer = bytes.length;
}

/**
 * Where a stream's plaintext is: the first writable DATA buffer shows the part of STREAM's memory that `at` and `length`
 * describe. Nothing is copied.
 */
export function showPlaintext(message: MessageBuffers, at: number, length: number): void {
  const target = message.data.find(({ writable }) => writable)?.buffer;
  const memory = message.stream?.bytes;
  if (target === undefined || memory === undefined) message.refuse("STREAM and DATA");
  target.show(memory, at, length);
}
