/**
 * `sealwire inspect FILE`: TLS bytes explained field by field; with a key log what is protected, too.
 */
import { once } from "node:events";
import { toHex } from "../bytes/text.ts";
import { ContentType } from "../protocol/content-type.ts";
import { nodeProvider } from "../providers/node/provider.ts";
import type { Arguments, OptionRow } from "./arguments.ts";
import { CliError, describeError, ExitCode, UsageError } from "./cli-error.ts";
import type { Command, Streams } from "./command.ts";
import { readText } from "./files.ts";
import type { Conversation, InputSink } from "./inspect/conversation.ts";
import { readInput } from "./inspect/input.ts";
import { Pen, type Writer } from "./inspect/pen.ts";
import { jsonReport, type Report, restNote, textReport } from "./inspect/report.ts";
import { openSource } from "./inspect/source.ts";
import { printable, styleFor, wrap } from "./terminal.ts";
import { KeyLog, type Side } from "./wire-keys.ts";
import { WireView } from "./wire-view.ts";

const OPTIONS: readonly OptionRow[] = [
  { name: "keylog", value: "FILE", help: "secrets of the session (NSS key log form), to decrypt" },
  { name: "brief", help: "one line for each message, without its fields" },
  { name: "json", help: "one JSON object instead of text, nothing abbreviated" },
];

/** Bytes of a server that wait for the hello of its client. */
const MAX_HELD = 1 << 18;
/** Sessions that are named when the key log lacks them. */
const NAMED_SESSIONS = 3;

export const inspectCommand: Command = { options: OPTIONS, run: inspect };

async function inspect(given: Arguments, streams: Streams): Promise<number> {
  const [path, ...more] = given.positional;
  if (path === undefined || more.length > 0)
    throw new UsageError(
      "inspect wants one FILE, e.g. sealwire inspect capture.pcapng; - is stdin",
    );
  const keyLogFile = given.value("keylog");
  const keyLog = keyLogFile === null ? new KeyLog() : readKeyLog(keyLogFile);
  const report = given.has("json")
    ? jsonReport()
    : textReport(given.has("brief"), styleFor(streams.stdout, streams.environment));
  const reading = new Reading(report, keyLog, streams.stdout);
  const { name, chunks } = openSource(path, streams);
  try {
    await reading.finish(await readInput(chunks, reading));
  } catch (error) {
    if (!(error instanceof CliError) || error.message.startsWith(`${name}:`)) throw error;
    throw new CliError(`${name}: ${describeError(error)}`);
  }
  const missing = missingKeys(reading, keyLogFile);
  if (missing !== null) {
    const { note, columns } = styleFor(streams.stderr, streams.environment);
    const head = "sealwire inspect:";
    const lines = wrap(`${head} ${missing}`, columns, "  ");
    for (const line of lines) streams.stderr.write(`${line.replace(head, note)}\n`);
  }
  return ExitCode.Done;
}

/** What to say of sessions that stay closed, or null. */
function missingKeys(
  { sessions, sessionsWithoutKeys: lacking }: Reading,
  keyLogFile: string | null,
): string | null {
  if (lacking.length === 0) return null;
  const count = `${lacking.length} of ${sessions} ${sessions === 1 ? "session" : "sessions"}`;
  const shown = lacking.slice(0, NAMED_SESSIONS).join(", ");
  const which = `client random ${shown}${lacking.length > NAMED_SESSIONS ? " …" : ""}`;
  return keyLogFile === null
    ? `there are no keys of ${count} (${which}); give its key log with --keylog FILE, as SSLKEYLOGFILE makes it, to see what is protected`
    : `${keyLogFile} has no secret of ${count} (${which}); is it of another run?`;
}

/** @throws CliError for a file that holds no line of a key log */
function readKeyLog(file: string): KeyLog {
  const log = new KeyLog();
  const lines = readText(file).split(/\r?\n/);
  for (const line of lines) log.add(line);
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#"));
  if (log.size > 0) return log;
  const found =
    first === undefined ? "it has no line" : `its first line is "${printable(first.slice(0, 40))}"`;
  throw new CliError(
    `${file} is not a key log: ${found}; wanted are lines such as "CLIENT_RANDOM 64-hex-digits secret", as SSLKEYLOGFILE makes them`,
  );
}

/** All connections of one input. */
class Reading implements InputSink {
  readonly #report: Report;
  readonly #keyLog: KeyLog;
  readonly #stdout: NodeJS.WriteStream;
  readonly #pen: Pen;
  readonly #notes: string[] = [];
  readonly #lacking = new Set<string>();
  #sessions = 0;
  #text: string[] = [];
  #begun = false;

  constructor(report: Report, keyLog: KeyLog, stdout: NodeJS.WriteStream) {
    this.#report = report;
    this.#keyLog = keyLog;
    this.#stdout = stdout;
    this.#pen = new Pen((text) => this.#text.push(text));
  }

  /** Sessions with a ClientHello. */
  get sessions(): number {
    return this.#sessions;
  }

  /** Client randoms of sessions that the key log has nothing of. */
  get sessionsWithoutKeys(): readonly string[] {
    return [...this.#lacking];
  }

  open(name: string | null): Conversation {
    const writer = this.#pen.writer(this.#report.marks(name));
    return new Told(this.#report, writer, this.#keyLog, (random, isClosed) => {
      this.#sessions++;
      if (isClosed && !this.#keyLog.has(random)) this.#lacking.add(toHex(random));
    });
  }

  keyLog(line: string): void {
    this.#keyLog.add(line);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  async flush(): Promise<void> {
    if (this.#text.length === 0) return;
    if (!this.#begun) this.#text.unshift(this.#report.begin);
    this.#begun = true;
    const text = this.#text.join("");
    this.#text = [];
    if (text !== "" && !this.#stdout.write(text)) await once(this.#stdout, "drain");
  }

  async finish(form: string): Promise<void> {
    this.#text.push(this.#report.end(form, this.#notes));
    await this.flush();
  }
}

/** A connection that is written as it is read. */
class Told implements Conversation {
  readonly #report: Report;
  readonly #writer: Writer;
  readonly #view: WireView;
  readonly #notes: string[] = [];
  readonly #session: (clientRandom: Uint8Array, isClosed: boolean) => void;
  #any = false;
  /** A record could not be opened. */
  #isClosed = false;
  /** Bytes of the server that were captured before the hello of the client; null: nothing is held back any more. */
  #held: Uint8Array[] | null = [];
  #heldLength = 0;

  constructor(
    report: Report,
    writer: Writer,
    keyLog: KeyLog,
    session: (clientRandom: Uint8Array, isClosed: boolean) => void,
  ) {
    this.#report = report;
    this.#writer = writer;
    this.#session = session;
    this.#view = new WireView(nodeProvider, keyLog);
  }

  bytes(from: Side, bytes: Uint8Array): void {
    if (this.#held === null) this.#tell(from, bytes);
    else if (from === "client") {
      this.#tell(from, bytes);
      // Packets are not always captured in the order in which they were sent.
      if (this.#view.clientRandom.length > 0 || bytes[0] !== ContentType.Handshake) this.#release();
    } else {
      this.#held.push(bytes.slice());
      this.#heldLength += bytes.length;
      if (this.#held[0]?.[0] !== ContentType.Handshake || this.#heldLength > MAX_HELD)
        this.#release();
    }
  }

  #tell(from: Side, bytes: Uint8Array): void {
    for (const record of this.#view.push(from, bytes)) {
      this.#writer.write(this.#report.record(record, !this.#any));
      this.#any = true;
      if (record.events.some(({ kind }) => kind === "unreadable")) this.#isClosed = true;
    }
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const bytes of held) this.#tell("server", bytes);
  }

  gap(from: Side, length: number): void {
    this.#release();
    this.#rest(from);
    this.#view.gap(from, length);
    this.note(`${length} bytes of the ${from} were not captured`);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  end(): void {
    this.#release();
    this.#rest("client");
    this.#rest("server");
    const { clientRandom } = this.#view;
    if (clientRandom.length > 0) this.#session(clientRandom, this.#isClosed);
    this.#writer.write(this.#report.notes(this.#notes, this.#any));
    this.#writer.end();
  }

  #rest(from: Side): void {
    const { offset, bytes } = this.#view.rest(from);
    if (bytes.length > 0) this.note(restNote(from, offset, bytes));
  }
}
