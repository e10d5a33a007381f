/**
 * CRC-32 (ISO 3309), the checksum of NTLM without extended session security. zlib of Node has it from version 22 on only.
 */
const POLYNOMIAL = 0xedb88320;

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? POLYNOMIAL ^ (rest >>> 1) : rest >>> 1;
    return rest;
  });
}

const TABLE: Uint32Array = /* @__PURE__ */ makeTable();

/** The checksum of the parts in order, as a number without sign. */
export function crc32(parts: readonly Uint8Array[]): number {
  let rest = 0xffffffff;
  for (const part of parts) {
    for (const byte of part) rest = (TABLE[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  }
  return ~rest >>> 0;
}
