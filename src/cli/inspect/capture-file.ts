/**
 * Capture files: pcap (classic, in microseconds or nanoseconds, either byte order) and pcapng (its draft's §4: section,
 * interface, enhanced, simple and decryption secrets blocks). Packets out; times are not read.
 */
import { fromLatin1 } from "../../bytes/text.ts";
import { CliError } from "../cli-error.ts";

export interface Packet {
  /** LINKTYPE number of the interface. */
  readonly linkType: number;
  /** As captured, from the link layer's header on. */
  readonly bytes: Uint8Array;
}

export interface Capture {
  readonly packets: readonly Packet[];
  /** Key log lines that the file itself holds. */
  readonly keyLog: readonly string[];
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
/** "TLSK": a TLS key log. */
const TLS_KEY_LOG = 0x544c534b;

/** True for the begin of a capture file. */
export function isCapture(file: Uint8Array): boolean {
  if (file.length < PCAP_HEADER) return false;
  const view = viewOf(file);
  return view.getUint32(0, false) === Block.Section || pcapOrder(view) !== null;
}

/** Reads a capture file. @throws CliError if it is cut off or broken */
export function readCapture(file: Uint8Array): Capture {
  try {
    const order = pcapOrder(viewOf(file));
    return order === null ? readPcapng(file) : readPcap(file, order === "little");
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CliError("the capture is cut off inside of a packet, or broken");
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function pcapOrder(view: DataView): "big" | "little" | null {
  const isMagic = (value: number): boolean =>
    value === PCAP_MICROSECONDS || value === PCAP_NANOSECONDS;
  if (isMagic(view.getUint32(0, false))) return "big";
  return isMagic(view.getUint32(0, true)) ? "little" : null;
}

/** `length` bytes from `start`. @throws RangeError beyond the end */
function slice(bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (start + length > bytes.length) throw new RangeError("beyond the end");
  return bytes.subarray(start, start + length);
}

function readPcap(file: Uint8Array, little: boolean): Capture {
  const view = viewOf(file);
  // The upper bits tell about frame check sequences.
  const linkType = view.getUint32(PCAP_LINK_TYPE, little) & 0xffff;
  const packets: Packet[] = [];
  for (let at = PCAP_HEADER; at < file.length; ) {
    const length = view.getUint32(at + 8, little);
    packets.push({ linkType, bytes: slice(file, at + PCAP_PACKET_HEADER, length) });
    at += PCAP_PACKET_HEADER + length;
  }
  return { packets, keyLog: [] };
}

function readPcapng(file: Uint8Array): Capture {
  const view = viewOf(file);
  const packets: Packet[] = [];
  const keyLog: string[] = [];
  let linkTypes: number[] = [];
  let little = true;
  for (let at = 0; at < file.length; ) {
    const isSection = view.getUint32(at, false) === Block.Section;
    if (isSection) {
      little = view.getUint32(at + 8, true) === BYTE_ORDER;
      linkTypes = [];
    }
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (length < BLOCK_FRAME) throw new RangeError("an impossible length");
    const body = slice(file, at + 8, length - BLOCK_FRAME);
    const inner = viewOf(body);
    if (type === Block.Interface) linkTypes.push(inner.getUint16(0, little));
    else if (type === Block.Enhanced) {
      const linkType = linkTypes[inner.getUint32(0, little)] ?? 0;
      packets.push({ linkType, bytes: slice(body, 20, inner.getUint32(12, little)) });
    } else if (type === Block.Simple) {
      const captured = Math.min(inner.getUint32(0, little), body.length - 4);
      packets.push({ linkType: linkTypes[0] ?? 0, bytes: slice(body, 4, captured) });
    } else if (type === Block.Secrets && inner.getUint32(0, little) === TLS_KEY_LOG) {
      const secrets = slice(body, 8, inner.getUint32(4, little));
      keyLog.push(...fromLatin1(secrets).split(/\r?\n/));
    }
    at += length;
  }
  return { packets, keyLog };
}
