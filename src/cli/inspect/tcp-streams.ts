/**
 * Segments to TCP connections: the bytes of each direction in order, as soon as they are. What was captured out of order,
 * twice or not at all is put right or said; memory is bounded, whatever the capture holds.
 */
import type { Side } from "../wire-keys.ts";
import type { Packet } from "./capture-file.ts";
import { readSegment, type Segment } from "./packet.ts";

/** One connection, as it is read. */
export interface StreamSink {
  /** Bytes of one side, in order. */
  bytes(from: Side, bytes: Uint8Array): void;
  /** Bytes of one side that were not captured; what it sent after them follows. */
  gap(from: Side, length: number): void;
  end(): void;
}

/** What is known of a connection when its first packet comes. */
export interface StreamBegin {
  /** "192.0.2.1:50000" */
  readonly client: string;
  readonly server: string;
  /** The SYN was captured: who is the client is no guess, and the first byte is the first. */
  readonly certain: boolean;
}

/** Segments kept for one direction while one before them is missing. */
const MAX_WAITING = 4096;
/** Bytes of those segments. */
const MAX_WAITING_BYTES = 1 << 22;
/** Connections that are followed at a time; the oldest makes room. */
const MAX_OPEN = 8192;
/** Ports below this belong to servers. */
const FIRST_CLIENT_PORT = 1024;

export class TcpStreams {
  readonly #begin: (connection: StreamBegin) => StreamSink;
  readonly #open = new Map<string, Connection>();
  #segments = 0;

  /** @param begin called for each connection that carries bytes, at its first ones */
  constructor(begin: (connection: StreamBegin) => StreamSink) {
    this.#begin = begin;
  }

  /** TCP segments that were found. */
  get segments(): number {
    return this.#segments;
  }

  packet(packet: Packet): void {
    const segment = readSegment(packet);
    if (segment === null) return;
    this.#segments++;
    const { source, destination } = segment;
    const key = source < destination ? `${source} ${destination}` : `${destination} ${source}`;
    let connection = this.#open.get(key);
    // The same ports again: a connection of its own.
    if (connection === undefined || (segment.syn && !segment.ack && connection.used)) {
      connection?.end();
      this.#open.delete(key);
      connection = new Connection(segment, this.#begin);
      this.#open.set(key, connection);
      this.#makeRoom();
    }
    connection.take(segment);
  }

  end(): void {
    for (const connection of this.#open.values()) connection.end();
    this.#open.clear();
  }

  #makeRoom(): void {
    if (this.#open.size <= MAX_OPEN) return;
    const [oldest] = this.#open;
    if (oldest === undefined) return;
    oldest[1].end();
    this.#open.delete(oldest[0]);
  }
}

interface Waiting {
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** How far `sequence` lies behind `next`, in a number space that wraps. */
const behind = (next: number, sequence: number): number => (next - sequence) >> 0;

class Direction {
  next: number | null = null;
  /** In order, the first one first. */
  waiting: Waiting[] = [];
  waitingBytes = 0;
  /** Where the FIN stands. */
  last: number | null = null;

  insert(sequence: number, data: Uint8Array): void {
    let low = 0;
    let high = this.waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (behind((this.waiting[middle] as Waiting).sequence, sequence) < 0) low = middle + 1;
      else high = middle;
    }
    const same = this.waiting[low];
    if (same?.sequence === sequence && same.data.length >= data.length) return;
    // The capture's memory goes on to the next packets.
    this.waiting.splice(low, 0, { sequence, data: data.slice() });
    this.waitingBytes += data.length;
  }

  get isFull(): boolean {
    return this.waiting.length > MAX_WAITING || this.waitingBytes > MAX_WAITING_BYTES;
  }

  get isOver(): boolean {
    return this.last !== null && this.next !== null && behind(this.next, this.last) >= 0;
  }
}

class Connection {
  readonly #begin: (connection: StreamBegin) => StreamSink;
  readonly #about: StreamBegin;
  readonly #directions = { client: new Direction(), server: new Direction() };
  #sink: StreamSink | null = null;
  #over = false;

  constructor(first: Segment, begin: (connection: StreamBegin) => StreamSink) {
    this.#begin = begin;
    // Whoever answers a SYN is the server. Without one: the side with a server's port, or whoever does not speak first.
    const byPort =
      first.sourcePort < FIRST_CLIENT_PORT && first.destinationPort >= FIRST_CLIENT_PORT;
    const fromServer = first.syn ? first.ack : byPort;
    this.#about = {
      client: fromServer ? first.destination : first.source,
      server: fromServer ? first.source : first.destination,
      certain: first.syn,
    };
  }

  get used(): boolean {
    return this.#sink !== null || this.#over;
  }

  take({ source, sequence, syn, fin, reset, data }: Segment): void {
    if (this.#over) return;
    const from: Side = source === this.#about.client ? "client" : "server";
    const direction = this.#directions[from];
    // A SYN may carry data (TCP Fast Open), which begins after it.
    const start = syn ? (sequence + 1) >>> 0 : sequence;
    if (syn) direction.next ??= start;
    if (fin) direction.last = (start + data.length) >>> 0;
    if (data.length > 0) {
      direction.next ??= start;
      this.#data(from, direction, start, data);
    }
    if (reset || (this.#directions.client.isOver && this.#directions.server.isOver)) this.end();
  }

  /** What is left of it is told, gaps included. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const side of ["client", "server"] as const)
      while (this.#directions[side].waiting.length > 0) this.#skip(side, this.#directions[side]);
    this.#sink?.end();
  }

  #data(from: Side, direction: Direction, sequence: number, data: Uint8Array): void {
    if (behind(direction.next ?? sequence, sequence) < 0) direction.insert(sequence, data);
    else this.#deliver(from, direction, sequence, data);
    this.#drain(from, direction);
    while (direction.isFull) this.#skip(from, direction);
  }

  /** Data that begins where the last ended, or before: a retransmission may repeat what was there. */
  #deliver(from: Side, direction: Direction, sequence: number, data: Uint8Array): void {
    const known = behind(direction.next ?? sequence, sequence);
    if (known >= data.length) return;
    this.#sink ??= this.#begin(this.#about);
    this.#sink.bytes(from, data.subarray(known));
    direction.next = (sequence + data.length) >>> 0;
  }

  #drain(from: Side, direction: Direction): void {
    let count = 0;
    for (const { sequence, data } of direction.waiting) {
      if (behind(direction.next ?? sequence, sequence) < 0) break;
      count++;
      direction.waitingBytes -= data.length;
      this.#deliver(from, direction, sequence, data);
    }
    if (count > 0) direction.waiting.splice(0, count);
  }

  /** Gives up what is missing before the first segment that waits. */
  #skip(from: Side, direction: Direction): void {
    const [first] = direction.waiting;
    if (first === undefined) return;
    this.#sink ??= this.#begin(this.#about);
    this.#sink.gap(from, -behind(direction.next ?? first.sequence, first.sequence));
    direction.next = first.sequence;
    this.#drain(from, direction);
  }
}
