/**
 * Files that secrets are written to: made for their owner alone, and refused where others can read them already.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { adviceFor, CliError } from "./cli-error.ts";

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const { O_APPEND, O_CREAT, O_WRONLY } = constants;

/**
 * Opens a file to append to. What is not a regular file (a pipe, a terminal) has no mode that counts.
 * @returns the descriptor
 * @throws CliError it cannot be written, or its mode is wider than 600
 */
export function openSecretFile(path: string): number {
  let file: number;
  try {
    file = openSync(path, O_APPEND | O_CREAT | O_WRONLY, OWNER_ONLY);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const why = isMissing ? "its folder does not exist" : (adviceFor(error) ?? String(error));
    throw new CliError(`${path} cannot be written: ${why}`);
  }
  const status = fstatSync(file);
  // Windows has no modes: what Node says there is made up.
  if (process.platform === "win32" || !status.isFile() || (status.mode & OTHERS) === 0) return file;
  closeSync(file);
  const mode = (status.mode & 0o777).toString(8);
  throw new CliError(
    `${path} has mode ${mode}, and secrets are to be written to it: others could read them. Run "chmod 600 ${path}", or name another file`,
  );
}

/** Replaces what is in the file. @throws CliError as `openSecretFile` */
export function writeSecretFile(path: string, text: string): void {
  const file = openSecretFile(path);
  try {
    ftruncateSync(file);
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}
