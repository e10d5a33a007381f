/**
 * Base64 (RFC 4648 §4), for realms without atob and btoa.
 */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const NO_DIGIT = 0xff;
/** By character; -1 becomes NO_DIGIT. */
const VALUES: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  DIGITS.indexOf(String.fromCharCode(code)),
);

/** Base64 of `bytes`, padded. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) text += DIGITS[(group >> shift) & 63];
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - padding) + "=".repeat(padding);
}

/**
 * Bytes of padded base64 without white space, or null if it is none. Bits of the last digit that belong to no byte may
 * be anything, as for OpenSSL and Go.
 */
export function fromBase64(text: string): Uint8Array | null {
  const digits = text.replace(/={1,2}$/, "");
  if (text.length % 4 !== 0) return null;
  const bytes = new Uint8Array((digits.length * 3) >> 2);
  let group = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < digits.length; i++) {
    const value = VALUES[digits.charCodeAt(i)] ?? NO_DIGIT;
    if (value === NO_DIGIT) return null;
    // What shifts out at the top is written already.
    group = (group << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = group >> bits;
  }
  return bytes;
}
