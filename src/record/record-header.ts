/**
 * The five bytes before every record (RFC 8446 §5.1): type (1) | legacy version (2) | length (2).
 */

/** Writes a header into five bytes of `target` from `at` on; `length` counts what follows. */
export function writeRecordHeader(
  target: Uint8Array,
  type: number,
  version: number,
  length: number,
  at = 0,
): void {
  target[at] = type;
  target[at + 1] = version >> 8;
  target[at + 2] = version & 0xff;
  target[at + 3] = length >> 8;
  target[at + 4] = length & 0xff;
}

/** The length field of a record: bytes after the header. */
export function bodyLength(record: Uint8Array): number {
  return ((record[3] as number) << 8) | (record[4] as number);
}
