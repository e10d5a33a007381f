/**
 * HKDF with TLS labels (RFC 5869; RFC 8446 §7.1).
 */
import { concatAll, wipe } from "../bytes/byte-arrays.ts";
import { latin1 } from "../bytes/text.ts";
import { HASHES, type HashName } from "../protocol/cipher-suite.ts";
import type { CryptoProvider } from "./provider.ts";

const PREFIX = latin1("tls13 ");

/** HKDF-Extract: a pseudorandom key as long as the hash. */
export function extract(
  provider: CryptoProvider,
  hash: HashName,
  salt: Uint8Array,
  inputKeyingMaterial: Uint8Array,
): Uint8Array {
  return provider.hmac(hash, salt, inputKeyingMaterial);
}

/** HKDF-Expand (RFC 5869 §2.3); `length` bytes. */
export function expand(
  provider: CryptoProvider,
  hash: HashName,
  pseudorandomKey: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const firstInput = new Uint8Array(info.length + 1);
  firstInput.set(info);
  return expandFrom(provider, hash, pseudorandomKey, firstInput, length);
}

/** As `expand`; `input` is the info and one byte more, the counter of blocks, which is set here. */
function expandFrom(
  provider: CryptoProvider,
  hash: HashName,
  pseudorandomKey: Uint8Array,
  input: Uint8Array,
  length: number,
): Uint8Array {
  const counter = input.length - 1;
  input[counter] = 1;
  const first = provider.hmac(hash, pseudorandomKey, input);
  if (length === first.length) return first;
  if (length < first.length) return first.subarray(0, length);
  const blocks = [first];
  let block = first;
  for (let made = first.length; made < length; made += block.length) {
    input[counter] = blocks.length + 1;
    block = provider.hmac(hash, pseudorandomKey, block, input);
    blocks.push(block);
  }
  const output = concatAll(blocks).subarray(0, length);
  for (const made of blocks) wipe(made);
  return output;
}

/**
 * HKDF-Expand-Label: `label` without "tls13 ", `context` at most 255 bytes, public; `length` bytes. For the labels of
 * the protocol, whose contexts are empty or a hash: what they expand is kept at hand.
 */
export function expandLabel(
  provider: CryptoProvider,
  hash: HashName,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const input = inputOf(label, context.length, length);
  input.set(context, input.length - 1 - context.length);
  return expandFrom(provider, hash, secret, input, length);
}

/** As `expandLabel` where the caller chooses the label or the lengths (exporters, tickets). */
export function expandLabelBytes(
  provider: CryptoProvider,
  hash: HashName,
  secret: Uint8Array,
  label: Uint8Array,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const input = labelled(label, context.length, length);
  input.set(context, input.length - 1 - context.length);
  return expandFrom(provider, hash, secret, input, length);
}

/** Inputs of the protocol's labels, some forty; their contexts, which are public, are overwritten at every use. */
const INPUTS = new Map<string, Uint8Array[]>();

function inputOf(label: string, contextLength: number, length: number): Uint8Array {
  let known = INPUTS.get(label);
  if (known === undefined) {
    known = [];
    INPUTS.set(label, known);
  }
  for (const input of known) {
    if (input[1] === (length & 0xff) && input[0] === length >> 8) {
      if (input.length === overhead(label.length) + contextLength) return input;
    }
  }
  const made = labelled(latin1(label), contextLength, length);
  known.push(made);
  return made;
}

/** HkdfLabel (RFC 8446 §7.1), its context still zeros, and a byte for the counter. */
function labelled(label: Uint8Array, contextLength: number, length: number): Uint8Array {
  const input = new Uint8Array(overhead(label.length) + contextLength);
  const labelLength = PREFIX.length + label.length;
  input[0] = length >> 8;
  input[1] = length & 0xff;
  input[2] = labelLength;
  input.set(PREFIX, 3);
  input.set(label, 3 + PREFIX.length);
  input[3 + labelLength] = contextLength;
  return input;
}

/** Bytes of an input beside its context: lengths, prefix, label, counter. */
function overhead(labelLength: number): number {
  return 2 + 1 + PREFIX.length + labelLength + 1 + 1;
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
