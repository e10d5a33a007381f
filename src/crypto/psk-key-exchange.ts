/**
 * Premaster secrets of the PSK suites of TLS 1.2 (RFC 4279 §2, §3; RFC 5489 §2).
 *   other_secret <2> | psk <2>
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";

/**
 * Mixes the key into the secret of the key exchange.
 * @param other what the key exchange came to, which is wiped; empty: plain PSK, where zeros as long as the key stand
 *   for it
 * @param key 1 to 65535 bytes
 * @returns a new array, which is the caller's to wipe
 */
export function pskPremaster(other: Uint8Array, key: Uint8Array): Uint8Array {
  const secret = other.length === 0 ? new Uint8Array(key.length) : other;
  // Room for all of it, so that no copy is left behind by a writer that grows.
  const writer = new ByteWriter(secret.length + key.length + 4);
  const premaster = writer.vector(2, secret).vector(2, key).finish();
  wipe(secret);
  return premaster;
}
