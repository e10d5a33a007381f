/**
 * SECBUFFER_APPLICATION_PROTOCOLS: SEC_APPLICATION_PROTOCOLS, little-endian and packed (reference 2.3), to ALPN names.
 */
import { fromLatin1, latin1 } from "../bytes/text.ts";
import { SECBUFFER_APPLICATION_PROTOCOLS } from "../sspi/buffer-types.ts";
import {
  MAX_PROTOCOL_ID_SIZE,
  SecApplicationProtocolNegotiationExt_ALPN,
} from "../sspi/package-constants.ts";
import { refuse } from "../sspi/refusal.ts";
import { SecBuffer } from "../sspi/sec-buffer.ts";
import { SEC_E_INVALID_TOKEN } from "../sspi/security-status.ts";

const LISTS_HEADER = 4;
const LIST_HEADER = 6;

/**
 * ALPN names (one byte per character) in order. Lists of another kind (None, NPN) are skipped.
 * Refuses with SEC_E_INVALID_TOKEN what does not have the structure.
 * @param bytes the whole buffer; what follows ProtocolListsSize is ignored
 */
export function parseApplicationProtocols(bytes: Uint8Array): readonly string[] {
  const malformed = (what: string): never =>
    refuse(
      SEC_E_INVALID_TOKEN,
      "MalformedApplicationProtocols",
      `SECBUFFER_APPLICATION_PROTOCOLS: ${what}`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < LISTS_HEADER) malformed("shorter than ProtocolListsSize");
  const end = LISTS_HEADER + view.getUint32(0, true);
  if (end > bytes.length) malformed("ProtocolListsSize exceeds the buffer");
  const names: string[] = [];
  let offset = LISTS_HEADER;
  while (offset < end) {
    if (offset + LIST_HEADER > end) malformed("a list header is cut short");
    const kind = view.getUint32(offset, true);
    const listEnd = offset + LIST_HEADER + view.getUint16(offset + 4, true);
    if (listEnd > end) malformed("ProtocolListSize exceeds ProtocolListsSize");
    offset += LIST_HEADER;
    while (offset < listEnd) {
      const length = view.getUint8(offset);
      offset += 1;
      if (length === 0 || offset + length > listEnd)
        malformed("a protocol name is empty or cut short");
      if (kind === SecApplicationProtocolNegotiationExt_ALPN) {
        names.push(fromLatin1(bytes.subarray(offset, offset + length)));
      }
      offset += length;
    }
  }
  return names;
}

/**
 * The buffer that offers or accepts these ALPN protocols, for the first handshake call.
 * @param protocols one byte per character, 1 to 255 each. Throws RangeError otherwise.
 */
export function applicationProtocolsBuffer(protocols: readonly string[]): SecBuffer {
  const names = protocols.map(latin1);
  const size = names.reduce((sum, name) => sum + 1 + name.length, 0);
  if (size > 0xffff || names.some((n) => n.length === 0 || n.length > MAX_PROTOCOL_ID_SIZE)) {
    throw new RangeError("ALPN protocols have 1 to 255 bytes each and 65535 in all");
  }
  const bytes = new Uint8Array(LISTS_HEADER + LIST_HEADER + size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, LIST_HEADER + size, true);
  view.setUint32(LISTS_HEADER, SecApplicationProtocolNegotiationExt_ALPN, true);
  view.setUint16(LISTS_HEADER + 4, size, true);
  let offset = LISTS_HEADER + LIST_HEADER;
  for (const name of names) {
    bytes[offset] = name.length;
    bytes.set(name, offset + 1);
    offset += 1 + name.length;
  }
  return new SecBuffer(SECBUFFER_APPLICATION_PROTOCOLS, bytes);
}
