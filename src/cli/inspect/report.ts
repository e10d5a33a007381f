/**
 * Records as text for people, or as JSON for machines: one connection after the other, as they are read.
 */
import { ContentType } from "../../protocol/content-type.ts";
import { type Style, spacedHex, wrap } from "../terminal.ts";
import type { Side, WireEvent, WireRecord } from "../wire-view.ts";
import { byteCount, fieldJson, fieldLines } from "./field.ts";
import { explain } from "./messages.ts";
import type { PenMarks } from "./pen.ts";

/** How a connection is told. */
export interface Report {
  marks(name: string | null): PenMarks;
  record(record: WireRecord, isFirst: boolean): string;
  notes(notes: readonly string[], anyRecord: boolean): string;
  /** Around all of them. */
  readonly begin: string;
  end(form: string, notes: readonly string[]): string;
}

const RECORD_NAMES: ReadonlyMap<number, string> = new Map([
  [ContentType.ChangeCipherSpec, "change_cipher_spec"],
  [ContentType.Alert, "alert"],
  [ContentType.Handshake, "handshake"],
  [ContentType.ApplicationData, "application_data"],
  [ContentType.Heartbeat, "heartbeat"],
]);
/** Bytes of what is not a record that are shown. */
const SHOWN_REST = 16;

/** What is left of a side's bytes and makes no record. */
export function restNote(side: Side, offset: number, bytes: Uint8Array): string {
  const begin = spacedHex(bytes, SHOWN_REST);
  return `${bytes.length} bytes of the ${side} at ${offset} make no whole record: ${begin}`;
}

const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

export function textReport(brief: boolean, style: Style): Report {
  return {
    begin: "",
    marks: (name) => ({
      begin: (again) =>
        name === null ? "" : `${style.strong(again ? `${name}, continued` : name)}\n`,
      end: () => (name === null ? "" : "\n"),
    }),
    record: (record) => joined(recordLines(record, brief, style)),
    notes: (notes) => noteLines(notes, style),
    end: (_, notes) => noteLines(notes, style),
  };
}

function noteLines(notes: readonly string[], style: Style): string {
  return joined(notes.flatMap((text) => wrap(text, style.columns, "  ").map(style.note)));
}

function recordLines(record: WireRecord, brief: boolean, style: Style): string[] {
  const colour = record.from === "client" ? style.ours : style.theirs;
  const arrow = record.from === "client" ? "client ─▶" : "server ◀─";
  const version = record.version.toString(16).padStart(4, "0");
  const type = RECORD_NAMES.get(record.type) ?? `type ${record.type}`;
  const about = `${type}, version ${version}, ${record.length} bytes at ${record.offset}${keysOf(record)}`;
  const begun = record.events.length === 0 ? ["  (part of a message that ends later)"] : [];
  return [
    `${colour(arrow)} ${style.faint(about)}`,
    ...begun.map(style.faint),
    ...record.events.flatMap((event) => eventLines(event, brief, style)),
  ];
}

function keysOf({ protection, events }: WireRecord): string {
  if (events.some(({ kind }) => kind === "unreadable")) return ", protected";
  return protection === "none" ? "" : `, ${protection} keys`;
}

function eventLines(event: WireEvent, brief: boolean, style: Style): string[] {
  const head = `  ${style.strong(event.name)} ${style.faint(byteCount(event.length))}`;
  if (brief) return [head];
  return [
    head,
    ...explain(event).flatMap((item) => fieldLines(item, 4, style.faint, style.columns)),
  ];
}

/** One object, written piece by piece: nothing but the record at hand is kept. */
export function jsonReport(): Report {
  let connections = 0;
  return {
    begin: '{\n  "connections": [',
    marks: (name) => ({
      begin: (again) => {
        const comma = connections++ === 0 ? "" : ",";
        const continued = again ? ' "continued": true,' : "";
        return `${comma}\n    { "name": ${JSON.stringify(name)},${continued} "records": [`;
      },
      end: (over) => (over ? " }" : '], "notes": [] }'),
    }),
    record: (record, isFirst) =>
      `${isFirst ? "" : ","}\n      ${JSON.stringify(forMachines(record))}`,
    notes: (notes) => `], "notes": ${JSON.stringify(notes)}`,
    end: (form, notes) =>
      `\n  ],\n  "form": ${JSON.stringify(form)},\n  "notes": ${JSON.stringify(notes)}\n}\n`,
  };
}

function forMachines({ events, type, ...record }: WireRecord): object {
  return {
    ...record,
    type: RECORD_NAMES.get(type) ?? type,
    messages: events.map((event) => ({
      name: event.name,
      length: event.length,
      ...(event.lacks === null ? {} : { unreadable: event.lacks }),
      fields: explain(event).map(fieldJson),
    })),
  };
}
