#!/usr/bin/env node
/**
 * The command line: finds the command, runs it, turns what it throws into one line on stderr and an exit status.
 */
import { existsSync, readFileSync } from "node:fs";
import { nearestName } from "../sspi/nearest-name.ts";
import { type OptionRow, parseArguments } from "./arguments.ts";
import { CliError, describeError, ExitCode, UsageError } from "./cli-error.ts";
import type { Streams } from "./command.ts";
import { COMMANDS, type CommandRow } from "./commands.ts";
import { printable, styleFor, wrap } from "./terminal.ts";

const HELP: OptionRow = { name: "help", short: "h", help: "this text" };
/** Columns of a text that goes to no terminal. */
const DEFAULT_COLUMNS = 100;
/** A right column narrower than this goes below the left one. */
const MIN_RIGHT = 24;

/** Two columns, the left one as wide as its longest line; the right one is broken between words. */
function columns(rows: readonly (readonly [string, string])[], room: number): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  const margin = " ".repeat(width + 5);
  if (room - margin.length < MIN_RIGHT)
    return rows.flatMap(([left, right]) => [
      `  ${left}`,
      ...wrap(`      ${right}`, room, " ".repeat(6)),
    ]);
  return rows.flatMap(([left, right]) => {
    const [first = "", ...more] = wrap(right, room - margin.length);
    return [`  ${left.padEnd(width)}   ${first}`, ...more.map((line) => margin + line)];
  });
}

function overview(room: number): string {
  return [
    "TLS 1.2 and 1.3 in the shape of Windows SSPI/Schannel",
    "",
    ...columns(
      COMMANDS.map((row) => [`sealwire ${row.usage}`, row.summary]),
      room,
    ),
    "",
    ...wrap(
      "`sealwire COMMAND --help` lists the options of a command, `sealwire --version` the version.",
      room,
    ),
    "Exit status: 0 done, 1 TLS or transport failure, 2 wrong usage.",
    "",
  ].join("\n");
}

function commandHelp(row: CommandRow, options: readonly OptionRow[], room: number): string {
  const left = ({ name, short, value }: OptionRow): string => {
    const long = value === undefined ? `--${name}` : `--${name} ${value}`;
    return short === undefined ? long : `${long}, -${short}`;
  };
  return [
    `usage: sealwire ${row.usage} [options]`,
    "",
    ...wrap(row.summary, room),
    "",
    ...columns(
      options.map((option) => [left(option), option.help]),
      room,
    ),
    "",
  ].join("\n");
}

const roomOf = ({ columns: found }: NodeJS.WriteStream): number => found || DEFAULT_COLUMNS;

/** The version of the package: its package.json is in one of the folders above. */
function version(): string {
  for (const path of ["../package.json", "../../package.json", "../../../package.json"]) {
    const file = new URL(path, import.meta.url);
    if (!existsSync(file)) continue;
    const found = JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string };
    if (found.name === "sealwire" && found.version !== undefined) return found.version;
  }
  return "unknown";
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
    streams.stdout.write(commandHelp(row, options, roomOf(streams.stdout)));
    return ExitCode.Done;
  }
  return command.run(given, streams);
}

async function run(parameters: readonly string[], streams: Streams): Promise<number> {
  const [name, ...rest] = parameters;
  if (name === "--version" || name === "-V" || name === "version") {
    streams.stdout.write(`sealwire ${version()}, node ${process.versions.node}\n`);
    return ExitCode.Done;
  }
  const wantsHelp = name === "--help" || name === "-h" || name === "help";
  if (name === undefined || wantsHelp) {
    const stream = wantsHelp ? streams.stdout : streams.stderr;
    stream.write(overview(roomOf(stream)));
    return wantsHelp ? ExitCode.Done : ExitCode.Usage;
  }
  const row = COMMANDS.find((candidate) => candidate.name === name);
  if (row === undefined) {
    const known = COMMANDS.map((candidate) => candidate.name);
    const near = nearestName(name, known);
    const hint = near === null ? "" : `; did you mean ${near}?`;
    const text = `there is no command "${printable(name)}"; there are ${known.join(", ")}${hint}`;
    complain(streams, "sealwire", new UsageError(text), rest.includes("--json"));
    return ExitCode.Usage;
  }
  try {
    return await runCommand(row, rest, streams);
  } catch (error) {
    complain(streams, `sealwire ${name}`, error, rest.includes("--json"));
    return error instanceof CliError ? error.exitCode : ExitCode.Failure;
  }
}

/** The failure on stderr: one line, which a terminal gets broken between words; or one line of JSON. */
function complain(
  { stderr, environment }: Streams,
  who: string,
  error: unknown,
  json: boolean,
): void {
  const message = describeError(error);
  if (json) {
    const members = error instanceof CliError ? error.members : {};
    const exitCode = error instanceof CliError ? error.exitCode : ExitCode.Failure;
    stderr.write(`${JSON.stringify({ ok: false, error: message, exitCode, ...members })}\n`);
    return;
  }
  const { bad, columns: room } = styleFor(stderr, environment);
  const [first = "", ...more] = wrap(`${who}: ${message}`, room, "  ");
  const head = `${who}:`;
  stderr.write(
    `${bad(head)}${first.slice(head.length)}\n${more.map((line) => `${line}\n`).join("")}`,
  );
}

const STREAMS: Streams = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
};
/** How long what a command left open may still take. */
const LEFT_OPEN_MS = 2000;

// A reader that goes away (`sealwire … | head`) is not a failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? ExitCode.Done : ExitCode.Failure);
});
process.stderr.on("error", () => {});
// What no command caught is said in one line, too.
process.on("uncaughtException", (error) => {
  complain(STREAMS, "sealwire", error, process.argv.includes("--json"));
  process.exit(ExitCode.Failure);
});

// Not awaited here: in the bundle the commands import from this module, which would wait for them and they for it.
void run(process.argv.slice(2), STREAMS).then((code) => {
  process.exitCode = code;
  // The command is over: nothing that it left open keeps the process, once stdout has taken everything.
  setInterval(() => {
    if (process.stdout.writableLength === 0) process.exit();
  }, LEFT_OPEN_MS).unref();
});
