/**
 * Hex, ASCII and UTF-8 without TextEncoder, which the core may not name.
 */

const HEX: readonly string[] = Array.from({ length: 256 }, (_, i) =>
  i.toString(16).padStart(2, "0"),
);

/** Lower-case hex of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Bytes of a hex string; white space is skipped. Throws TypeError when it is not hex. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) {
    throw new TypeError("not a hex string");
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (hexValue(digits.charCodeAt(2 * i)) << 4) | hexValue(digits.charCodeAt(2 * i + 1));
  }
  return bytes;
}

/** Of the code of a digit: letters, which have bit 6, begin at 1 in their low bits. */
function hexValue(code: number): number {
  return (code & 0xf) + 9 * (code >> 6);
}

/** One byte per character; characters above 0xff are a RangeError. */
export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) throw new RangeError(`character ${i} of "${text}" is not a single byte`);
    bytes[i] = code;
  }
  return bytes;
}

/** Bytes that become text by one call: with one call for each, a file of megabytes is a chain of as many strings. */
const MAX_PIECE = 4096;

/** One character per byte. */
export function fromLatin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += MAX_PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + MAX_PIECE));
  }
  return text;
}

/**
 * The text of a file whose words of weight are ASCII, as PEM is: UTF-8 or UTF-16 of either order, with a mark or
 * without. What is not ASCII is not kept.
 */
export function textOfFile(bytes: Uint8Array): string {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return fromLatin1(bytes.subarray(3));
  const littleEndian = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const bigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  if (bytes.length < 2 || !(littleEndian || bigEndian)) return fromLatin1(bytes);
  const low = littleEndian ? 0 : 1;
  return fromLatin1(bytes.filter((_, i) => i % 2 === low)).replace(/^[\xfe\xff]/, "");
}

/** The text of UTF-8 bytes, strictly: anything else (RFC 3629) is a URIError. For short texts: the detour is slow. */
export function fromUtf8(bytes: Uint8Array): string {
  return decodeURIComponent(toHex(bytes).replace(/../g, "%$&"));
}

/** UTF-8 bytes of `text`; lone surrogates become U+FFFD. */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    let code = character.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else {
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 0x3f),
        0x80 | ((code >> 6) & 0x3f),
        0x80 | (code & 0x3f),
      );
    }
  }
  return Uint8Array.from(bytes);
}

/** Bytes of a peer that one message repeats. */
export const MAX_QUOTED = 200;

/**
 * Control and format characters (ESC, line ends, marks that turn the direction of writing), and halves of characters.
 */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text of a peer or a file for an error message, a log line or a terminal: each character that such a reader would
 * obey is a "?", the rest stays as it is.
 * @param most bytes (UTF-8) that are kept; "…" stands for what is cut off
 */
export function harmless(text: string, most: number = MAX_QUOTED): string {
  const end = endWithin(text, most);
  const shown = text.slice(0, end).replace(HARMFUL, "?");
  return end < text.length ? `${shown}…` : shown;
}

/**
 * A peer's list of items, made harmless.
 * @param most bytes (UTF-8) of all items together; how many more there are is added
 */
export function harmlessList(items: readonly string[], most: number = MAX_QUOTED): string {
  const shown: string[] = [];
  let left = most;
  for (const item of items) {
    if (left <= 0) break;
    shown.push(harmless(item, left));
    left -= utf8Length(item) + 2;
  }
  const more = items.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Index of the first character that lies beyond `most` bytes of UTF-8. */
function endWithin(text: string, most: number): number {
  if (text.length * 3 <= most) return text.length;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Length(character);
    if (bytes > most) return end;
    end += character.length;
  }
  return end;
}

/** Bytes of UTF-8; each half of a surrogate pair counts two of its four. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const half = code >= 0xd800 && code <= 0xdfff;
    bytes += code < 0x80 ? 1 : code < 0x800 || half ? 2 : 3;
  }
  return bytes;
}
