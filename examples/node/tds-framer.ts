/**
 * TDS over TLS: what a driver for SQL Server does after TLS stands. Messages are cut into packets, each in a record of
 * its own (`setMaxSendFragment`), and joined again. TDS 7.x: PRELOGIN first, the handshake in its packets.
 *   node build/examples/node/tds-framer.js HOST PORT AUTHORITY.pem TYPE TEXT
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import {
  connect,
  negotiateStartTls,
  startTlsTds,
  TDS_PACKET_SIZE,
  TdsHandshakeStream,
} from "../../src/entries/node.ts";

const HEADER = 8;
const END_OF_MESSAGE = 1;

/** Cuts a message: type (1) | status (1) | length (2) | SPID (2) | packet id (1) | window (1) | data. */
export function* packets(type: number, data: Buffer): Generator<Buffer> {
  const room = TDS_PACKET_SIZE - HEADER;
  let id = 1;
  for (let at = 0; at === 0 || at < data.length; at += room) {
    const part = data.subarray(at, at + room);
    const header = Buffer.alloc(HEADER);
    header[0] = type;
    header[1] = at + room >= data.length ? END_OF_MESSAGE : 0;
    header.writeUInt16BE(HEADER + part.length, 2);
    header[6] = id++ & 0xff;
    yield Buffer.concat([header, part]);
  }
}

/** Joins packets; a message when its last packet is there. */
export class Messages {
  #input = Buffer.alloc(0);
  #data: Buffer[] = [];

  push(chunk: Buffer): { type: number; data: Buffer }[] {
    this.#input = Buffer.concat([this.#input, chunk]);
    const found: { type: number; data: Buffer }[] = [];
    while (this.#input.length >= HEADER) {
      const length = this.#input.readUInt16BE(2);
      if (length < HEADER) throw new Error(`a TDS packet of ${length} bytes came`);
      if (this.#input.length < length) break;
      const [type = 0, status = 0] = this.#input;
      this.#data.push(this.#input.subarray(HEADER, length));
      this.#input = this.#input.subarray(length);
      if ((status & END_OF_MESSAGE) === 0) continue;
      found.push({ type, data: Buffer.concat(this.#data) });
      this.#data = [];
    }
    return found;
  }
}

const [host = "", port = "", authority = "", type = "1", text = ""] = process.argv.slice(2);
const tcp = connectTcp(Number(port), host);
await once(tcp, "connect");
await negotiateStartTls(tcp, startTlsTds());
const frames = new TdsHandshakeStream(tcp);
const socket = connect({
  ...{ socket: frames, servername: host, ca: readFileSync(authority), maxVersion: "TLSv1.2" },
});
await once(socket, "secureConnect");
frames.finish();
socket.setMaxSendFragment(TDS_PACKET_SIZE);
for (const packet of packets(Number(type), Buffer.from(text))) socket.write(packet);
const messages = new Messages();
reading: for await (const chunk of socket)
  for (const message of messages.push(chunk)) {
    console.log(
      `${message.type}: ${message.data.length} bytes, ${message.data.toString().slice(0, 20)}`,
    );
    break reading;
  }
socket.end();
