/**
 * Hashes and HMAC by node:crypto. Results are plain Uint8Arrays: `slice` of a Buffer would share its memory.
 *
 * A handshake takes dozens of hashes and HMACs over some dozens of bytes, and what costs is not the hash but the
 * objects round it. So HMACs are made of two one-shot hashes, and public values (hashes of messages, the inner hash of
 * an HMAC, which reveals nothing without the key) come as a one-byte string, the cheapest result that node:crypto has.
 */
import * as crypto from "node:crypto";
import type { DigestName, RunningHash } from "../../crypto/provider.ts";
import { HASHES, type HashName } from "../../protocol/cipher-suite.ts";
import { fromBinary, plain } from "./to-uint8array.ts";

/** One-shot hash, which some runtimes that imitate Node have not. */
const oneShot: typeof crypto.hash | undefined = crypto.hash;
const BINARY = "binary";

class NodeHash implements RunningHash {
  readonly #hash: crypto.Hash;

  constructor(hash: crypto.Hash) {
    this.#hash = hash;
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Uint8Array {
    return fromBinary(this.#hash.copy().digest(BINARY));
  }

  copy(): RunningHash {
    return new NodeHash(this.#hash.copy());
  }
}

/** Starts a hash. */
export function hash(name: HashName): RunningHash {
  return new NodeHash(crypto.createHash(name));
}

/** Hash of `data`, which is public, in one step. */
export function digest(name: DigestName, data: Uint8Array): Uint8Array {
  if (oneShot !== undefined) return fromBinary(oneShot(name, data, BINARY));
  return plain(crypto.createHash(name).update(data).digest());
}

/**
 * HMAC (RFC 2104) under `key` of the parts in order. What comes in several parts goes through `createHmac` whatever its
 * length: a record's MAC has to take the same path for every length, which may be secret (CBC).
 */
export function hmac(name: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const [message] = parts;
  if (oneShot !== undefined && message !== undefined && parts.length === 1) {
    const { blockLength } = HASHES[name];
    if (key.length <= blockLength && message.length <= MAX_MESSAGE)
      return shortHmac(oneShot, name, key, message);
  }
  const mac = crypto.createHmac(name, key);
  for (const part of parts) mac.update(part);
  return plain(mac.digest());
}

/** Bytes of a message that are hashed at once; longer ones are rare and gain nothing. */
const MAX_MESSAGE = 512;
/** Bytes of the longest block of a hash: that of SHA-384. */
const MAX_BLOCK = 128;
/** A key's block and what is hashed behind it; no secret stays in it from one call to the next. */
const work = Buffer.alloc(MAX_BLOCK + MAX_MESSAGE);
const words = new Int32Array(work.buffer, work.byteOffset, work.length / 4);
/** The first so many bytes of `work`, by their number. */
const beginnings: Uint8Array[] = [];
const INNER_PAD = 0x36363636;
/** From the inner pad to the outer one, 0x5c5c5c5c. */
const TO_OUTER_PAD = 0x6a6a6a6a;

function shortHmac(
  hashOnce: typeof crypto.hash,
  name: HashName,
  key: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const { blockLength, length } = HASHES[name];
  try {
    work.set(key);
    pad(blockLength, INNER_PAD);
    work.set(message, blockLength);
    const inner = hashOnce(name, beginning(blockLength + message.length), BINARY);
    pad(blockLength, TO_OUTER_PAD);
    work.write(inner, blockLength, BINARY);
    return plain(hashOnce(name, beginning(blockLength + length), "buffer"));
  } finally {
    words.fill(0, 0, (blockLength + Math.max(message.length, length) + 3) >> 2);
  }
}

function pad(blockLength: number, value: number): void {
  for (let i = 0; i < blockLength >> 2; i++) words[i] = (words[i] as number) ^ value;
}

function beginning(length: number): Uint8Array {
  beginnings[length] ??= work.subarray(0, length);
  return beginnings[length];
}
