/**
 * What a file holds, in whichever form: captures, records as they are, hex as people paste it, bare handshake messages.
 */
import { concat } from "../../bytes/byte-arrays.ts";
import { fromHex, fromLatin1, toHex } from "../../bytes/text.ts";
import { ContentType } from "../../protocol/content-type.ts";
import { HandshakeType } from "../../protocol/handshake-type.ts";
import { HANDSHAKE_HEADER_LENGTH, RECORD_HEADER_LENGTH } from "../../protocol/limits.ts";
import { CliError } from "../cli-error.ts";
import type { Side } from "../wire-view.ts";
import { isCapture, readCapture } from "./capture-file.ts";
import { type Chunk, tcpConnections } from "./tcp-streams.ts";

/** Bytes of both sides of a connection. */
export interface Conversation {
  /** Which one, where there are several; else null. */
  readonly name: string | null;
  readonly chunks: readonly Chunk[];
  /** What a reader has to know of it. */
  readonly notes: readonly string[];
}

export interface Input {
  /** "pcap", "hex", …: for people. */
  readonly form: string;
  readonly conversations: readonly Conversation[];
  readonly keyLog: readonly string[];
}

const CLIENTS_MESSAGES: ReadonlySet<number> = new Set([
  HandshakeType.ClientHello,
  HandshakeType.ClientKeyExchange,
  HandshakeType.EndOfEarlyData,
]);
const SERVERS_MESSAGES: ReadonlySet<number> = new Set([
  HandshakeType.HelloRequest,
  HandshakeType.ServerHello,
  HandshakeType.NewSessionTicket,
  HandshakeType.EncryptedExtensions,
  HandshakeType.ServerKeyExchange,
  HandshakeType.CertificateRequest,
  HandshakeType.ServerHelloDone,
  HandshakeType.CertificateStatus,
]);
/** Content of one record that is made for bare messages. */
const MAX_CONTENT = 0x4000;

/** Finds out the form of a file and takes it apart. @throws CliError if there is no TLS in it */
export function readInput(file: Uint8Array): Input {
  if (isCapture(file)) return captureInput(file);
  const hex = hexChunks(file);
  const chunks = hex ?? [{ from: null, bytes: file }];
  const conversation = { name: null, chunks: chunks.flatMap(withSides), notes: [] };
  const form = hex === null ? "binary" : "hex";
  if (conversation.chunks.length === 0) {
    const begin = toHex(file.subarray(0, 8));
    throw new CliError(
      `there are no TLS bytes in it: it begins with ${begin || "nothing"}, which is no record, handshake message, hex text or capture`,
    );
  }
  return { form, conversations: [conversation], keyLog: [] };
}

function captureInput(file: Uint8Array): Input {
  const { packets, keyLog } = readCapture(file);
  const conversations = tcpConnections(packets).flatMap(({ name, chunks, incomplete }) => {
    const found = tlsOnly(chunks);
    const gaps = incomplete.map(
      (side) => `bytes of the ${side} were not captured; what it sent after them is left out`,
    );
    return found === null ? [] : [{ name, chunks: found.chunks, notes: [...found.notes, ...gaps] }];
  });
  if (conversations.length === 0)
    throw new CliError(
      `there is no TLS handshake over TCP in its ${packets.length} packets; was the begin of the connection captured?`,
    );
  return { form: "capture", conversations, keyLog };
}

/** Where a side begins with TLS: a ClientHello or ServerHello, or an alert; -1 if nowhere. */
function tlsStart(from: Side, bytes: Uint8Array): number {
  const hello = from === "client" ? HandshakeType.ClientHello : HandshakeType.ServerHello;
  for (let at = 0; at + RECORD_HEADER_LENGTH < bytes.length; at++) {
    if (bytes[at + 1] !== 3 || (bytes[at + 2] as number) > 4) continue;
    const first = bytes[at + RECORD_HEADER_LENGTH];
    if (bytes[at] === ContentType.Handshake && first === hello) return at;
    if (bytes[at] === ContentType.Alert && bytes[at + 3] === 0 && bytes[at + 4] === 2) return at;
  }
  return -1;
}

/** A connection without what was said before TLS (STARTTLS); null if there is none in it. */
function tlsOnly(chunks: readonly Chunk[]): { chunks: Chunk[]; notes: string[] } | null {
  const notes: string[] = [];
  const skip = { client: 0, server: 0 };
  for (const from of ["client", "server"] as const) {
    const all = concat(...chunks.filter((chunk) => chunk.from === from).map(({ bytes }) => bytes));
    const start = tlsStart(from, all);
    if (start < 0 && from === "client") return null;
    skip[from] = start < 0 ? all.length : start;
    if (skip[from] > 0) notes.push(`${skip[from]} bytes of the ${from} before TLS are left out`);
  }
  const rest = chunks.map(({ from, bytes }) => {
    const cut = Math.min(skip[from], bytes.length);
    skip[from] -= cut;
    return { from, bytes: bytes.subarray(cut) };
  });
  return { chunks: rest.filter(({ bytes }) => bytes.length > 0), notes };
}

interface Piece {
  readonly from: Side | null;
  readonly bytes: Uint8Array;
}

/** Hex digits with or without blanks, colons, "0x"; dumps of xxd and hexdump; lines that begin with > (client) or <. */
function hexChunks(file: Uint8Array): Piece[] | null {
  const text = fromLatin1(file);
  if (/[^\x20-\x7e\s]/.test(text)) return null;
  const pieces: Piece[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, arrow = "", rest = ""] = /^\s*([<>]?)\s*(.*)$/.exec(line) ?? [];
    const digits = withoutOffsets(rest).replace(/0x|[\s:,]/g, "");
    if (digits === "" || rest.startsWith("#")) continue;
    if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) return null;
    const from = arrow === "" ? null : arrow === ">" ? "client" : "server";
    const last = pieces.at(-1);
    // Lines without an arrow go on where the one before ended.
    if (last !== undefined && from === null)
      pieces[pieces.length - 1] = { ...last, bytes: concat(last.bytes, fromHex(digits)) };
    else pieces.push({ from, bytes: fromHex(digits) });
  }
  return pieces.length === 0 ? null : pieces;
}

/** The digits of a dump's line: without the offset before and the text after them. */
function withoutOffsets(line: string): string {
  const [, xxd] = /^[0-9a-fA-F]{8}: ((?:[0-9a-fA-F]{2,4} ?)+) .*$/.exec(line) ?? [];
  if (xxd !== undefined) return xxd;
  const [, hexdump] = /^[0-9a-fA-F]{8} {2}((?:[0-9a-fA-F]{2} {1,2})+) *\|.*\|$/.exec(line) ?? [];
  if (hexdump !== undefined) return hexdump;
  return /^[0-9a-fA-F]{8}$/.test(line) && line.startsWith("0000") ? "" : line;
}

/** Cuts bytes into records and says whose they are, where nobody said; bare messages get a record round them. */
function withSides({ from, bytes }: Piece): Chunk[] {
  const records = recordBytes(bytes);
  if (from !== null) return records.length === 0 ? [] : [{ from, bytes: records }];
  const chunks: Chunk[] = [];
  let side: Side = "client";
  for (let at = 0; at < records.length; ) {
    const end =
      at + RECORD_HEADER_LENGTH + (((records[at + 3] ?? 0) << 8) | (records[at + 4] ?? 0));
    const first = records[at + RECORD_HEADER_LENGTH] ?? -1;
    if (records[at] === ContentType.Handshake && CLIENTS_MESSAGES.has(first)) side = "client";
    if (records[at] === ContentType.Handshake && SERVERS_MESSAGES.has(first)) side = "server";
    chunks.push({ from: side, bytes: records.subarray(at, end) });
    at = end;
  }
  return chunks;
}

function recordBytes(bytes: Uint8Array): Uint8Array {
  const [type = 0, major = 0] = bytes;
  const isRecord = type >= ContentType.ChangeCipherSpec && type <= ContentType.Heartbeat;
  if (isRecord && major === 3) return bytes;
  if (!isMessages(bytes)) return new Uint8Array(0);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MAX_CONTENT) {
    const content = bytes.subarray(at, at + MAX_CONTENT);
    const { length } = content;
    const header = Uint8Array.of(ContentType.Handshake, 3, 3, length >> 8, length & 0xff);
    records.push(header, content);
  }
  return concat(...records);
}

/** Handshake messages end to end. Zeros could be HelloRequests, but nobody has a file of those. */
function isMessages(bytes: Uint8Array): boolean {
  const { HelloRequest, ...others } = HandshakeType;
  const types: readonly number[] = Object.values(others);
  let at = 0;
  while (at + HANDSHAKE_HEADER_LENGTH <= bytes.length) {
    const [type = -1, high = 0, middle = 0, low = 0] = bytes.subarray(at);
    if (!types.includes(type)) return false;
    at += HANDSHAKE_HEADER_LENGTH + ((high << 16) | (middle << 8) | low);
  }
  return at === bytes.length && at > 0;
}
