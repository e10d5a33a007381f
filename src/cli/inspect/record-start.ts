/**
 * Where TLS begins in bytes that may hold something else before it: a hello, an alert, or records in the middle of a
 * connection.
 */
import { ContentType } from "../../protocol/content-type.ts";
import { HandshakeType } from "../../protocol/handshake-type.ts";
import { RECORD_HEADER_LENGTH } from "../../protocol/limits.ts";
import type { Side } from "../wire-keys.ts";

/** TLS 1.2 allows 2048 bytes more than the content. */
const MAX_FRAGMENT = 0x4000 + 2048;

/**
 * Where a ClientHello, a ServerHello or a fatal alert begins, at `from` or after it; -1 if nowhere.
 * @param side whose hello it is
 */
export function helloStart(side: Side, bytes: Uint8Array, from = 0): number {
  const hello = side === "client" ? HandshakeType.ClientHello : HandshakeType.ServerHello;
  for (let at = from; at + RECORD_HEADER_LENGTH < bytes.length; at++) {
    if (bytes[at + 1] !== 3 || (bytes[at + 2] as number) > 4) continue;
    const first = bytes[at + RECORD_HEADER_LENGTH];
    if (bytes[at] === ContentType.Handshake && first === hello) return at;
    if (bytes[at] === ContentType.Alert && bytes[at + 3] === 0 && bytes[at + 4] === 2) return at;
  }
  return -1;
}

/** Length of the record at `at`, its header included; 0 if no record can begin there. */
function recordLength(bytes: Uint8Array, at: number): number {
  const type = bytes[at] as number;
  if (type < ContentType.ChangeCipherSpec || type > ContentType.Heartbeat) return 0;
  if (bytes[at + 1] !== 3 || (bytes[at + 2] as number) > 4) return 0;
  const length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
  return length === 0 || length > MAX_FRAGMENT ? 0 : RECORD_HEADER_LENGTH + length;
}

/**
 * Where a row of records begins that goes on to the end of `bytes`: at least two of them, or one at the very begin; -1 if
 * there is none. One pass from the end, so that no bytes are looked at more often.
 */
export function recordsStart(bytes: Uint8Array): number {
  /** Records in the row that begins at each place; 0: none does. */
  const rows = new Uint16Array(bytes.length + 1);
  for (let at = bytes.length - RECORD_HEADER_LENGTH; at >= 0; at--) {
    const length = recordLength(bytes, at);
    if (length === 0) continue;
    const next = at + length;
    const fitsEnd = next > bytes.length - RECORD_HEADER_LENGTH;
    const after = fitsEnd ? 0 : (rows[next] as number);
    if (fitsEnd || after > 0) rows[at] = Math.min(after + 1, 0xffff);
  }
  if ((rows[0] as number) > 0) return 0;
  return rows.findIndex((count) => count >= 2);
}
