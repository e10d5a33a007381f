/**
 * Packets to TCP connections: link layer, IPv4 (RFC 791) and IPv6 (RFC 8200), TCP (RFC 9293), bytes of each direction in
 * order. Fragments of IP are passed over; what is missing is told, and nothing after it is guessed.
 */
import type { Side } from "../wire-view.ts";
import type { Packet } from "./capture-file.ts";

/** Bytes of one side, in the order in which they became complete. */
export interface Chunk {
  readonly from: Side;
  readonly bytes: Uint8Array;
}

export interface TcpConnection {
  /** "192.0.2.1:50000 to 192.0.2.2:443" */
  readonly name: string;
  readonly chunks: readonly Chunk[];
  /** A gap: bytes were not captured, and those of this side after it are left out. */
  readonly incomplete: readonly Side[];
}

interface Segment {
  readonly source: string;
  readonly destination: string;
  readonly sequence: number;
  readonly syn: boolean;
  readonly ack: boolean;
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

/** Segments kept while one before them is missing. */
const MAX_WAITING = 4096;

/** TCP connections of a capture that carry bytes, in order of their first packet. */
export function tcpConnections(packets: readonly Packet[]): readonly TcpConnection[] {
  const open = new Map<string, Connection>();
  const all: Connection[] = [];
  for (const packet of packets) {
    const segment = readSegment(packet);
    if (segment === null) continue;
    const key = [segment.source, segment.destination].sort().join(" ");
    let connection = open.get(key);
    // The same ports again: a connection of its own.
    if (connection === undefined || (segment.syn && !segment.ack && connection.used)) {
      connection = new Connection(segment);
      open.set(key, connection);
      all.push(connection);
    }
    connection.take(segment);
  }
  return all.filter((connection) => connection.used).map((connection) => connection.result());
}

class Direction {
  next: number | null = null;
  readonly waiting = new Map<number, Uint8Array>();
}

class Connection {
  readonly #client: string;
  readonly #server: string;
  readonly #chunks: Chunk[] = [];
  readonly #directions = { client: new Direction(), server: new Direction() };

  constructor(first: Segment) {
    // Whoever answers a SYN is the server; without one, whoever speaks first is the client.
    const isAnswer = first.syn && first.ack;
    this.#client = isAnswer ? first.destination : first.source;
    this.#server = isAnswer ? first.source : first.destination;
  }

  get used(): boolean {
    return this.#chunks.length > 0;
  }

  take({ source, sequence, syn, data }: Segment): void {
    const from: Side = source === this.#client ? "client" : "server";
    const direction = this.#directions[from];
    if (syn) direction.next = (sequence + 1) >>> 0;
    if (data.length === 0 || syn) return;
    direction.next ??= sequence;
    if (direction.waiting.size < MAX_WAITING) direction.waiting.set(sequence, data);
    this.#deliver(from, direction);
  }

  #deliver(from: Side, direction: Direction): void {
    for (let progress = true; progress; ) {
      progress = false;
      for (const [sequence, data] of direction.waiting) {
        const behind = ((direction.next ?? sequence) - sequence) >> 0;
        if (behind < 0) continue;
        direction.waiting.delete(sequence);
        if (behind >= data.length) continue;
        // A retransmission may begin before what we have.
        const bytes = data.subarray(behind);
        this.#chunks.push({ from, bytes });
        direction.next = ((direction.next ?? sequence) + bytes.length) >>> 0;
        progress = true;
      }
    }
  }

  result(): TcpConnection {
    const sides: readonly Side[] = ["client", "server"];
    return {
      name: `${this.#client} to ${this.#server}`,
      chunks: this.#chunks,
      incomplete: sides.filter((side) => this.#directions[side].waiting.size > 0),
    };
  }
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** The TCP segment of a packet, or null if it holds none, or not all of its header. */
function readSegment({ linkType, bytes }: Packet): Segment | null {
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
    sequence: ((u16(segment, 4) << 16) | u16(segment, 6)) >>> 0,
    syn: (flags & 0x02) !== 0,
    ack: (flags & 0x10) !== 0,
    data: segment.subarray(Math.max(headerLength, TCP_HEADER)),
  };
}
