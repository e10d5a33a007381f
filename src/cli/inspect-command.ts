/**
 * `sealwire inspect FILE`: TLS bytes explained field by field; with a key log what is protected, too.
 */
import { ContentType } from "../protocol/content-type.ts";
import { nodeProvider } from "../providers/node/provider.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError, describeError, ExitCode, UsageError } from "./cli-error.ts";
import type { Command, Streams } from "./command.ts";
import { readBytes, readText } from "./files.ts";
import { byteCount, fieldJson, fieldLines } from "./inspect/field.ts";
import { type Conversation, type Input, readInput } from "./inspect/input.ts";
import { explain } from "./inspect/messages.ts";
import { type Style, spacedHex, styleFor } from "./terminal.ts";
import { type Side, type WireEvent, type WireRecord, WireView } from "./wire-view.ts";

const OPTIONS: readonly OptionRow[] = [
  { name: "keylog", value: "FILE", help: "secrets of the session (NSS key log form), to decrypt" },
  { name: "brief", help: "one line for each message, without its fields" },
  { name: "json", help: "one JSON object instead of text, nothing abbreviated" },
];

const RECORD_NAMES: ReadonlyMap<number, string> = new Map([
  [ContentType.ChangeCipherSpec, "change_cipher_spec"],
  [ContentType.Alert, "alert"],
  [ContentType.Handshake, "handshake"],
  [ContentType.ApplicationData, "application_data"],
  [ContentType.Heartbeat, "heartbeat"],
]);
/** Bytes of what is no record that are shown. */
const SHOWN_REST = 16;

export const inspectCommand: Command = { options: OPTIONS, run: inspect };

/** A conversation with its records opened as far as the key log goes. */
interface Opened {
  readonly name: string | null;
  readonly notes: readonly string[];
  readonly records: readonly WireRecord[];
}

async function inspect(given: Arguments, streams: Streams): Promise<number> {
  const [path, ...more] = given.positional;
  if (path === undefined || more.length > 0)
    throw new UsageError("inspect wants one FILE, e.g. sealwire inspect capture.pcapng");
  const keyLogFile = given.value("keylog");
  const lines = keyLogFile === null ? [] : readText(keyLogFile).split(/\r?\n/);
  const input = readFile(path);
  const keyLog = [...lines, ...input.keyLog];
  const opened = input.conversations.map((conversation) => open(conversation, keyLog));
  if (given.has("json")) {
    const connections = opened.map(forMachines);
    streams.stdout.write(`${JSON.stringify({ form: input.form, connections }, null, 2)}\n`);
    return ExitCode.Done;
  }
  const style = styleFor(streams.stdout, streams.environment);
  for (const connection of opened)
    for (const line of connectionLines(connection, given.has("brief"), style))
      streams.stdout.write(`${line}\n`);
  return ExitCode.Done;
}

function readFile(path: string): Input {
  const bytes = readBytes(path);
  try {
    return readInput(bytes);
  } catch (error) {
    throw new CliError(`${path}: ${describeError(error)}`);
  }
}

function open({ name, chunks, notes }: Conversation, keyLog: readonly string[]): Opened {
  const view = new WireView(nodeProvider);
  for (const line of keyLog) view.keyLog(line);
  const records = chunks.flatMap(({ from, bytes }) => view.push(from, bytes));
  const rests = (["client", "server"] as const).flatMap((side) => restNote(side, view));
  return { name, notes: [...notes, ...rests], records };
}

/** What is left of a side's bytes and makes no record. */
function restNote(side: Side, view: WireView): string[] {
  const { offset, bytes } = view.rest(side);
  if (bytes.length === 0) return [];
  const begin = spacedHex(bytes, SHOWN_REST);
  return [`${bytes.length} bytes of the ${side} at ${offset} make no whole record: ${begin}`];
}

function connectionLines({ name, notes, records }: Opened, brief: boolean, style: Style): string[] {
  const head = name === null ? [] : [style.strong(name)];
  return [
    ...head,
    ...records.flatMap((record) => recordLines(record, brief, style)),
    ...notes.map((text) => style.note(text)),
    ...(name === null ? [] : [""]),
  ];
}

function recordLines(record: WireRecord, brief: boolean, style: Style): string[] {
  const colour = record.from === "client" ? style.ours : style.theirs;
  const arrow = record.from === "client" ? "client ─▶" : "server ◀─";
  const version = record.version.toString(16).padStart(4, "0");
  const type = RECORD_NAMES.get(record.type) ?? `type ${record.type}`;
  const keys = record.protection === "none" ? "" : `, ${record.protection} keys`;
  const about = `${type}, version ${version}, ${record.length} bytes at ${record.offset}${keys}`;
  const begun = record.events.length === 0 ? ["  (part of a message that ends later)"] : [];
  return [
    `${colour(arrow)} ${style.faint(about)}`,
    ...begun.map(style.faint),
    ...record.events.flatMap((event) => eventLines(event, brief, style)),
  ];
}

function eventLines(event: WireEvent, brief: boolean, style: Style): string[] {
  const head = `  ${style.strong(event.name)} ${style.faint(byteCount(event.length))}`;
  if (brief) return [head];
  return [head, ...explain(event).flatMap((item) => fieldLines(item, 4, style.faint))];
}

function forMachines({ name, notes, records }: Opened): object {
  return {
    name,
    notes,
    records: records.map(({ events, type, ...record }) => ({
      ...record,
      type: RECORD_NAMES.get(type) ?? type,
      messages: events.map((event) => ({
        name: event.name,
        length: event.length,
        fields: explain(event).map(fieldJson),
      })),
    })),
  };
}
