/**
 * A SessionStore in a file, for `connect --session FILE`: sessions of one run are resumed by the next. The file holds
 * secrets and is made readable for its owner only.
 */
import { closeSync, existsSync, readFileSync } from "node:fs";
import { fromHex, toHex } from "../bytes/text.ts";
import { CliError, describeError } from "./cli-error.ts";
import { openSecretFile, writeSecretFile } from "./secret-file.ts";

interface Entry {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export class SessionFile {
  readonly #path: string;
  readonly #entries: Map<string, Entry>;

  /** @throws CliError if there is a file that was not written by us, or that others can read */
  constructor(path: string) {
    this.#path = path;
    const exists = existsSync(path);
    this.#entries = new Map(exists ? readEntries(path) : []);
    if (exists) closeSync(openSecretFile(path));
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
    writeSecretFile(this.#path, JSON.stringify(Object.fromEntries(this.#entries)));
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
