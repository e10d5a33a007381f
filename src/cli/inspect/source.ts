/**
 * A file or stdin in pieces, with progress on a terminal for those that take a while.
 */
import { createReadStream, statSync } from "node:fs";
import type { Streams } from "../command.ts";
import { fileError } from "../files.ts";

export interface Source {
  /** For messages. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

const PIECE = 1 << 18;
/** Files below this are read faster than anybody looks. */
const WORTH_PROGRESS = 1 << 25;
const PROGRESS_EVERY_MS = 250;

/** @param path a file, or "-" for stdin. @throws CliError, from the iteration too */
export function openSource(path: string, streams: Streams): Source {
  if (path === "-") return { name: "stdin", chunks: streams.stdin as AsyncIterable<Uint8Array> };
  return { name: path, chunks: fileChunks(path, streams) };
}

async function* fileChunks(path: string, streams: Streams): AsyncGenerator<Uint8Array> {
  try {
    const { size } = statSync(path);
    const progress = progressOf(size, streams);
    let read = 0;
    for await (const piece of createReadStream(path, { highWaterMark: PIECE })) {
      yield piece as Uint8Array;
      read += (piece as Uint8Array).length;
      progress.show(read);
    }
    progress.end();
  } catch (error) {
    throw fileError(path, error);
  }
}

interface Progress {
  show(read: number): void;
  end(): void;
}

function progressOf(size: number, { stdout, stderr }: Streams): Progress {
  if (size < WORTH_PROGRESS || !stderr.isTTY || stdout.isTTY)
    return { show: () => {}, end: () => {} };
  let last = Date.now();
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return {
    show: (read) => {
      if (Date.now() - last < PROGRESS_EVERY_MS) return;
      last = Date.now();
      const share = Math.floor((100 * read) / size);
      stderr.write(`\r${share} % (${megabytes(read)} of ${megabytes(size)} MB)`);
    },
    end: () => stderr.write("\r\u001b[K"),
  };
}
