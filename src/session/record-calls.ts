/**
 * EncryptMessage and DecryptMessage over runs of records: data is copied once, to its place between header and trailer,
 * and a run of records is one piece of memory. The buffer objects are used again and again.
 */
import { type ByteRange, rangeOf } from "../bytes/byte-range.ts";
import { SECPKG_ATTR_STREAM_SIZES } from "../sspi/attributes.ts";
import {
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
} from "../sspi/buffer-types.ts";
import type { ContextHandle } from "../sspi/handles.ts";
import { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
import {
  SEC_E_ENCRYPT_FAILURE,
  SEC_E_INTERNAL_ERROR,
  SEC_E_OK,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import type { SessionFunctions } from "./handshake-calls.ts";
import type { PlaintextQueue } from "./plaintext-queue.ts";

const NO_BYTES = new Uint8Array(0);

/** What DecryptMessage made of the head of the input. */
export interface Opened {
  status: SECURITY_STATUS;
  /** Plaintext, in the input or in new memory; empty: none. */
  readonly data: ByteRange;
  /** Bytes at the end of the input that belong to the next call. */
  rest: number;
  /** For SEC_E_INCOMPLETE_MESSAGE: bytes still wanted. */
  missing: number;
}

export class RecordCalls {
  readonly #functions: SessionFunctions;
  readonly #allocate: (length: number) => Uint8Array;
  #maxFragment = Number.POSITIVE_INFINITY;
  #headerLength = 0;
  #trailerLength = 0;
  #maximum = 0;

  readonly #header = new SecBuffer(SECBUFFER_STREAM_HEADER);
  readonly #data = new SecBuffer(SECBUFFER_DATA);
  readonly #trailer = new SecBuffer(SECBUFFER_STREAM_TRAILER);
  readonly #sealing = new SecBufferDesc([this.#header, this.#data, this.#trailer]);

  readonly #slots = [0, 1, 2, 3].map(() => new SecBuffer(SECBUFFER_EMPTY));
  readonly #opening = new SecBufferDesc(this.#slots);
  readonly #opened: Opened = { status: SEC_E_OK, data: rangeOf(NO_BYTES), rest: 0, missing: 0 };

  constructor(functions: SessionFunctions, allocate: (length: number) => Uint8Array) {
    this.#functions = functions;
    this.#allocate = allocate;
  }

  set maxFragment(bytes: number) {
    this.#maxFragment = bytes;
  }

  /** Asks for the sizes of this session's records; to be called when the handshake is finished. */
  measure(context: ContextHandle | null): void {
    const { value } = this.#functions.queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES);
    if (value === undefined) return;
    this.#headerLength = value.cbHeader;
    this.#trailerLength = value.cbTrailer;
    this.#maximum = value.cbMaximumMessage;
  }

  /**
   * Seals the first `limit` bytes of `queue` in one piece of memory.
   * @param renew asked when the key is used up: the record of a key update, or null if there is none
   * @returns the records, or the status of the call that failed
   */
  seal(
    context: ContextHandle | null,
    queue: PlaintextQueue,
    limit: number,
    renew: () => Uint8Array | null,
  ): Uint8Array | SECURITY_STATUS {
    const header = this.#headerLength;
    const fragment = Math.min(this.#maximum, this.#maxFragment);
    let left = Math.min(queue.length, limit);
    if (!(fragment >= 1)) return SEC_E_INTERNAL_ERROR;
    const records = Math.ceil(left / fragment);
    let memory = this.#allocate(left + records * (header + this.#trailerLength));
    let at = 0;
    while (left > 0) {
      const length = Math.min(left, fragment);
      queue.take(memory, at + header, length);
      let code = this.#encrypt(context, memory, at, length);
      if (code === SEC_E_ENCRYPT_FAILURE) {
        const update = renew();
        if (update === null) return code;
        memory = inserted(memory, at, update);
        at += update.length;
        code = this.#encrypt(context, memory, at, length);
      }
      if (code !== SEC_E_OK) return code;
      at += this.#header.cbBuffer + length + this.#trailer.cbBuffer;
      left -= length;
    }
    this.#header.pvBuffer = null;
    this.#data.pvBuffer = null;
    this.#trailer.pvBuffer = null;
    return at === memory.length ? memory : memory.subarray(0, at);
  }

  /** Opens the record at the start of `input`, in place. The answer is overwritten by the next call. */
  open(context: ContextHandle | null, input: Uint8Array): Opened {
    const opened = this.#opened;
    const [first, second, third, fourth] = this.#slots as [
      SecBuffer,
      SecBuffer,
      SecBuffer,
      SecBuffer,
    ];
    first.BufferType = SECBUFFER_DATA;
    first.pvBuffer = input;
    first.cbBuffer = input.length;
    second.BufferType = SECBUFFER_EMPTY;
    third.BufferType = SECBUFFER_EMPTY;
    fourth.BufferType = SECBUFFER_EMPTY;
    fourth.cbBuffer = 0;
    opened.status = this.#functions.decryptMessage(context, this.#opening);
    opened.missing = first.cbBuffer;
    opened.rest = fourth.BufferType === SECBUFFER_EXTRA ? fourth.cbBuffer : 0;
    if (second.BufferType === SECBUFFER_DATA) second.locate(opened.data);
    else opened.data.length = 0;
    first.pvBuffer = null;
    second.pvBuffer = null;
    third.pvBuffer = null;
    fourth.pvBuffer = null;
    return opened;
  }

  #encrypt(
    context: ContextHandle | null,
    memory: Uint8Array,
    at: number,
    length: number,
  ): SECURITY_STATUS {
    const start = at + this.#headerLength;
    const end = start + length;
    const header = this.#header;
    const data = this.#data;
    const trailer = this.#trailer;
    header.show(memory, at, this.#headerLength);
    data.show(memory, start, length);
    trailer.show(memory, end, this.#trailerLength);
    return this.#functions.encryptMessage(context, 0, this.#sealing);
  }
}

/** `memory` with `bytes` put in at `at`. */
function inserted(memory: Uint8Array, at: number, bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(memory.length + bytes.length);
  longer.set(memory.subarray(0, at));
  longer.set(bytes, at);
  longer.set(memory.subarray(at), at + bytes.length);
  return longer;
}
