/**
 * Text for terminals: colours where a terminal is and NO_COLOR is not, columns, hex. Widths count characters.
 */
import type { WriteStream } from "node:tty";
import { styleText } from "node:util";
import { harmless } from "../bytes/text.ts";

export type Paint = (text: string) => string;

/** Colours by what they mean, and the room for them. */
export interface Style extends Colours {
  /** Characters in a line; infinite where no terminal is. */
  readonly columns: number;
}

interface Colours {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly ours: Paint;
  readonly theirs: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly note: Paint;
}

type Format = Parameters<typeof styleText>[0];

/** Whether the stream takes colours was decided before. */
const paint =
  (format: Format): Paint =>
  (text) =>
    text === "" ? "" : styleText(format, text, { validateStream: false });

const COLOURED: Colours = {
  strong: paint("bold"),
  faint: paint("gray"),
  ours: paint("cyan"),
  theirs: paint("magenta"),
  good: paint("green"),
  bad: paint("red"),
  note: paint("yellow"),
};

const asIs: Paint = (text) => text;
const PLAIN: Colours = {
  strong: asIs,
  faint: asIs,
  ours: asIs,
  theirs: asIs,
  good: asIs,
  bad: asIs,
  note: asIs,
};

/** Colours for a stream: on a terminal, unless NO_COLOR is set; FORCE_COLOR colours what is no terminal. */
export function styleFor(
  stream: Pick<WriteStream, "isTTY"> & { readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  const columns = stream.columns || Number.POSITIVE_INFINITY;
  return { ...coloursFor(stream, environment), columns };
}

function coloursFor(
  stream: Pick<WriteStream, "isTTY">,
  environment: Readonly<Record<string, string | undefined>>,
): Colours {
  if (environment["NO_COLOR"]) return PLAIN;
  const forced = environment["FORCE_COLOR"];
  if (forced && forced !== "0") return COLOURED;
  return stream.isTTY && environment["TERM"] !== "dumb" ? COLOURED : PLAIN;
}

/** Bytes as "17 03 03 00 2b", at most `limit` of them. */
export function spacedHex(bytes: Uint8Array, limit: number = Number.POSITIVE_INFINITY): string {
  const shown = Array.from(bytes.subarray(0, Math.min(limit, bytes.length)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  return shown.join(" ") + (bytes.length > limit ? " …" : "");
}

/** Hex in lines of 16 bytes. */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) lines.push(spacedHex(bytes.subarray(at, at + 16)));
  return lines;
}

/** All of a peer's text, made harmless for a terminal. */
export function printable(text: string): string {
  return harmless(text, Number.POSITIVE_INFINITY);
}

/**
 * Text in lines of at most `columns` characters, broken between words; a word that is longer has a line of its own.
 * @param hanging put before every line but the first; counts as part of the line
 */
export function wrap(text: string, columns: number, hanging = ""): string[] {
  if (text.length <= columns) return [text];
  const lines: string[] = [];
  let line = /^ */.exec(text)?.[0] ?? "";
  let isEmpty = true;
  for (const word of text.trim().split(/ +/)) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
