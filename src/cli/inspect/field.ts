/**
 * A field of a message with what it means: what `inspect` prints, and writes as JSON.
 */
import { toHex } from "../../bytes/text.ts";
import { printable, spacedHex, wrap } from "../terminal.ts";

/** Text, several texts, or bytes whose meaning is their own. */
export type FieldValue = string | readonly string[] | Uint8Array;

export interface Field {
  readonly name: string;
  readonly value: FieldValue;
  /** Parts of it. */
  readonly fields?: readonly Field[];
}

/** Bytes that are shown of a long value. */
const SHOWN = 32;
const NAME_WIDTH = 28;
const BYTES_PER_LINE = 16;

export function field(name: string, value: FieldValue, fields?: readonly Field[]): Field {
  return fields === undefined ? { name, value } : { name, value, fields };
}

/** "0x1301 TLS_AES_128_GCM_SHA256"; a name that only repeats the number is left out. */
export function coded(code: number, name: string, digits = 4): string {
  const hex = `0x${code.toString(16).padStart(digits, "0")}`;
  return name === "" || name.includes(hex) ? hex : `${hex} ${name}`;
}

/** "1 byte", "2 bytes" */
export function byteCount(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

/** Lines of a field, its parts below it. @param indent columns before the first one @param room columns in all */
export function fieldLines(
  item: Field,
  indent: number,
  faint: (text: string) => string,
  room: number = Number.POSITIVE_INFINITY,
): readonly string[] {
  const margin = " ".repeat(indent);
  const width = NAME_WIDTH - (indent - 4);
  const left = room - indent - width - 1;
  const [first = "", ...more] = valueLines(item.value).flatMap((line) => wrap(line, left));
  const label = item.name.padEnd(width);
  return [
    `${margin}${faint(label)} ${first}`.trimEnd(),
    ...more.map((text) => `${margin}${" ".repeat(width)} ${text}`),
    ...(item.fields ?? []).flatMap((part) => fieldLines(part, indent + 2, faint, room)),
  ];
}

function valueLines(value: FieldValue): readonly string[] {
  if (typeof value === "string") return [printable(value)];
  if (!(value instanceof Uint8Array)) return value.map(printable);
  if (value.length === 0) return ["empty"];
  const lines: string[] = [];
  for (let at = 0; at < Math.min(value.length, SHOWN); at += BYTES_PER_LINE)
    lines.push(spacedHex(value.subarray(at, Math.min(at + BYTES_PER_LINE, SHOWN))));
  if (value.length > SHOWN) lines.push(`(${value.length} bytes in all)`);
  return lines;
}

/** The same for machines: bytes as hex, all of them. */
export function fieldJson(item: Field): object {
  const { name, value, fields } = item;
  return {
    name,
    value: value instanceof Uint8Array ? toHex(value) : value,
    ...(fields === undefined ? {} : { fields: fields.map(fieldJson) }),
  };
}
