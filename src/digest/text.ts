/**
 * Names and passwords as bytes. With charset=utf-8 a SASL peer hashes a text of ISO 8859-1 characters in ISO 8859-1 all the
 * same (RFC 2831 §2.1.2.1); HTTP hashes UTF-8 (RFC 7616 §4).
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { fromLatin1, fromUtf8, latin1, utf8 } from "../bytes/text.ts";
import { malformed } from "./directives.ts";

/** A text in the encodings in which it is hashed or sent. */
export class EncodedText {
  readonly utf8: Uint8Array;
  /** Null: it has characters beyond ISO 8859-1. */
  readonly latin1: Uint8Array | null;

  constructor(inUtf8: Uint8Array, inLatin1: Uint8Array | null) {
    this.utf8 = inUtf8;
    this.latin1 = inLatin1;
  }

  static of(text: string): EncodedText {
    const isLatin1 = !/[^\0-\xff]/.test(text);
    return new EncodedText(utf8(text), isLatin1 ? latin1(text) : null);
  }

  /** A copy, to be wiped on its own. */
  copy(): EncodedText {
    return new EncodedText(this.utf8.slice(), this.latin1?.slice() ?? null);
  }

  wipe(): void {
    wipe(this.utf8, this.latin1);
  }
}

/** How texts are hashed: "utf-8" is HTTP's; "either" is that of SASL with charset=utf-8; "latin1" is that without it. */
export type Charset = "utf-8" | "either" | "latin1";

/** The bytes that are hashed; null: the charset does not have the text's characters. */
export function hashedBytes(text: EncodedText, charset: Charset): Uint8Array | null {
  if (charset === "utf-8") return text.utf8;
  return text.latin1 ?? (charset === "either" ? text.utf8 : null);
}

/** A value of a directive as it is sent; null: as `hashedBytes`. */
export function sentValue(text: EncodedText, charset: Charset): string | null {
  const bytes = charset === "latin1" ? text.latin1 : text.utf8;
  return bytes === null ? null : fromLatin1(bytes);
}

/** The text of a value. @throws Refusal SEC_E_INVALID_TOKEN: it is not UTF-8 */
export function receivedText(value: string, charset: Charset, name: string): string {
  if (charset === "latin1") return value;
  try {
    return fromUtf8(latin1(value));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return malformed(`${name} is not UTF-8`);
  }
}
