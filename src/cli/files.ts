/**
 * Files that options name.
 */
import { readFileSync } from "node:fs";
import { adviceFor, CliError } from "./cli-error.ts";

/** Bytes of a file. @throws CliError with its name and what is wrong with it */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new CliError(`${path}: ${adviceFor(error) ?? String(error)}`);
  }
}

/** Text of a file in UTF-8. @throws CliError */
export function readText(path: string): string {
  return new TextDecoder().decode(readBytes(path));
}
