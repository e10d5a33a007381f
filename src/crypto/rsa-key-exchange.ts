/**
 * RSA key exchange of TLS 1.2 (RFC 5246 §7.4.7.1, RFC 8017 §7.2): the premaster secret under PKCS#1 v1.5. Only for
 * suites that the caller named. The server never reveals whether a block was well-formed: a wrong one yields a
 * random premaster secret, chosen without a branch, and the handshake ends at Finished (Bleichenbacher).
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { fail } from "../protocol/failure.ts";
import { TLS12 } from "../protocol/version.ts";
import type { PublicKey, SigningKey } from "./provider.ts";

const PREMASTER_LENGTH = 48;
const BLOCK_TYPE = 2;
/** Bytes of padding in a block of RSA, at least (RFC 8017 §7.2.2). */
const MIN_PADDING = 8;

/**
 * A fresh premaster secret, plain and encrypted to the server's key.
 * @param random cryptographic randomness
 */
export function encryptPremaster(
  publicKey: PublicKey,
  random: (length: number) => Uint8Array,
): { readonly share: Uint8Array; readonly premaster: Uint8Array } {
  const premaster = random(PREMASTER_LENGTH).slice();
  premaster[0] = TLS12 >> 8;
  premaster[1] = TLS12 & 0xff;
  const size = Math.ceil(publicKey.bits / 8);
  const block = new Uint8Array(size);
  block[1] = BLOCK_TYPE;
  const separator = size - PREMASTER_LENGTH - 1;
  if (separator < 2 + MIN_PADDING) {
    fail("WeakKeyExchange", `the server's RSA key of ${publicKey.bits} bits is too short`);
  }
  for (let i = 2; i < separator; i++) block[i] = nonZero(random);
  block.set(premaster, separator + 1);
  const share = publicKey.rsaPublic?.(block) ?? null;
  wipe(block);
  if (share === null) fail("UnsupportedCertificateKey", "the server's key cannot encrypt");
  return { share, premaster };
}

function nonZero(random: (length: number) => Uint8Array): number {
  for (;;) {
    const byte = random(1)[0] ?? 0;
    if (byte !== 0) return byte;
  }
}

/**
 * The premaster secret of a ClientKeyExchange, or a random one that is indistinguishable from it: 48 bytes.
 * @param clientVersion the version in the ClientHello, which the secret must begin with
 */
export function decryptPremaster(
  key: SigningKey,
  encrypted: Uint8Array,
  clientVersion: number,
  random: (length: number) => Uint8Array,
): Uint8Array {
  // Drawn in any case, before anything is known of the block.
  const fallback = random(PREMASTER_LENGTH).slice();
  const size = Math.ceil(key.bits / 8);
  const padded = new Uint8Array(size);
  // A ciphertext of another length reveals nothing that its sender does not know.
  if (encrypted.length <= size) padded.set(encrypted, size - encrypted.length);
  const block = key.rsaPrivate?.(padded) ?? new Uint8Array(size);
  const separator = size - PREMASTER_LENGTH - 1;
  let wrong =
    (block[0] as number) | ((block[1] as number) ^ BLOCK_TYPE) | (block[separator] as number);
  for (let i = 2; i < separator; i++) wrong |= isZero(block[i] as number);
  wrong |= (block[separator + 1] as number) ^ (clientVersion >> 8);
  wrong |= (block[separator + 2] as number) ^ (clientVersion & 0xff);
  // All ones where anything was wrong.
  const mask = -((wrong | -wrong) >>> 31);
  for (let i = 0; i < PREMASTER_LENGTH; i++) {
    const found = block[separator + 1 + i] as number;
    fallback[i] = ((fallback[i] as number) & mask) | (found & ~mask);
  }
  wipe(block);
  return fallback;
}

/** 1 if the byte is zero, else 0, without a branch. */
function isZero(byte: number): number {
  return (byte - 1) >>> 31;
}
