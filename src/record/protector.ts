/**
 * Contract of record protection: per direction an object that holds its key and seals or opens in place in the
 * caller's memory (RFC 8446 §5.2, RFC 5246 §6.2.3). A native or WASM implementation fits in here.
 */
import type { ByteRange } from "../bytes/byte-range.ts";

/** Protects what we send. Stateless but for its key: the sequence number is given. */
export interface Sealer {
  /** Bytes before the data: record header and explicit nonce or IV. The same for every record. */
  readonly headerLength: number;
  /** Largest trailer of any record. */
  readonly maximumTrailerLength: number;
  /** As SECPKG_ATTR_STREAM_SIZES reports it. */
  readonly blockLength: number;
  /** Records that may be sealed before the key must change. */
  readonly recordLimit: number;
  /** Exact trailer length of a record with `dataLength` bytes of content. */
  trailerLength(dataLength: number): number;
  /**
   * Makes a record out of three pieces of memory, adjacent or not.
   * @param type content type of `data`
   * @param sequence record sequence number, exact below 2^53
   * @param header `headerLength` bytes, overwritten
   * @param data content, at most 2^14 bytes, encrypted in place
   * @param trailer `trailerLength(data.length)` bytes, overwritten
   */
  seal(
    type: number,
    sequence: number,
    header: ByteRange,
    data: ByteRange,
    trailer: ByteRange,
  ): void;
  wipe(): void;
}

/** Where the content of an opened record lies; one object, filled again for each record. */
export interface OpenedRecord {
  /** Content type, the inner one in TLS 1.3. */
  type: number;
  /** Offset of the content from the start of the record. */
  start: number;
  /** Content length in bytes. */
  length: number;
  /** The record itself if it was opened in place, else new memory. */
  memory: Uint8Array;
  /** Offset of the content from the start of the memory. */
  offset: number;
}

/** For an opener to fill. */
export function emptyRecord(): OpenedRecord {
  return { type: 0, start: 0, length: 0, memory: new Uint8Array(0), offset: 0 };
}

/** Opens what we receive. */
export interface Opener {
  /** Bytes before the data: record header and explicit nonce or IV. */
  readonly headerLength: number;
  /**
   * Checks and decrypts a whole record (header included) and returns where the content lies.
   * @param inPlace default: true; otherwise the record stays as it is
   * @throws TlsFailure RecordTooShort, BadRecordMac, RecordTooLong (plaintext over 2^14), BadInnerPlaintext,
   *   UnexpectedRecord (an outer type that cannot be protected here). The record is unchanged when it cannot be opened.
   */
  open(sequence: number, record: Uint8Array, opened: OpenedRecord, inPlace?: boolean): void;
  /**
   * Puts back the ciphertext of a record that was just opened in place with this sequence number (AEADs are
   * deterministic: the tag was never touched and the content is still in place). TLS 1.3 only: Schannel hands back
   * post-handshake records still encrypted.
   */
  restore(sequence: number, record: Uint8Array): void;
  wipe(): void;
}
