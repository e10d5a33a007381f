/**
 * Secrets that options name: in the text itself, or, so that no other process sees them, in the environment, a file, an open file
 * descriptor, or typed at the terminal.
 */
import { openSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { ReadStream } from "node:tty";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError, UsageError } from "./cli-error.ts";
import { fileError, readText } from "./files.ts";

export const PASSPHRASE_OPTION: OptionRow = {
  name: "passphrase",
  value: "FROM",
  help: "for an encrypted key or PKCS#12 file: env:NAME, file:PATH, fd:N, prompt, pass:TEXT, or the text itself (which other processes can see)",
};

/** Without the end of its line. */
const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? "";

/** The secret that a text names. @throws CliError, UsageError */
export async function readSecret(option: string, text: string): Promise<string> {
  const [, kind, rest = ""] = /^(env|file|fd|pass):([\s\S]*)$/.exec(text) ?? [];
  switch (kind) {
    case "env": {
      const found = process.env[rest];
      if (found === undefined)
        throw new CliError(`${option}: the environment has no variable ${rest}`);
      return found;
    }
    case "file":
      return firstLine(readText(rest));
    case "fd":
      return firstLine(readDescriptor(option, rest));
    case "pass":
      return rest;
    default:
      return text === "prompt" ? prompt(option) : text;
  }
}

/** The value of --passphrase, or null. */
export async function passphraseOf(given: Arguments): Promise<string | null> {
  const text = given.value(PASSPHRASE_OPTION.name);
  return text === null ? null : readSecret("--passphrase", text);
}

function readDescriptor(option: string, text: string): string {
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`${option} fd: wants a number, not "${text}"`);
  try {
    return readFileSync(Number(text), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EBADF" || code === "EINVAL")
      throw new CliError(
        `${option} fd:${text}: descriptor ${text} is not open; open it in the shell: ${text}<FILE`,
      );
    throw fileError(`${option} fd:${text}`, error);
  }
}

/** Asks at the terminal, which shows nothing of the answer. Stdin is left to the session. */
async function prompt(option: string): Promise<string> {
  let file: number;
  try {
    file = openSync("/dev/tty", "r");
  } catch {
    throw new CliError(`${option} prompt: there is no terminal to ask at; use env:, file: or fd:`);
  }
  const terminal = new ReadStream(file);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal, output: silent, terminal: true });
  process.stderr.write("Passphrase: ");
  try {
    return await lines.question("");
  } finally {
    lines.close();
    terminal.destroy();
    process.stderr.write("\n");
  }
}
