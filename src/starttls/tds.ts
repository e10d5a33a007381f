/**
 * TLS of TDS 7.x (MS-TDS §2.2.6.5, §3.2.5.1), client side: PRELOGIN asks for encryption; then the handshake's bytes
 * travel inside PRELOGIN packets, and after it TLS stands bare on the transport, with TDS inside. TDS 8.0 has nothing
 * of this: TLS begins at once, with the ALPN name below. A server wants each of our TDS packets in one TLS record:
 * `setMaxSendFragment(TDS_PACKET_SIZE)`.
 *   packet: type (1) | status (1) | length (2) | SPID (2) | packet id (1) | window (1) | data
 */
import { concat, concatAll } from "../bytes/byte-arrays.ts";
import { GrowingBytes } from "../bytes/growing-bytes.ts";
import {
  exactly,
  negotiator,
  type Part,
  refuse,
  type Script,
  type StartTls,
  send,
} from "./dialogue.ts";

/** ALPN name of TDS 8.0. */
export const TDS8_PROTOCOL = "tds/8.0";
/** Bytes of a packet until the log-in agrees on another size. */
export const TDS_PACKET_SIZE = 4096;

const HEADER_LENGTH = 8;
const PacketType = { Prelogin: 0x12, Response: 0x04 };
const END_OF_MESSAGE = 0x01;

const Option = { Version: 0, Encryption: 1, Instance: 2, Thread: 3, Mars: 4, Terminator: 0xff };
const Encryption = { Off: 0, On: 1, NotSupported: 2, Required: 3 };
/** Type (1), offset (2), length (2). */
const OPTION_LENGTH = 5;

/** TDS 7.x: PRELOGIN with encryption on. Then wrap the handshake by a `TdsHandshake`. */
export function startTlsTds(): StartTls {
  return negotiator(tds());
}

function* tds(): Script {
  yield* send(packet(prelogin(), 0));
  const options = yield* message();
  const encryption = optionValue(options, Option.Encryption);
  if (encryption === Encryption.NotSupported || encryption === Encryption.Off)
    refuse("NotOffered", "the SQL server does not encrypt this connection");
  if (encryption !== Encryption.On && encryption !== Encryption.Required)
    refuse("UnexpectedAnswer", "the answer to PRELOGIN does not mention encryption");
}

/** The data of one message, out of as many packets as it takes. */
function* message(): Part<Uint8Array> {
  const data: Uint8Array[] = [];
  for (;;) {
    const header = yield* exactly(HEADER_LENGTH, "TDS answer to PRELOGIN");
    const [type, status = 0] = header;
    const length = packetLength(header);
    if (type !== PacketType.Response || length < HEADER_LENGTH)
      refuse("UnexpectedAnswer", "the answer to PRELOGIN is not TDS; does it want TDS 8.0?");
    if (length > HEADER_LENGTH)
      data.push(yield* exactly(length - HEADER_LENGTH, "TDS answer to PRELOGIN"));
    if ((status & END_OF_MESSAGE) !== 0) return concatAll(data);
  }
}

/** The first byte of an option's value, or null if it is not there. */
function optionValue(options: Uint8Array, wanted: number): number | null {
  for (let at = 0; at + OPTION_LENGTH <= options.length; at += OPTION_LENGTH) {
    const [type, high = 0, low = 0] = options.subarray(at);
    if (type === Option.Terminator) break;
    if (type === wanted) return options[(high << 8) | low] ?? null;
  }
  return null;
}

/** Options of our PRELOGIN: no instance, no thread, no MARS, encryption on. */
function prelogin(): Uint8Array {
  const values: readonly (readonly [number, readonly number[]])[] = [
    [Option.Version, [0, 0, 0, 0, 0, 0]],
    [Option.Encryption, [Encryption.On]],
    [Option.Instance, [0]],
    [Option.Thread, [0, 0, 0, 0]],
    [Option.Mars, [0]],
  ];
  let offset = values.length * OPTION_LENGTH + 1;
  const heads: number[] = [];
  for (const [type, { length }] of values) {
    heads.push(type, offset >> 8, offset & 0xff, length >> 8, length & 0xff);
    offset += length;
  }
  return Uint8Array.from([...heads, Option.Terminator, ...values.flatMap(([, value]) => value)]);
}

function packet(data: Uint8Array, id: number, status = END_OF_MESSAGE): Uint8Array {
  const length = HEADER_LENGTH + data.length;
  const header = [PacketType.Prelogin, status, length >> 8, length & 0xff, 0, 0, id & 0xff, 0];
  return concat(Uint8Array.from(header), data);
}

function packetLength(header: Uint8Array): number {
  return ((header[2] ?? 0) << 8) | (header[3] ?? 0);
}

/** TLS record types that stand bare: change_cipher_spec to application_data. No TDS packet has one of these types. */
const isTlsRecord = (type: number): boolean => type >= 0x14 && type <= 0x17;

/** What `unwrap` found: bytes for TLS, or why they are none. */
export type Unwrapped =
  | {
      /** The frames were right. */
      readonly ok: true;
      /** Bytes for TLS. */
      readonly tls: Uint8Array;
    }
  | {
      /** The frames were wrong: give the connection up. */
      readonly ok: false;
      /** What was wrong, for people. */
      readonly message: string;
    };

/** The frames round a TLS handshake of TDS 7.x, of one connection and both directions. */
export class TdsHandshake {
  #packetId = 0;
  #wraps = true;
  #unwraps = true;
  readonly #input = new GrowingBytes();

  /** The handshake is over and its last bytes were wrapped: from here on `wrap` leaves bytes as they are. */
  finish(): void {
    this.#wraps = false;
  }

  /**
   * Frames bytes of TLS for the transport.
   * @param tls - bytes of the handshake
   * @returns the same bytes after `finish`, else new memory
   */
  wrap(tls: Uint8Array): Uint8Array {
    if (!this.#wraps) return tls;
    const room = TDS_PACKET_SIZE - HEADER_LENGTH;
    const packets: Uint8Array[] = [];
    for (let at = 0; at < tls.length; at += room) {
      const status = at + room < tls.length ? 0 : END_OF_MESSAGE;
      packets.push(packet(tls.subarray(at, at + room), this.#packetId++, status));
    }
    return concatAll(packets);
  }

  /**
   * Takes the frames off bytes from the transport. The server's frames end with the first bare record.
   * @param bytes - as they came, in any pieces
   * @returns bytes for TLS, or why they are none
   */
  unwrap(bytes: Uint8Array): Unwrapped {
    if (!this.#unwraps) return { ok: true, tls: bytes };
    this.#input.append(bytes);
    const parts: Uint8Array[] = [];
    for (;;) {
      const input = this.#input.bytes;
      const [type] = input;
      if (type === undefined) break;
      if (isTlsRecord(type)) {
        this.#unwraps = false;
        parts.push(input);
        this.#input.drop(input.length);
        break;
      }
      const length = packetLength(input);
      const isWhole = input.length >= HEADER_LENGTH;
      if (type !== PacketType.Prelogin || (isWhole && length < HEADER_LENGTH)) {
        const message = `a TDS packet of type ${type} and length ${length} came during the TLS handshake`;
        return { ok: false, message };
      }
      if (!isWhole || input.length < length) break;
      parts.push(input.subarray(HEADER_LENGTH, length));
      this.#input.drop(length);
    }
    return { ok: true, tls: concatAll(parts) };
  }
}
