/**
 * Whom a reader of an input tells what it found.
 */
import type { Side } from "../wire-keys.ts";

/** Bytes of both sides of a connection, as they are read. */
export interface Conversation {
  /** The memory is used again after the call. */
  bytes(from: Side, bytes: Uint8Array): void;
  /** `length` bytes of a side are missing before the next ones. */
  gap(from: Side, length: number): void;
  /** What a reader has to know of it. */
  note(text: string): void;
  end(): void;
}

export interface InputSink {
  /** @param name which connection, where there can be several; else null */
  open(name: string | null): Conversation;
  keyLog(line: string): void;
  /** What a reader has to know of the whole input. */
  note(text: string): void;
  /** What was told so far can be written. */
  flush(): Promise<void>;
}
