/**
 * Capture files as they are read: pcap (classic, in microseconds or nanoseconds, either byte order) and pcapng (its draft's §4:
 * section, interface, enhanced, simple and decryption secrets blocks). Bytes in, packets out; times are not read. No more than
 * one packet is kept.
 */
import { fromLatin1 } from "../../bytes/text.ts";
import { Gathered } from "./gathered.ts";

export interface Packet {
  /** LINKTYPE number of the interface. */
  readonly linkType: number;
  /** As captured, from the link layer's header on. */
  readonly bytes: Uint8Array;
}

/** What a capture holds. */
export interface CaptureSink {
  packet(packet: Packet): void;
  /** Key log lines that the file itself holds. */
  keyLog(line: string): void;
}

const PCAP_MICROSECONDS = 0xa1b2c3d4;
const PCAP_NANOSECONDS = 0xa1b23c4d;
const PCAP_HEADER = 24;
const PCAP_LINK_TYPE = 20;
const PCAP_PACKET_HEADER = 16;

const Block = { Section: 0x0a0d0d0a, Interface: 1, Simple: 3, Secrets: 10, Enhanced: 6 };
const BYTE_ORDER = 0x1a2b3c4d;
/** Type (4), total length (4), and the length again at the end. */
const BLOCK_FRAME = 12;
/** Enough of a block to know its length in either byte order. */
const BLOCK_BEGIN = 12;
/** "TLSK": a TLS key log. */
const TLS_KEY_LOG = 0x544c534b;
/** No packet and no block is larger; a key log of this size has 80,000 sessions. */
const MAX_BLOCK = 1 << 24;

function toView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** True for the begin of a capture file. */
export function isCapture(begin: Uint8Array): boolean {
  if (begin.length < PCAP_HEADER) return false;
  const view = toView(begin);
  return view.getUint32(0, false) === Block.Section || pcapOrder(view) !== null;
}

function pcapOrder(view: DataView): "big" | "little" | null {
  const isMagic = (value: number): boolean =>
    value === PCAP_MICROSECONDS || value === PCAP_NANOSECONDS;
  if (isMagic(view.getUint32(0, false))) return "big";
  return isMagic(view.getUint32(0, true)) ? "little" : null;
}

export class CaptureReader {
  readonly #sink: CaptureSink;
  readonly #bytes = new Gathered();
  #form: "pcap" | "pcapng" | null = null;
  #little = true;
  #linkTypes: number[] = [];
  /** Why nothing more is read, or null. */
  #broken: string | null = null;

  constructor(sink: CaptureSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes of the file. They must not change until the packets in them are done with. */
  push(bytes: Uint8Array): void {
    if (this.#broken !== null) return;
    this.#bytes.push(bytes);
    while (this.#broken === null && this.#next());
  }

  /** The file has ended. Returns what a reader has to know of its end, or null. */
  end(): string | null {
    if (this.#broken !== null) return this.#broken;
    const { length } = this.#bytes;
    return length === 0
      ? null
      : `the capture is cut off: its last ${length} bytes are not a whole packet, and are left out`;
  }

  /** Reads one packet or block; false if it is not all there. */
  #next(): boolean {
    if (this.#form === null) return this.#begin();
    return this.#form === "pcap" ? this.#pcapPacket() : this.#pcapngBlock();
  }

  #begin(): boolean {
    const begin = this.#bytes.peek(PCAP_HEADER);
    if (begin === null) return false;
    const view = toView(begin);
    const order = pcapOrder(view);
    this.#form = order === null ? "pcapng" : "pcap";
    if (order === null) return true;
    this.#little = order === "little";
    // The upper bits are about frame check sequences.
    this.#linkTypes = [view.getUint32(PCAP_LINK_TYPE, this.#little) & 0xffff];
    this.#bytes.drop(PCAP_HEADER);
    return true;
  }

  #break(length: number): false {
    this.#broken = `the capture is broken: a packet or block of ${length} bytes is announced; nothing after it is read`;
    this.#bytes.clear();
    return false;
  }

  #pcapPacket(): boolean {
    const header = this.#bytes.peek(PCAP_PACKET_HEADER);
    if (header === null) return false;
    const length = toView(header).getUint32(8, this.#little);
    if (length > MAX_BLOCK) return this.#break(length);
    const packet = this.#bytes.peek(PCAP_PACKET_HEADER + length);
    if (packet === null) return false;
    this.#bytes.drop(packet.length);
    const linkType = this.#linkTypes[0] ?? 0;
    this.#sink.packet({ linkType, bytes: packet.subarray(PCAP_PACKET_HEADER) });
    return true;
  }

  #pcapngBlock(): boolean {
    const begin = this.#bytes.peek(BLOCK_BEGIN);
    if (begin === null) return false;
    const view = toView(begin);
    if (view.getUint32(0, false) === Block.Section) {
      this.#little = view.getUint32(8, true) === BYTE_ORDER;
      this.#linkTypes = [];
    }
    const length = view.getUint32(4, this.#little);
    if (length < BLOCK_FRAME || length > MAX_BLOCK) return this.#break(length);
    const block = this.#bytes.peek(length);
    if (block === null) return false;
    this.#bytes.drop(length);
    try {
      this.#block(view.getUint32(0, this.#little), block.subarray(8, length - 4));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.#break(length);
    }
    return true;
  }

  /** @throws RangeError for a body that is too short */
  #block(type: number, body: Uint8Array): void {
    const view = toView(body);
    const little = this.#little;
    if (type === Block.Interface) this.#linkTypes.push(view.getUint16(0, little));
    else if (type === Block.Enhanced) {
      const linkType = this.#linkTypes[view.getUint32(0, little)] ?? 0;
      this.#sink.packet({ linkType, bytes: slice(body, 20, view.getUint32(12, little)) });
    } else if (type === Block.Simple) {
      const captured = Math.min(view.getUint32(0, little), body.length - 4);
      this.#sink.packet({ linkType: this.#linkTypes[0] ?? 0, bytes: slice(body, 4, captured) });
    } else if (type === Block.Secrets && view.getUint32(0, little) === TLS_KEY_LOG) {
      const secrets = slice(body, 8, view.getUint32(4, little));
      for (const line of fromLatin1(secrets).split(/\r?\n/)) this.#sink.keyLog(line);
    }
  }
}

/** `length` bytes from `start`. @throws RangeError beyond the end */
function slice(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > bytes.length) throw new RangeError("beyond the end");
  return bytes.subarray(start, start + length);
}
