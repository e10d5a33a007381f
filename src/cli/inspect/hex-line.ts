/**
 * One line of hex as people and tools write it. Each line is read once, from left to right: no expression here can
 * try the same character in two ways.
 */

/** A line of a dump: where its bytes stand, and what they are. */
export interface DumpLine {
  /** Columns before the offset. Wireshark shifts what the server said. */
  readonly indent: number;
  /** As it is written; which base it has, is told by the lines around it. */
  readonly offset: string;
  readonly bytes: readonly number[];
}

const HEX = "0123456789abcdefABCDEF";
const isHexDigit = (character: string): boolean => character !== "" && HEX.includes(character);
const isBlank = (character: string): boolean => character === " " || character === "\t";

/** The word at `at`: everything up to the next blank. */
function wordAt(line: string, at: number): string {
  let end = at;
  while (end < line.length && !isBlank(line.charAt(end))) end++;
  return line.slice(at, end);
}

function blanksAt(line: string, at: number): number {
  let end = at;
  while (end < line.length && isBlank(line.charAt(end))) end++;
  return end - at;
}

const everyCharacter = (word: string, allowed: string): boolean =>
  word !== "" && [...word].every((character) => allowed.includes(character));

/** Digits in a group → how a group is read. Words of od and hexdump are those of a machine with the least byte first. */
type Groups = (digits: string) => readonly number[] | null;

const pairs: Groups = (digits) => {
  if (digits.length % 2 !== 0 || !everyCharacter(digits, HEX)) return null;
  return Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
};
const littleEndianWords: Groups = (digits) =>
  digits.length === 4 ? (pairs(digits)?.toReversed() ?? null) : null;
const octalBytes: Groups = (digits) => {
  const value =
    digits.length === 3 && everyCharacter(digits, "01234567") ? Number.parseInt(digits, 8) : 256;
  return value < 256 ? [value] : null;
};
const octalWords: Groups = (digits) => {
  const value =
    digits.length === 6 && everyCharacter(digits, "01234567") ? Number.parseInt(digits, 8) : 65536;
  return value < 65536 ? [value & 0xff, value >> 8] : null;
};
const binaryBytes: Groups = (digits) =>
  digits.length === 8 && everyCharacter(digits, "01") ? [Number.parseInt(digits, 2)] : null;

/** Most bytes of one line: dumps of xxd -c 256. */
const MAX_BYTES = 256;
/** Fewest hex digits of an offset at the begin of a line. */
const MIN_OFFSET = 4;
/** Most hex digits of one. */
const MAX_OFFSET = 16;

/**
 * A line that begins with an offset: xxd, hexdump, od, Wireshark, tcpdump -x, Format-Hex, certutil, s_client -debug.
 * Null for any other line.
 */
export function dumpLine(line: string): DumpLine | null {
  const indent = blanksAt(line, 0);
  let at = indent;
  const prefixed = line.startsWith("0x", at);
  if (prefixed) at += 2;
  const start = at;
  while (isHexDigit(line.charAt(at))) at++;
  const offset = line.slice(start, at);
  if (offset.length < MIN_OFFSET || offset.length > MAX_OFFSET) return null;
  const colon = line.charAt(at) === ":";
  if (colon) at++;
  if (line.startsWith(" - ", at)) return { indent, offset, bytes: dashedPairs(line, at + 3) };
  const gap = blanksAt(line, at);
  if (gap === 0 && at < line.length) return null;
  // Wireshark, PowerShell 7 and od have one blank or more; only what counts from zero can be told from data.
  return {
    indent,
    offset,
    bytes: groupsAt(line, at + gap, groupsOf(line, at + gap, offset, colon)),
  };
}

/** How the first group of a line says that all are to be read. */
function groupsOf(line: string, at: number, offset: string, colon: boolean): Groups {
  const { length } = wordAt(line, at);
  if (colon) return length === 8 && binaryBytes(wordAt(line, at)) !== null ? binaryBytes : pairs;
  if (length === 3) return octalBytes;
  if (length === 6) return octalWords;
  // xxd has a colon; what has none and groups of four is hexdump, or od -x.
  return length === 4 && offset.length >= 6 ? littleEndianWords : pairs;
}

/**
 * The groups from `at` on, up to the text column: that is behind three blanks, behind a "|" or ">", or behind two blanks where
 * no half line ends. What it shows may look like a group, so the offset of the next line has the last word.
 */
function groupsAt(line: string, start: number, groups: Groups): number[] {
  const bytes: number[] = [];
  let at = start;
  while (at < line.length && bytes.length < MAX_BYTES) {
    const word = wordAt(line, at);
    const read = groups(word);
    if (read === null) break;
    for (const byte of read) bytes.push(byte);
    at += word.length;
    const gap = blanksAt(line, at);
    const isHalf = bytes.length === 8 && word.length === 2;
    const isWide = groups === littleEndianWords && gap === 4;
    if (gap >= 2 && !(gap === 2 && isHalf) && !isWide) break;
    at += gap;
  }
  return bytes;
}

/** "16 03 01-00 c8": s_client -debug has a dash in the middle, and a text column behind three blanks. */
function dashedPairs(line: string, start: number): number[] {
  const bytes: number[] = [];
  let at = start;
  while (bytes.length < 16) {
    const pair = line.slice(at, at + 2);
    if (pairs(pair) === null || pair.length < 2) break;
    bytes.push(Number.parseInt(pair, 16));
    at += 2;
    const separator = line.charAt(at);
    if (separator !== "-" && !(separator === " " && !isBlank(line.charAt(at + 1)))) break;
    at++;
  }
  return bytes;
}

/** Between bytes: blanks, colons, commas, dashes, dots, semicolons. */
const SEPARATORS = " \t:,-;._";

/**
 * The bytes of a line without offset: digits with or without separators, "0x", "\x", and the brackets of lists.
 * @returns null if something else stands in it
 */
export function plainHex(line: string): number[] | null {
  const bytes: number[] = [];
  let at = 0;
  while (at < line.length) {
    const character = line.charAt(at);
    if (SEPARATORS.includes(character)) {
      at++;
      continue;
    }
    if (line.startsWith("0x", at) || line.startsWith("0X", at) || line.startsWith("\\x", at)) {
      const end = digitsEnd(line, at + 2);
      // Go writes 0x3 for three.
      const digits = end - at === 3 ? `0${line.slice(at + 2, end)}` : line.slice(at + 2, end);
      const read = digits === "" ? null : pairs(digits);
      if (read === null) return null;
      for (const byte of read) bytes.push(byte);
      at = end;
      continue;
    }
    const end = digitsEnd(line, at);
    const read = end === at ? null : pairs(line.slice(at, end));
    if (read === null) return null;
    for (const byte of read) bytes.push(byte);
    at = end;
  }
  return bytes;
}

function digitsEnd(line: string, start: number): number {
  let at = start;
  while (isHexDigit(line.charAt(at))) at++;
  return at;
}

/** "22, 3, 1" or "22 3 1": the decimal numbers of node, Go and Rust. Null if one is not a byte. */
export function decimalBytes(text: string): number[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const bytes = words.map((word) =>
    word.length <= 3 && everyCharacter(word, "0123456789") ? Number(word) : 256,
  );
  return bytes.every((byte) => byte < 256) ? bytes : null;
}
