/**
 * Hex as text, line by line: digits with any separators, "0x" and "\x", lists of C, Go, Rust, Python and node, dumps of xxd,
 * hexdump, od, Wireshark, tcpdump, PowerShell, certutil and s_client -debug. Each line is read once.
 */
import { CliError } from "../cli-error.ts";
import { printable } from "../terminal.ts";
import type { Side } from "../wire-keys.ts";
import { type DumpLine, decimalBytes, dumpLine, plainHex } from "./hex-line.ts";

export interface HexPiece {
  /** Whose bytes they are, where the text says so. */
  readonly from: Side | null;
  readonly bytes: Uint8Array;
  /** The offsets begin again: what follows may be another packet. */
  readonly begins: boolean;
}

type Form = "dump" | "list" | "plain";

/** Lines of a sample that are looked at to find out the form. */
const SAMPLE_LINES = 200;
/** Bytes that "*" may stand for. */
const MAX_REPEATED = 1 << 24;
/** Characters of a line that an error quotes. */
const QUOTED = 40;
const BASES = [16, 8, 10] as const;
/** What s_client -debug says before each dump. */
const DEBUG_LINE = /^(write to|read from) 0x[0-9a-fA-F]+ /;
const LIST_BEGINS = /<Buffer |[[{]|["']/;
const CUT_OFF = /\.\.\. \d+ more (?:bytes?|items?)/;

const isComment = (line: string): boolean => line.startsWith("#") || line.startsWith("//");

/** A line that counts from zero, as every dump begins; data that begins with zeros is not TLS. */
function beginsDump(line: string): boolean {
  if (DEBUG_LINE.test(line)) return true;
  const found = dumpLine(line);
  return (
    found !== null &&
    found.bytes.length > 0 &&
    (/^0+$/.test(found.offset) || /^\s*[0-9a-fA-F]+: /.test(line))
  );
}

function formOf(sample: string): Form {
  const lines = sample.split(/\r?\n/, SAMPLE_LINES).filter((line) => !isComment(line.trim()));
  if (lines.some(beginsDump)) return "dump";
  const first = lines.find((line) => line.trim() !== "") ?? "";
  if (/^\s*[<>]\s*[0-9a-fA-F]/.test(first)) return "plain";
  return LIST_BEGINS.test(lines.slice(0, 5).join("\n")) ? "list" : "plain";
}

export class HexText {
  readonly #form: Form;
  #pieces: HexPiece[] = [];
  #lineNumber = 0;
  #passedOver = 0;
  /** Plain: who the last arrow named. Dump: what s_client said. */
  #from: Side | null = null;
  #inList = false;
  #listBase: 16 | 10 | null = null;

  #pending: DumpLine | null = null;
  #repeats = false;
  #base: (typeof BASES)[number] | null = null;
  /** Where the next line of an indentation has to begin. */
  readonly #ends = new Map<number, number>();

  /** @param sample the first lines of the text */
  constructor(sample: string) {
    this.#form = formOf(sample);
  }

  /** Lines may be cut between two bytes, which a text without line ends makes necessary. */
  get mayCut(): boolean {
    return this.#form === "plain";
  }

  /** Lines that are not part of the dump: headings of tools. */
  get passedOver(): number {
    return this.#passedOver;
  }

  /** Takes a line without its end. @throws CliError with its number if it is not hex */
  line(text: string): void {
    this.#lineNumber++;
    if (text.trim() === "" || isComment(text.trim())) return;
    if (CUT_OFF.test(text))
      this.#refuse(
        'the program that printed it left bytes out; print all of them, in node with toString("hex")',
      );
    if (this.#form === "dump") this.#dump(text.trimEnd());
    else if (this.#form === "list") this.#list(text);
    else this.#plain(text);
  }

  /** The text has ended. */
  end(): void {
    this.#settle(null);
  }

  /** What the lines held, in their order. */
  take(): HexPiece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  #refuse(why: string, line?: string): never {
    const quoted = line === undefined ? "" : `"${printable(line.trim().slice(0, QUOTED))}" `;
    throw new CliError(`line ${this.#lineNumber}: ${quoted}${why}`);
  }

  #push(from: Side | null, bytes: readonly number[], begins = false): void {
    if (bytes.length > 0) this.#pieces.push({ from, bytes: Uint8Array.from(bytes), begins });
  }

  #plain(text: string): void {
    const [, arrow = ""] = /^\s*([<>]?)/.exec(text) ?? [];
    if (arrow !== "") this.#from = arrow === ">" ? "client" : "server";
    const bytes = plainHex(arrow === "" ? text : text.slice(text.indexOf(arrow) + 1));
    if (bytes === null)
      this.#refuse(
        "is not hex, and no dump of a tool that is known; wanted is a capture (pcap or pcapng), TLS records, or hex of them",
        text,
      );
    this.#push(this.#from, bytes);
  }

  /** Lists in brackets, and strings with "\x". Names and types around them are passed over. */
  #list(text: string): void {
    let rest = text;
    while (rest !== "") {
      if (!this.#inList) {
        const quoted = /^[^[{<]*?\bb?(["'])/.exec(rest);
        if (quoted !== null) {
          rest = this.#string(rest.slice(quoted[0].length), quoted[1] as string);
          continue;
        }
        const opening = this.#opening(rest);
        if (opening === null) return;
        rest = opening;
      }
      const end = rest.search(/[\]}>]/);
      this.#items(end < 0 ? rest : rest.slice(0, end));
      if (end < 0) return;
      this.#inList = false;
      this.#listBase = null;
      rest = rest.slice(end + 1);
    }
  }

  /** What follows the bracket that opens a list, or null. */
  #opening(text: string): string | null {
    const buffer = text.indexOf("<Buffer ");
    if (buffer >= 0) {
      this.#inList = true;
      this.#listBase = 16;
      return text.slice(buffer + "<Buffer ".length);
    }
    // "char data[] = {", "[]byte{", "Uint8Array(3) [".
    if (!/[[{]/.test(text)) return null;
    const at = text.indexOf("{") >= 0 ? text.indexOf("{") : text.lastIndexOf("[");
    if (text.charAt(at + 1) === "]") return null;
    this.#inList = true;
    return text.slice(at + 1);
  }

  #items(text: string): void {
    const items = text.replace(/\/\*[^*]*\*\//g, " ").trim();
    if (items === "") return;
    this.#listBase ??= /0x|\\x/i.test(items) ? 16 : 10;
    const bytes = this.#listBase === 16 ? plainHex(items) : decimalBytes(items);
    if (bytes === null) this.#refuse("is not a list of bytes", text);
    this.#push(null, bytes);
  }

  /** A string literal up to its quote; returns what follows it. */
  #string(text: string, quote: string): string {
    const escapes: Readonly<Record<string, number>> = {
      n: 10,
      r: 13,
      t: 9,
      "0": 0,
      a: 7,
      b: 8,
      f: 12,
      v: 11,
    };
    const bytes: number[] = [];
    let at = 0;
    while (at < text.length && text.charAt(at) !== quote) {
      const character = text.charAt(at);
      if (character !== "\\") {
        bytes.push(character.charCodeAt(0) & 0xff);
        at++;
      } else if (text.charAt(at + 1) === "x") {
        const byte = plainHex(text.slice(at, at + 4));
        if (byte?.length !== 1) this.#refuse("holds an escape that is not a byte", text.slice(at));
        for (const value of byte) bytes.push(value);
        at += 4;
      } else {
        const next = text.charAt(at + 1);
        bytes.push(escapes[next] ?? next.charCodeAt(0));
        at += 2;
      }
    }
    this.#push(null, bytes);
    return text.slice(at + 1);
  }

  #dump(text: string): void {
    const [, debug] = DEBUG_LINE.exec(text) ?? [];
    if (debug !== undefined) {
      this.#settle(null);
      this.#from = debug === "write to" ? "client" : "server";
      return;
    }
    if (text.trim() === "*") {
      this.#repeats = true;
      return;
    }
    const line = dumpLine(text);
    if (line === null) {
      this.#passedOver++;
      return;
    }
    this.#settle(line);
    if (line.bytes.length > 0) this.#pending = line;
  }

  /** The line before, now that it is known where the next one begins. */
  #settle(next: DumpLine | null): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) return;
    const { indent } = pending;
    const continues = next !== null && next.indent === indent && !/^0+$/.test(next.offset);
    const count = continues ? this.#distance(pending, next) : pending.bytes.length;
    const isStart = /^0+$/.test(pending.offset);
    if (isStart) this.#ends.set(indent, 0);
    const expected = this.#ends.get(indent);
    const start = Number.parseInt(pending.offset, this.#base ?? 16);
    if (expected !== undefined && expected !== start)
      this.#refuse(`its offset does not follow the line before; lines are missing`, pending.offset);
    this.#ends.set(indent, start + count);
    this.#repeat(pending, count, isStart);
    this.#repeats = false;
  }

  #repeat(line: DumpLine, count: number, isStart: boolean): void {
    const { length } = line.bytes;
    const shifted = [...this.#ends.keys()].some((indent) => indent < line.indent);
    const followed = this.#ends.size > 1 && this.#from === null;
    const from = followed ? (shifted ? "server" : "client") : this.#from;
    const begins = isStart;
    if (!this.#repeats || count <= length) {
      if (count > length)
        this.#refuse(
          `its offset says that the line before has ${count} bytes, it has ${length}`,
          line.offset,
        );
      this.#push(from, line.bytes.slice(0, count), begins);
      return;
    }
    if (count > MAX_REPEATED) this.#refuse(`"*" stands for ${count} bytes, too many to be TLS`);
    const all = new Uint8Array(count);
    for (let at = 0; at < count; at++) all[at] = line.bytes[at % length] as number;
    this.#pieces.push({ from, bytes: all, begins });
  }

  /** Bytes from a line to the next one; finds out the base of the offsets. */
  #distance(line: DumpLine, next: DumpLine): number {
    const { length } = line.bytes;
    const between = (base: number): number =>
      Number.parseInt(next.offset, base) - Number.parseInt(line.offset, base);
    const fits = (distance: number): boolean =>
      this.#repeats ? distance > 0 && distance % length === 0 : distance === length;
    this.#base ??= BASES.find((base) => fits(between(base))) ?? null;
    const distance = between(this.#base ?? 16);
    if (!Number.isSafeInteger(distance) || distance <= 0)
      this.#refuse("its offset does not follow the line before", next.offset);
    return distance;
  }
}
