/**
 * HKDF with TLS labels (RFC 5869; RFC 8446 §7.1).
 */
import { concat } from "../bytes/byte-arrays.ts";
import { latin1 } from "../bytes/text.ts";
import { HASHES, type HashName } from "../protocol/cipher-suite.ts";
import type { CryptoProvider } from "./provider.ts";

const PREFIX = latin1("tls13 ");
/** Labels of the protocol as bytes; there are about fifteen. */
const LABELS = new Map<string, Uint8Array>();
const FIRST_BLOCK = Uint8Array.of(1);

/** HKDF-Extract: a pseudorandom key as long as the hash. */
export function extract(
  provider: CryptoProvider,
  hash: HashName,
  salt: Uint8Array,
  inputKeyingMaterial: Uint8Array,
): Uint8Array {
  return provider.hmac(hash, salt, inputKeyingMaterial);
}

/** HKDF-Expand (RFC 5869 §2.3); `length` bytes. One HMAC where one block is enough. */
export function expand(
  provider: CryptoProvider,
  hash: HashName,
  pseudorandomKey: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const first = provider.hmac(hash, pseudorandomKey, info, FIRST_BLOCK);
  if (length <= first.length) return first.subarray(0, length);
  const blocks = [first];
  let block = first;
  for (let made = first.length; made < length; made += block.length) {
    block = provider.hmac(hash, pseudorandomKey, block, info, Uint8Array.of(blocks.length + 1));
    blocks.push(block);
  }
  return concat(...blocks).subarray(0, length);
}

/** HKDF-Expand-Label: `label` without "tls13 ", `context` at most 255 bytes; `length` bytes. */
export function expandLabel(
  provider: CryptoProvider,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  let bytes = LABELS.get(label);
  if (bytes === undefined) {
    bytes = latin1(label);
    LABELS.set(label, bytes);
  }
  return expandLabelBytes(provider, hash, secret, bytes, context, length);
}

/** As `expandLabel` for a label that a caller gave as bytes (exporters). */
export function expandLabelBytes(
  provider: CryptoProvider,
  hash: HashName,
  secret: Uint8Array,
  label: Uint8Array,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const labelLength = PREFIX.length + label.length;
  const info = new Uint8Array(4 + labelLength + context.length);
  info[0] = length >> 8;
  info[1] = length & 0xff;
  info[2] = labelLength;
  info.set(PREFIX, 3);
  info.set(label, 3 + PREFIX.length);
  info[3 + labelLength] = context.length;
  info.set(context, 4 + labelLength);
  return expand(provider, hash, secret, info, length);
}

/** Derive-Secret, given the transcript hash instead of the messages. */
export function deriveSecret(
  provider: CryptoProvider,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  transcriptHash: Uint8Array,
): Uint8Array {
  return expandLabel(provider, hash, secret, label, transcriptHash, HASHES[hash].length);
}
