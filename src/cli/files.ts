/**
 * Files that options name. Every failure names the file and what is wrong with it.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { adviceFor, CliError } from "./cli-error.ts";
import { printable } from "./terminal.ts";

/** Larger files are not certificates, keys or key logs. */
const MAX_FILE = 1 << 28;
const STDIN = 0;

/** What went wrong with a file. */
export function fileError(path: string, error: unknown): CliError {
  if (error instanceof CliError) return error;
  const why = adviceFor(error) ?? (error instanceof Error ? error.message : String(error));
  return new CliError(`${printable(path)}: ${why}`);
}

/** Bytes of a file; "-" is stdin. @throws CliError with its name and what is wrong with it */
export function readBytes(path: string): Uint8Array {
  try {
    return path === "-" ? readAll(STDIN) : readFile(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

function readFile(path: string): Uint8Array {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size > MAX_FILE) throw new CliError(`${path}: ${size} bytes are too many for such a file`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function readAll(file: number): Uint8Array {
  const parts: Buffer[] = [];
  const memory = Buffer.alloc(1 << 16);
  let total = 0;
  for (;;) {
    const count = readOnce(file, memory);
    if (count === 0) return Buffer.concat(parts);
    total += count;
    if (total > MAX_FILE) throw new CliError("stdin: it is too long");
    parts.push(Buffer.from(memory.subarray(0, count)));
  }
}

/** Pipes that do not block answer EAGAIN until something is there. */
function readOnce(file: number, memory: Buffer): number {
  for (;;)
    try {
      return readSync(file, memory);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
}

/** Text of a file in UTF-8, with or without a mark. @throws CliError; for UTF-16, which nothing here writes */
export function readText(path: string): string {
  const bytes = readBytes(path);
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new CliError(`${path}: it is text in UTF-16; convert it: iconv -f UTF-16 -t UTF-8`);
  return new TextDecoder().decode(bytes);
}
