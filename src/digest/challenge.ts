/**
 * The server's challenge of SASL (RFC 2831 §2.1.1) and of HTTP (RFC 7616 §3.3).
 */
import { type Directives, malformed, readDirectives } from "./directives.ts";
import type { Charset } from "./text.ts";

/** A challenge is shorter (RFC 2831 §2.1.1). */
export const MAX_CHALLENGE = 2047;
const DEFAULT_MAXBUF = 65536;
/** Bytes of a packet that SASL can frame. */
const MAX_MAXBUF = 0xffffff;
/** Of the added bytes of a packet, which leave no room for a message in a smaller one. */
const MIN_MAXBUF = 17;

export interface Challenge {
  readonly realms: readonly string[];
  readonly nonce: string;
  /** In lower case. */
  readonly qops: readonly string[];
  readonly isUtf8: boolean;
  readonly directives: Directives;
}

/** @throws Refusal SEC_E_INVALID_TOKEN */
export function readChallenge(token: Uint8Array): Challenge {
  if (token.length > MAX_CHALLENGE) {
    return malformed(`the challenge has ${token.length} bytes, and ${MAX_CHALLENGE} are allowed`);
  }
  const directives = readDirectives(token);
  const nonce = directives.one("nonce");
  if (nonce === "") return malformed("the nonce is empty");
  return {
    realms: directives.all("realm"),
    nonce,
    qops: directives.words("qop") ?? ["auth"],
    isUtf8: isUtf8(directives),
    directives,
  };
}

function isUtf8(directives: Directives): boolean {
  const charset = directives.optional("charset");
  if (charset === undefined) return false;
  return charset.toLowerCase() === "utf-8" || malformed("the charset is not utf-8");
}

/** How a SASL peer hashes texts. */
export function saslCharset(directives: Directives): Charset {
  return isUtf8(directives) ? "either" : "latin1";
}

/** The longest packet that a SASL peer accepts. @throws Refusal SEC_E_INVALID_TOKEN */
export function maximumOf(directives: Directives): number {
  const text = directives.optional("maxbuf");
  if (text === undefined) return DEFAULT_MAXBUF;
  const value = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  return value >= MIN_MAXBUF && value <= MAX_MAXBUF
    ? value
    : malformed("maxbuf is not a number from 17 to 16777215");
}
