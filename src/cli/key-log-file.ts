/**
 * The key log of --keylog FILE, or of SSLKEYLOGFILE: lines are appended, and what goes wrong is said once.
 */
import { writeSync } from "node:fs";
import type { Arguments, OptionRow } from "./arguments.ts";
import type { Streams } from "./command.ts";
import { fileError } from "./files.ts";
import { openSecretFile } from "./secret-file.ts";

export const KEYLOG_OPTION: OptionRow = {
  name: "keylog",
  value: "FILE",
  help: "append the session's secrets (NSS key log form); default: what SSLKEYLOGFILE names",
};

/** Takes lines; null: nobody wants them. @throws CliError if the file cannot be written, or others can read it */
export function keyLogWriter(given: Arguments, streams: Streams): ((line: string) => void) | null {
  const path = given.value(KEYLOG_OPTION.name) ?? (streams.environment["SSLKEYLOGFILE"] || null);
  if (path === null) return null;
  const file = openSecretFile(path);
  let failed = false;
  return (line) => {
    if (failed) return;
    try {
      writeSync(file, `${line}\n`);
    } catch (error) {
      failed = true;
      streams.stderr.write(
        `warning: the key log is not complete: ${fileError(path, error).message}\n`,
      );
    }
  };
}
