/**
 * Captures made for tests: a recorded connection in TCP segments, in IP packets, in a capture file of either form.
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { fromHex, latin1 } from "../../src/bytes/text.ts";
import type { RecordedConnection } from "../support/openssl-traces.ts";

export interface Segment {
  readonly from: "client" | "server";
  /** Bytes that the side sent before. */
  readonly offset: number;
  readonly data: Uint8Array;
  readonly syn?: boolean;
}

const PORTS = { client: 50_000, server: 443 };
/** Near the end of the number space, so that it wraps. */
const FIRST_SEQUENCE = 0xffff_ff00;

/** The segments of a connection, at most `room` bytes each, with the handshake of TCP before. */
export function segmentsOf(connection: RecordedConnection, room: number): Segment[] {
  const sent = { client: 0, server: 0 };
  const segments: Segment[] = (["client", "server"] as const).map((from) => ({
    ...{ from, offset: -1, data: new Uint8Array(0), syn: true },
  }));
  for (const { from, record } of connection.records) {
    const bytes = fromHex(record);
    for (let at = 0; at < bytes.length; at += room) {
      const data = bytes.subarray(at, at + room);
      segments.push({ from, offset: sent[from], data });
      sent[from] += data.length;
    }
  }
  return segments;
}

const u16 = (...values: number[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]));
const u32 = (value: number, little = false): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0, little);
  return bytes;
};

function tcp({ from, offset, data, syn }: Segment): Uint8Array {
  const to = from === "client" ? "server" : "client";
  const flags = syn ? (from === "client" ? 0x02 : 0x12) : 0x18;
  const header = concat(
    u16(PORTS[from], PORTS[to]),
    u32(FIRST_SEQUENCE + 1 + offset),
    u32(0),
    Uint8Array.of(0x50, flags),
    u16(1000, 0, 0),
  );
  return concat(header, data);
}

export function ipv4(segment: Segment): Uint8Array {
  const payload = tcp(segment);
  const [client, server] = [Uint8Array.of(192, 0, 2, 1), Uint8Array.of(192, 0, 2, 2)];
  const ends = segment.from === "client" ? [client, server] : [server, client];
  const header = [
    Uint8Array.of(0x45, 0),
    u16(20 + payload.length, 1, 0),
    Uint8Array.of(64, 6, 0, 0),
  ];
  return concat(...header, ...ends, payload);
}

/** With a hop-by-hop header before TCP. */
export function ipv6(segment: Segment): Uint8Array {
  const payload = concat(Uint8Array.of(6, 0, 1, 4, 0, 0, 0, 0), tcp(segment));
  const address = (last: number): Uint8Array =>
    concat(fromHex("20010db8"), new Uint8Array(11), Uint8Array.of(last));
  const ends = segment.from === "client" ? [address(1), address(2)] : [address(2), address(1)];
  return concat(
    Uint8Array.of(0x60, 0, 0, 0),
    u16(payload.length),
    Uint8Array.of(0, 64),
    ...ends,
    payload,
  );
}

/** Link layers by LINKTYPE number. */
export const LINKS: ReadonlyMap<number, (packet: Uint8Array) => Uint8Array> = new Map([
  [0, (packet) => concat(Uint8Array.of(2, 0, 0, 0), packet)],
  [1, (packet) => concat(new Uint8Array(12), u16(0x8100, 7, 0x0800), packet)],
  [101, (packet) => packet],
  [113, (packet) => concat(new Uint8Array(16), packet)],
  [276, (packet) => concat(new Uint8Array(20), packet)],
]);

export function pcap(linkType: number, packets: readonly Uint8Array[], little = true): Uint8Array {
  const number = (value: number): Uint8Array => u32(value, little);
  const link = LINKS.get(linkType) ?? ((packet: Uint8Array) => packet);
  const magic = little ? 0xa1b2c3d4 : 0xa1b23c4d;
  const head = [
    number(magic),
    number(0x00040002),
    number(0),
    number(0),
    number(65535),
    number(linkType),
  ];
  return concat(
    ...head,
    ...packets.flatMap((packet) => {
      const frame = link(packet);
      return [number(1), number(2), number(frame.length), number(frame.length), frame];
    }),
  );
}

export function pcapng(
  linkType: number,
  packets: readonly Uint8Array[],
  keyLog: readonly string[],
): Uint8Array {
  const number = (value: number): Uint8Array => u32(value, true);
  const padded = (bytes: Uint8Array): Uint8Array =>
    concat(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
  const block = (type: number, body: Uint8Array): Uint8Array => {
    const content = padded(body);
    const length = number(12 + content.length);
    return concat(number(type), length, content, length);
  };
  const link = LINKS.get(linkType) ?? ((packet: Uint8Array) => packet);
  const secrets = latin1(`${keyLog.join("\n")}\n`);
  return concat(
    block(
      0x0a0d0d0a,
      concat(number(0x1a2b3c4d), number(1), number(0xffffffff), number(0xffffffff)),
    ),
    block(1, concat(number(linkType), number(0))),
    block(10, concat(number(0x544c534b), number(secrets.length), secrets)),
    block(5, new Uint8Array(12)),
    ...packets.map((packet, index) => {
      const frame = link(packet);
      return index === 0
        ? block(3, concat(number(frame.length), frame))
        : block(
            6,
            concat(
              number(0),
              number(0),
              number(0),
              number(frame.length),
              number(frame.length),
              frame,
            ),
          );
    }),
  );
}
