/**
 * Keys and records of every suite for tests of the record layer: sealed with memory in one piece or in three.
 */
import { rangeOf } from "../../src/bytes/byte-range.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import type { TrafficKeys } from "../../src/crypto/traffic-keys.ts";
import { type CipherSuite, HASHES } from "../../src/protocol/cipher-suite.ts";
import type { FailureReason } from "../../src/protocol/failure.ts";
import { TlsFailure } from "../../src/protocol/failure.ts";
import { createOpener, createSealer } from "../../src/record/protection.ts";
import { emptyRecord, type Opener, type Sealer } from "../../src/record/protector.ts";

const IV_LENGTH = { tls13: 12, chacha12: 12, gcm12: 4, cbc12: 0 } as const;

/** Bytes that differ from place to place. */
export function pattern(length: number, start = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (start + i * 7 + (i >> 8)) & 0xff);
}

export function keysOf(suite: CipherSuite, encryptThenMac = false): TrafficKeys {
  return {
    suite,
    key: pattern(suite.cipher.keyLength, 1),
    iv: pattern(IV_LENGTH[suite.format], 2),
    macKey: suite.mac === null ? null : pattern(HASHES[suite.mac].length, 3),
    encryptThenMac: encryptThenMac && suite.mac !== null,
  };
}

export interface Protection {
  readonly sealer: Sealer;
  readonly opener: Opener;
}

/** Both sides of one direction; IVs of CBC are `pattern`s. */
export function protection(
  provider: CryptoProvider,
  suite: CipherSuite,
  encryptThenMac = false,
  opening: CryptoProvider = provider,
): Protection {
  const keys = keysOf(suite, encryptThenMac);
  return {
    sealer: createSealer(provider, keys, (length) => pattern(length, 9)),
    opener: createOpener(opening, keys),
  };
}

/** A record of `content`; `apart`: header, data and trailer are three pieces of memory. */
export function seal(
  sealer: Sealer,
  type: number,
  sequence: number,
  content: Uint8Array,
  apart = false,
): Uint8Array {
  const { headerLength } = sealer;
  const end = headerLength + content.length;
  const record = new Uint8Array(end + sealer.trailerLength(content.length));
  record.set(content, headerLength);
  const parts = [
    record.subarray(0, headerLength),
    record.subarray(headerLength, end),
    record.subarray(end),
  ].map((part) => (apart ? part.slice() : part));
  const [header, data, trailer] = parts as [Uint8Array, Uint8Array, Uint8Array];
  sealer.seal(type, sequence, rangeOf(header), rangeOf(data), rangeOf(trailer));
  return Uint8Array.of(...header, ...data, ...trailer);
}

/** Opens a record in place and returns its type and content. */
export function open(
  opener: Pick<Opener, "open">,
  sequence: number,
  record: Uint8Array,
): { readonly type: number; readonly content: Uint8Array } {
  const found = emptyRecord();
  opener.open(sequence, record, found);
  return {
    type: found.type,
    content: record.subarray(found.start, found.start + found.length),
  };
}

/** The reason of what `act` throws; null if it throws nothing. */
export function reasonOf(act: () => unknown): FailureReason | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof TlsFailure) return error.reason;
    throw error;
  }
}
