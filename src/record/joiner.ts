/**
 * Handshake content of records to whole handshake messages (RFC 8446 §5.1). A message inside one record is a view of
 * it; only one that is spread over several is copied together. Lengths are checked before memory is taken, and each
 * byte is copied a bounded number of times, however small the records are.
 */
import { fail } from "../protocol/failure.ts";
import { handshakeTypeName } from "../protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH } from "../protocol/limits.ts";

/** A whole message, header included in `bytes`. Views of the content that was pushed, or of the joiner's memory. */
export interface JoinedMessage {
  readonly type: number;
  readonly body: Uint8Array;
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

export class Joiner {
  readonly #limit: number;
  #waiting: Uint8Array = NO_BYTES;
  /** Our memory that `#waiting` is the filled end of; null: `#waiting` is a view of one record's content. */
  #memory: Uint8Array | null = null;

  /** @param limit largest message, header not counted */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Something was pushed that is not yet taken: a part of a message, or whole ones. */
  get pending(): boolean {
    return this.#waiting.length > 0;
  }

  /** What waits ends inside a message, or is a part of one. */
  get partial(): boolean {
    const waiting = this.#waiting;
    for (let at = 0; at < waiting.length; ) {
      const [, high = 0, middle = 0, low = 0] = waiting.subarray(at, at + HANDSHAKE_HEADER_LENGTH);
      at += HANDSHAKE_HEADER_LENGTH + ((high << 16) | (middle << 8) | low);
      if (at > waiting.length) return true;
    }
    return false;
  }

  /** Type of the first message that waits, or null. */
  peekType(): number | null {
    return this.#waiting[0] ?? null;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = NO_BYTES;
    this.#memory = null;
  }

  /** Takes the content of a record; the memory must stay as it is until its messages were taken. */
  push(content: Uint8Array): void {
    if (this.#waiting.length === 0) this.#waiting = content;
    else this.#append(content);
    this.#refuseTooLong();
  }

  /** Memory doubles when it is full. What was given out before is a view of the part that is not written again. */
  #append(content: Uint8Array): void {
    const waiting = this.#waiting;
    const length = waiting.length + content.length;
    let memory = this.#memory;
    let start = waiting.byteOffset - (memory?.byteOffset ?? 0);
    if (memory === null || start + length > memory.length) {
      memory = new Uint8Array(2 * length);
      memory.set(waiting);
      this.#memory = memory;
      start = 0;
    }
    memory.set(content, start + waiting.length);
    this.#waiting = memory.subarray(start, start + length);
  }

  /** The next whole message, or null if it is not all there. */
  next(): JoinedMessage | null {
    const waiting = this.#waiting;
    if (waiting.length < HANDSHAKE_HEADER_LENGTH) return null;
    const end = HANDSHAKE_HEADER_LENGTH + this.#bodyLength();
    if (waiting.length < end) return null;
    if (waiting.length === end) this.clear();
    else this.#waiting = waiting.subarray(end);
    this.#refuseTooLong();
    const bytes = waiting.subarray(0, end);
    return { type: bytes[0] as number, body: bytes.subarray(HANDSHAKE_HEADER_LENGTH), bytes };
  }

  #bodyLength(): number {
    const [, high = 0, middle = 0, low = 0] = this.#waiting;
    return (high << 16) | (middle << 8) | low;
  }

  #refuseTooLong(): void {
    if (this.#waiting.length < HANDSHAKE_HEADER_LENGTH) return;
    const length = this.#bodyLength();
    if (length > this.#limit) {
      const name = handshakeTypeName(this.#waiting[0] as number);
      fail(
        "MessageTooLong",
        `${name} of ${length} bytes came, at most ${this.#limit} are allowed (limits.handshakeMessage)`,
      );
    }
  }
}
