/**
 * SSLRequest of MySQL and MariaDB, client side (MySQL internals manual, "Connection Phase"): the server's greeting,
 * then the first half of our answer with CLIENT_SSL set; TLS begins, and the whole answer follows inside of it.
 */

import { fromLatin1 } from "../bytes/text.ts";
import { count, readOptions, type Shape, whole } from "../sspi/option-shape.ts";
import { negotiator, quote, refuse, type Script, type StartTls, send, unit } from "./dialogue.ts";

const PROTOCOL_VERSION = 10;
const ERROR = 0xff;
const HEADER_LENGTH = 4;
/** A greeting has about a hundred bytes. */
const MAX_GREETING = 4096;

/** Capability flags. */
const CLIENT_SSL = 0x0800;
const CLIENT_PROTOCOL_41 = 0x0200;
const CLIENT_SECURE_CONNECTION = 0x8000;

/** Thread id (4), scramble (8), filler (1): between the server's version and its capabilities. */
const BEFORE_CAPABILITIES = 13;
const REQUEST_LENGTH = 32;
/** Bytes of a packet that we announce to take, as other clients do; it is not read here. */
const MAX_PACKET = 0x1000000;
const UTF8MB4 = 45;

/** Options of startTlsMysql: what a client reports about itself before TLS begins. */
export interface MysqlOptions {
  /** Capability flags of the answer that follows inside of TLS; CLIENT_SSL is added. */
  readonly capabilities?: number;
  /** Collation number of the same answer. */
  readonly collation?: number;
}

const OPTIONS: Shape<MysqlOptions> = /* @__PURE__ */ (() => ({
  capabilities: whole,
  collation: count,
}))();

/**
 * MySQL: greeting, SSLRequest. The step that ends it has the greeting in `received`, with the scramble that the
 * log-in needs; the next packet, inside of TLS, has the sequence number 2.
 * @param options - what the client reports about itself; default: nothing in particular
 * @returns an exchange, to be used once
 */
export function startTlsMysql(options: MysqlOptions = {}): StartTls {
  return negotiator(mysql(readOptions(options, { shape: OPTIONS, path: "startTlsMysql()" })));
}

function* mysql(options: MysqlOptions): Script {
  const packet = yield* unit(packetLength, "MySQL greeting");
  const payload = packet.subarray(HEADER_LENGTH);
  if (payload[0] === ERROR)
    refuse("Refused", `the MySQL server refuses us: ${quote(fromLatin1(payload.subarray(3)))}`);
  const versionEnd = payload.indexOf(0);
  const at = versionEnd + 1 + BEFORE_CAPABILITIES;
  if (payload[0] !== PROTOCOL_VERSION || versionEnd < 0 || at + 2 > payload.length)
    refuse("UnexpectedAnswer", "the greeting is not MySQL's; is it another server?");
  const capabilities = ((payload[at + 1] as number) << 8) | (payload[at] as number);
  if ((capabilities & CLIENT_SSL) === 0)
    refuse("NotOffered", "the MySQL server has TLS switched off");
  yield* send(sslRequest(options, ((packet[3] as number) + 1) & 0xff));
}

/** Length (3, least byte first) | sequence number (1) | payload. */
function packetLength(input: Uint8Array): number {
  if (input.length < HEADER_LENGTH) return 0;
  const [low = 0, middle = 0, high = 0] = input;
  const end = HEADER_LENGTH + (low | (middle << 8) | (high << 16));
  if (end > MAX_GREETING)
    refuse("TooLong", `a greeting of ${end} bytes is announced; is this a MySQL server?`);
  return input.length >= end ? end : 0;
}

/** Capabilities (4) | largest packet (4) | collation (1) | zeros (23). */
function sslRequest({ capabilities, collation }: MysqlOptions, sequence: number): Uint8Array {
  const packet = new Uint8Array(HEADER_LENGTH + REQUEST_LENGTH);
  const view = new DataView(packet.buffer);
  packet[0] = REQUEST_LENGTH;
  packet[3] = sequence;
  const flags = capabilities ?? CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION;
  view.setUint32(HEADER_LENGTH, (flags | CLIENT_SSL) >>> 0, true);
  view.setUint32(HEADER_LENGTH + 4, MAX_PACKET, true);
  packet[HEADER_LENGTH + 8] = collation ?? UTF8MB4;
  return packet;
}
