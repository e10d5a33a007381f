/**
 * A command of the command line in this process: for tests that run many.
 */
import { PassThrough } from "node:stream";
import { parseArguments } from "../../src/cli/arguments.ts";
import type { Command } from "../../src/cli/command.ts";

export interface Ran {
  /** Exit status, or null: it threw. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly error: unknown;
}

/** Runs it to its end; stdin is empty. */
export async function runCommand(command: Command, parameters: readonly string[]): Promise<Ran> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const written = ["", ""];
  for (const [index, stream] of [stdout, stderr].entries()) {
    stream.on("data", (bytes: Buffer) => {
      written[index] += bytes.toString("utf8");
    });
  }
  let status: number | null = null;
  let error: unknown = null;
  try {
    status = await command.run(parseArguments(parameters, command.options), {
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      environment: {},
    });
  } catch (thrown) {
    error = thrown;
  }
  await new Promise((resolve) => setImmediate(resolve));
  const [out = "", err = ""] = written;
  return { status, stdout: out, stderr: err, error };
}
