/**
 * Takes handshake messages out of plaintext records (RFC 8446 §5.1), for captured flows.
 */

import { concat } from "../../src/bytes/byte-arrays.ts";
import { ByteReader } from "../../src/bytes/byte-reader.ts";

const HANDSHAKE = 22;

export interface PlainMessage {
  readonly type: number;
  readonly body: Uint8Array;
}

/**
 * The handshake messages of the leading handshake records.
 * @param flights bytes that hold whole records each
 */
export function handshakeMessages(flights: readonly Uint8Array[]): PlainMessage[] {
  const records = new ByteReader(concat(...flights), "records");
  const contents: Uint8Array[] = [];
  while (records.remaining > 0) {
    const type = records.u8("type");
    records.u16("version");
    const content = records.vector(2, "fragment");
    if (type !== HANDSHAKE) break;
    contents.push(content);
  }
  const stream = new ByteReader(concat(...contents), "handshake");
  const messages: PlainMessage[] = [];
  while (stream.remaining > 0) {
    messages.push({ type: stream.u8("type"), body: stream.vector(3, "body") });
  }
  return messages;
}
