/**
 * A SessionStore in a file, for `connect --session FILE`: sessions of one run are resumed by the next. The file holds
 * secrets and is for its owner only.
 */
import { closeSync, readFileSync } from "node:fs";
import { fromHex, toHex } from "../bytes/text.ts";
import { CliError, describeError } from "./cli-error.ts";
import { fileError } from "./files.ts";
import { openSecretFile, writeSecretFile } from "./secret-file.ts";

interface Entry {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export class SessionFile {
  readonly #path: string;
  readonly #entries: Map<string, Entry>;
  readonly #warn: (text: string) => void;
  #failed = false;

  /**
   * @param warn told once if the file cannot be written later
   * @throws CliError if it cannot be written, others may read it, or it was not written by us
   */
  constructor(path: string, warn: (text: string) => void) {
    this.#path = path;
    this.#warn = warn;
    closeSync(openSecretFile(path));
    this.#entries = new Map(readEntries(path));
  }

  get(key: string): Uint8Array | null {
    const entry = this.#entries.get(key);
    return entry === undefined || entry.expires <= Date.now() ? null : fromHex(entry.value);
  }

  set(key: string, value: Uint8Array, lifetimeSeconds: number): void {
    this.#entries.set(key, { value: toHex(value), expires: Date.now() + 1000 * lifetimeSeconds });
    this.#write();
  }

  delete(key: string): void {
    if (this.#entries.delete(key)) this.#write();
  }

  #write(): void {
    const now = Date.now();
    for (const [key, { expires }] of this.#entries) if (expires <= now) this.#entries.delete(key);
    try {
      writeSecretFile(this.#path, JSON.stringify(Object.fromEntries(this.#entries)));
    } catch (error) {
      if (!this.#failed)
        this.#warn(`the session is not kept: ${fileError(this.#path, error).message}`);
      this.#failed = true;
    }
  }
}

/** A file that was just made is empty. */
function readEntries(path: string): [string, Entry][] {
  try {
    const text = readFileSync(path, "utf8");
    if (text === "") return [];
    const entries = Object.entries(JSON.parse(text) as Record<string, Entry>);
    for (const [, entry] of entries) fromHex(entry.value);
    return entries;
  } catch (error) {
    throw new CliError(
      `${path} is not one of our session files (${error instanceof SyntaxError ? "it is not JSON" : describeError(error)}); name another one or delete it`,
    );
  }
}
