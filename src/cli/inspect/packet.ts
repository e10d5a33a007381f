/**
 * The TCP segment of a packet: link layer, IPv4 (RFC 791) and IPv6 (RFC 8200), TCP (RFC 9293). Fragments of IP are passed over.
 */
import type { Packet } from "./capture-file.ts";

export interface Segment {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly syn: boolean;
  readonly ack: boolean;
  /** The sender has nothing more to say after `data`. */
  readonly fin: boolean;
  readonly reset: boolean;
  readonly data: Uint8Array;
}

/** LINKTYPE numbers with the length of their header; the network protocol is told by the version in IP's first byte. */
const LINK_HEADERS: ReadonlyMap<number, number> = new Map([
  [0, 4], // BSD loopback
  [12, 0], // raw IP, as some systems number it
  [14, 0],
  [101, 0], // raw IP
  [108, 4], // OpenBSD loopback
  [113, 16], // Linux "any"
  [228, 0], // IPv4
  [229, 0], // IPv6
  [276, 20], // Linux "any", second version
]);
const ETHERNET = 1;
const ETHERNET_HEADER = 14;
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const VLAN_LENGTH = 4;

const TCP = 6;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const TCP_HEADER = 20;
/** Hop-by-hop, routing, destination options: next header (1), length in units of 8 bytes beyond the first (1). */
const IPV6_OPTIONS: ReadonlySet<number> = new Set([0, 43, 60]);

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** The TCP segment of a packet, or null if it holds none, or not all of its header. */
export function readSegment({ linkType, bytes }: Packet): Segment | null {
  const start = networkStart(linkType, bytes);
  if (start === null) return null;
  const network = bytes.subarray(start);
  const version = (network[0] ?? 0) >> 4;
  if (version === 4) return readIpv4(network);
  return version === 6 ? readIpv6(network) : null;
}

function networkStart(linkType: number, bytes: Uint8Array): number | null {
  if (linkType !== ETHERNET) return LINK_HEADERS.get(linkType) ?? null;
  let start = ETHERNET_HEADER;
  while (VLAN_TAGS.has(u16(bytes, start - 2))) start += VLAN_LENGTH;
  return start;
}

function readIpv4(packet: Uint8Array): Segment | null {
  const headerLength = 4 * ((packet[0] ?? 0) & 0x0f);
  if (packet.length < IPV4_HEADER || packet[9] !== TCP) return null;
  const isFragment = (u16(packet, 6) & 0x3fff) !== 0;
  if (isFragment) return null;
  // Zero: the network card does the cutting (segmentation offload).
  const total = u16(packet, 2) || packet.length;
  const address = (at: number): string => packet.subarray(at, at + 4).join(".");
  return readTcp(packet.subarray(headerLength, total), address(12), address(16));
}

function readIpv6(packet: Uint8Array): Segment | null {
  if (packet.length < IPV6_HEADER) return null;
  const end = IPV6_HEADER + (u16(packet, 4) || packet.length - IPV6_HEADER);
  let next = packet[6] ?? 0;
  let at = IPV6_HEADER;
  while (IPV6_OPTIONS.has(next) && at + 2 <= packet.length) {
    next = packet[at] ?? 0;
    at += 8 * (1 + (packet[at + 1] ?? 0));
  }
  if (next !== TCP) return null;
  const address = (start: number): string => {
    const groups = Array.from({ length: 8 }, (_, i) => u16(packet, start + 2 * i).toString(16));
    return `[${groups.join(":").replace(/(^|:)0(:0)+(:|$)/, "::")}]`;
  };
  return readTcp(packet.subarray(at, end), address(8), address(24));
}

function readTcp(segment: Uint8Array, source: string, destination: string): Segment | null {
  if (segment.length < TCP_HEADER) return null;
  const headerLength = 4 * ((segment[12] ?? 0) >> 4);
  const flags = segment[13] ?? 0;
  return {
    source: `${source}:${u16(segment, 0)}`,
    destination: `${destination}:${u16(segment, 2)}`,
    sourcePort: u16(segment, 0),
    destinationPort: u16(segment, 2),
    sequence: ((u16(segment, 4) << 16) | u16(segment, 6)) >>> 0,
    syn: (flags & 0x02) !== 0,
    ack: (flags & 0x10) !== 0,
    fin: (flags & 0x01) !== 0,
    reset: (flags & 0x04) !== 0,
    data: segment.subarray(Math.max(headerLength, TCP_HEADER)),
  };
}
