/**
 * The five bytes before every record (RFC 8446 §5.1): type (1) | legacy version (2) | length (2).
 */

/** Writes a header into the first five bytes of `target`; `length` counts what follows. */
export function writeRecordHeader(
  target: Uint8Array,
  type: number,
  version: number,
  length: number,
): void {
  target[0] = type;
  target[1] = version >> 8;
  target[2] = version & 0xff;
  target[3] = length >> 8;
  target[4] = length & 0xff;
}

/** The length field of a record: bytes after the header. */
export function bodyLength(record: Uint8Array): number {
  return ((record[3] as number) << 8) | (record[4] as number);
}
