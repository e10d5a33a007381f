/**
 * A SessionStore in a file, for `connect --session FILE`: sessions of one run are resumed by the next. The file holds
 * secrets and is made readable for its owner only.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fromHex, toHex } from "../bytes/text.ts";
import { CliError, describeError } from "./cli-error.ts";

interface Entry {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export class SessionFile {
  readonly #path: string;
  readonly #entries: Map<string, Entry>;

  /** @throws CliError if there is a file that was not written by us */
  constructor(path: string) {
    this.#path = path;
    this.#entries = new Map(existsSync(path) ? readEntries(path) : []);
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
    writeFileSync(this.#path, JSON.stringify(Object.fromEntries(this.#entries)), { mode: 0o600 });
  }
}

function readEntries(path: string): [string, Entry][] {
  try {
    const entries = Object.entries(JSON.parse(readFileSync(path, "utf8")) as Record<string, Entry>);
    for (const [, entry] of entries) fromHex(entry.value);
    return entries;
  } catch (error) {
    throw new CliError(
      `${path} is no session file of ours (${describeError(error)}); name another one or delete it`,
    );
  }
}
