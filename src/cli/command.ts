/**
 * What a command is: its options, and what it does. `main.ts` reads the arguments and writes the help.
 */
import type { Arguments, OptionRow } from "./arguments.ts";

/** Where a command reads and writes. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Command {
  /** Without --help, which every command has. */
  readonly options: readonly OptionRow[];
  /** Resolves with the exit status. @throws CliError */
  run(given: Arguments, streams: Streams): Promise<number>;
}
