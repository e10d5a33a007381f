#!/usr/bin/env node
/**
 * The command line: finds the command, runs it, turns what it throws into one line on stderr and an exit status.
 */
import { type OptionRow, parseArguments } from "./arguments.ts";
import { CliError, describeError, ExitCode } from "./cli-error.ts";
import type { Streams } from "./command.ts";
import { COMMANDS, type CommandRow } from "./commands.ts";
import { styleFor } from "./terminal.ts";

const HELP: OptionRow = { name: "help", help: "this text" };

/** Two columns, the left one as wide as its longest line. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`);
}

function overview(): string {
  return [
    "TLS 1.2 and 1.3 in the shape of Windows SSPI/Schannel",
    "",
    ...columns(COMMANDS.map((row) => [`sealwire ${row.usage}`, row.summary])),
    "",
    "`sealwire COMMAND --help` tells the options of a command.",
    "Exit status: 0 done, 1 TLS or transport failure, 2 wrong usage.",
    "",
  ].join("\n");
}

function commandHelp(row: CommandRow, options: readonly OptionRow[]): string {
  const left = (option: OptionRow): string =>
    option.value === undefined ? `--${option.name}` : `--${option.name} ${option.value}`;
  return [
    `usage: sealwire ${row.usage} [options]`,
    "",
    row.summary,
    "",
    ...columns(options.map((option) => [left(option), option.help])),
    "",
  ].join("\n");
}

async function runCommand(
  row: CommandRow,
  parameters: readonly string[],
  streams: Streams,
): Promise<number> {
  const command = await row.load();
  const options = [...command.options, HELP];
  const given = parseArguments(parameters, options);
  if (given.has(HELP.name)) {
    streams.stdout.write(commandHelp(row, options));
    return ExitCode.Done;
  }
  return command.run(given, streams);
}

async function run(parameters: readonly string[], streams: Streams): Promise<number> {
  const [name, ...rest] = parameters;
  const wantsHelp = name === "--help" || name === "-h" || name === "help";
  if (name === undefined || wantsHelp) {
    (wantsHelp ? streams.stdout : streams.stderr).write(overview());
    return wantsHelp ? ExitCode.Done : ExitCode.Usage;
  }
  const row = COMMANDS.find((candidate) => candidate.name === name);
  if (row === undefined) {
    const known = COMMANDS.map((candidate) => candidate.name).join(", ");
    streams.stderr.write(`sealwire: there is no command "${name}"; there are ${known}\n`);
    return ExitCode.Usage;
  }
  try {
    return await runCommand(row, rest, streams);
  } catch (error) {
    const { bad } = styleFor(streams.stderr, streams.environment);
    streams.stderr.write(`${bad(`sealwire ${name}:`)} ${describeError(error)}\n`);
    return error instanceof CliError ? error.exitCode : ExitCode.Failure;
  }
}

// A reader that goes away (`sealwire … | head`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? ExitCode.Done : ExitCode.Failure);
});

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
});
