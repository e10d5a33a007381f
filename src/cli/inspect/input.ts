/**
 * What a file holds, in whichever form: captures, records as they are, hex as people paste it, bare handshake messages. The
 * file is read once, in pieces; of what was read no more is kept than is not understood yet.
 */
import { concatAll } from "../../bytes/byte-arrays.ts";
import { toHex } from "../../bytes/text.ts";
import { CliError } from "../cli-error.ts";
import { CaptureReader, isCapture, type Packet } from "./capture-file.ts";
import type { InputSink } from "./conversation.ts";
import { FlatInput, flatForm } from "./flat-input.ts";
import { type HexPiece, HexText } from "./hex-text.ts";
import { TcpStreams } from "./tcp-streams.ts";
import { isText, TextLines } from "./text-lines.ts";
import { TlsFinder } from "./tls-finder.ts";

export type Form = "capture" | "hex" | "binary";

/** Bytes by which the form is found out. */
const SAMPLE = 1 << 16;
/** Bytes of a dump's first block by which a packet is known: headers of link, IP and TCP. */
const PACKET_BEGIN = 54;
/** Lines of one packet; what comes after them belongs to none. */
const MAX_LINES = 1 << 16;
const LINKTYPE_ETHERNET = 1;
const LINKTYPE_RAW = 101;

/** Reads all of it. @throws CliError if there is no TLS in it */
export async function readInput(chunks: AsyncIterable<Uint8Array>, sink: InputSink): Promise<Form> {
  const source = chunks[Symbol.asyncIterator]();
  const begin: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < SAMPLE && !ended) {
    const { done, value } = await source.next();
    ended = done === true;
    if (!ended) begin.push(value);
    length += ended ? 0 : value.length;
  }
  const sample = concatAll(begin);
  const reader = readerFor(sample, ended, sink);
  reader.push(sample);
  await sink.flush();
  while (!ended) {
    const { done, value } = await source.next();
    ended = done === true;
    if (ended) break;
    reader.push(value);
    await sink.flush();
  }
  reader.end();
  await sink.flush();
  return reader.form;
}

interface Reader {
  readonly form: Form;
  push(bytes: Uint8Array): void;
  end(): void;
}

function readerFor(sample: Uint8Array, isAll: boolean, sink: InputSink): Reader {
  if (isCapture(sample)) return captureReader(sink);
  if (isText(sample)) return new HexReader(sample, sink);
  // A message may go on after the sample.
  const form = flatForm(sample) ?? (isAll ? null : flatForm(sample.subarray(0, 4)));
  if (form === null) throw notTls(sample);
  const flat = new FlatInput(form, sink.open(null));
  return {
    form: "binary",
    push: (bytes) => flat.bytes(null, bytes),
    end: () => flat.end(),
  };
}

function notTls(begin: Uint8Array): CliError {
  const shown = toHex(begin.subarray(0, 8));
  return new CliError(
    begin.length === 0
      ? "it is empty"
      : `there are no TLS bytes in it: it begins with ${shown}, which is not a record, a handshake message, hex text or a capture`,
  );
}

/** TCP connections with TLS out of packets. */
class PacketInput {
  #packets = 0;
  #connections = 0;
  #withTls = 0;
  readonly #streams: TcpStreams;

  constructor(sink: InputSink) {
    this.#streams = new TcpStreams((about) => {
      this.#connections++;
      return new TlsFinder(about, (name) => {
        this.#withTls++;
        return sink.open(name);
      });
    });
  }

  packet(packet: Packet): void {
    this.#packets++;
    this.#streams.packet(packet);
  }

  /** @throws CliError if there was no TLS in any of them */
  end(): void {
    this.#streams.end();
    if (this.#withTls > 0) return;
    const found =
      this.#connections > 0
        ? `${this.#connections} TCP connections carry data, none of them TLS`
        : `${this.#streams.segments} of them are TCP, and none carries data`;
    throw new CliError(`there is no TLS over TCP in its ${this.#packets} packets: ${found}`);
  }
}

function captureReader(sink: InputSink): Reader {
  const packets = new PacketInput(sink);
  const capture = new CaptureReader({
    packet: (packet) => packets.packet(packet),
    keyLog: (line) => sink.keyLog(line),
  });
  return {
    form: "capture",
    push: (bytes) => capture.push(bytes),
    end: () => {
      const note = capture.end();
      if (note !== null) sink.note(note);
      packets.end();
    },
  };
}

/** Ethernet or IP at the begin of a dump, with a length that fits; null: no packet. */
function linkOf(block: Uint8Array): number | null {
  const ip = (at: number): boolean => {
    const version = (block[at] ?? 0) >> 4;
    if (version === 4) {
      const total = ((block[at + 2] ?? 0) << 8) | (block[at + 3] ?? 0);
      return ((block[at] ?? 0) & 0x0f) >= 5 && total >= 40 && block[at + 9] === 6;
    }
    return version === 6 && block[at + 6] === 6;
  };
  const ethernet = block[12] === 0x08 || block[12] === 0x86 || block[12] === 0x81;
  if (ethernet && (ip(14) || ip(18))) return LINKTYPE_ETHERNET;
  return ip(0) ? LINKTYPE_RAW : null;
}

/** Hex text: TLS bytes, or packets that a tool printed one after the other. */
class HexReader implements Reader {
  readonly form = "hex";
  readonly #sink: InputSink;
  readonly #lines: TextLines;
  readonly #hex: HexText;
  /** Pieces until it is known what they are. */
  #first: HexPiece[] = [];
  #flat: FlatInput | null = null;
  #packets: PacketInput | null = null;
  #linkType = 0;
  /** Bytes of the packet that is being read. */
  #packet: Uint8Array[] = [];

  constructor(sample: Uint8Array, sink: InputSink) {
    this.#sink = sink;
    this.#lines = new TextLines(sample);
    this.#hex = new HexText(this.#lines.decodeSample(sample));
  }

  push(bytes: Uint8Array): void {
    for (const line of this.#lines.push(bytes, this.#hex.mayCut)) this.#hex.line(line);
    this.#pieces(false);
  }

  end(): void {
    for (const line of this.#lines.end()) this.#hex.line(line);
    this.#hex.end();
    this.#pieces(true);
    if (this.#hex.passedOver > 0)
      this.#sink.note(`${this.#hex.passedOver} lines without an offset were passed over`);
    this.#endPacket();
    this.#packets?.end();
    this.#flat?.end();
  }

  #pieces(isEnd: boolean): void {
    const pieces = this.#hex.take();
    if (this.#flat === null && this.#packets === null) {
      for (const piece of pieces) this.#first.push(piece);
      this.#decide(isEnd);
    } else for (const piece of pieces) this.#piece(piece);
  }

  #decide(isEnd: boolean): void {
    const length = this.#first.reduce((sum, piece) => sum + piece.bytes.length, 0);
    if (length < PACKET_BEGIN && !isEnd) return;
    const pieces = this.#first;
    this.#first = [];
    const begin = concatAll(pieces.map(({ bytes }) => bytes));
    const linkType = linkOf(begin);
    if (linkType !== null) {
      this.#packets = new PacketInput(this.#sink);
      this.#linkType = linkType;
    } else {
      const form =
        flatForm(isEnd ? firstSide(pieces) : begin) ??
        (isEnd ? null : flatForm(begin.subarray(0, 4)));
      if (form === null) throw notTls(begin);
      this.#flat = new FlatInput(form, this.#sink.open(null));
    }
    for (const piece of pieces) this.#piece(piece);
  }

  #piece({ from, bytes, begins }: HexPiece): void {
    if (this.#packets === null) {
      this.#flat?.bytes(from, bytes);
      return;
    }
    if (begins) this.#endPacket();
    if (this.#packet.length < MAX_LINES) this.#packet.push(bytes);
  }

  #endPacket(): void {
    if (this.#packet.length === 0) return;
    this.#packets?.packet({ linkType: this.#linkType, bytes: concatAll(this.#packet) });
    this.#packet = [];
  }
}

/** The bytes of whoever comes first, without those of the other side. */
function firstSide(pieces: readonly HexPiece[]): Uint8Array {
  const from = pieces[0]?.from ?? null;
  return concatAll(pieces.filter((piece) => piece.from === from).map(({ bytes }) => bytes));
}
