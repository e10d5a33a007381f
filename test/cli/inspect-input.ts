/**
 * What `inspect` reads out of a file, collected.
 */
import { type Form, readInput as readChunks } from "../../src/cli/inspect/input.ts";
import type { Side } from "../../src/cli/wire-keys.ts";

export interface ReadConversation {
  readonly name: string | null;
  readonly chunks: { readonly from: Side; readonly bytes: Uint8Array }[];
  readonly notes: string[];
  ended: boolean;
}

export interface Input {
  readonly form: Form;
  readonly conversations: readonly ReadConversation[];
  readonly keyLog: readonly string[];
  readonly notes: readonly string[];
}

/** Reads a file, `piece` bytes at a time. */
export async function readInput(file: Uint8Array, piece: number = 1 << 16): Promise<Input> {
  const conversations: ReadConversation[] = [];
  const keyLog: string[] = [];
  const notes: string[] = [];
  const form = await readChunks(pieces(file, piece), {
    open: (name) => {
      const talk: ReadConversation = { name, chunks: [], notes: [], ended: false };
      conversations.push(talk);
      return {
        bytes: (from, bytes) => talk.chunks.push({ from, bytes: bytes.slice() }),
        gap: (from, length) => talk.notes.push(`gap of ${length} bytes of the ${from}`),
        note: (text) => talk.notes.push(text),
        end: () => {
          talk.ended = true;
        },
      };
    },
    keyLog: (line) => keyLog.push(line),
    note: (text) => notes.push(text),
    flush: async () => {},
  });
  return { form, conversations, keyLog, notes };
}

async function* pieces(file: Uint8Array, piece: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += piece) yield file.slice(at, at + piece);
}
