/**
 * What both ends of HTTP Digest (RFC 7616) share: algorithms, and what a request is.
 */
import { fromLatin1, latin1, toHex } from "../bytes/text.ts";
import type { DigestAlgorithm } from "../message/identity-types.ts";
import { refuse } from "../sspi/refusal.ts";
import { SEC_E_INVALID_TOKEN } from "../sspi/security-status.ts";
import type { DigestEnvironment } from "./credential.ts";
import type { Hash } from "./hashes.ts";

export interface Algorithm {
  readonly name: DigestAlgorithm;
  readonly hash: Hash;
  /** Bytes of the hash. */
  readonly length: number;
  /** The secret is hashed with the nonces, once for all requests. */
  readonly isSession: boolean;
}

/** All of them, the strongest first. */
export const ALGORITHMS: readonly DigestAlgorithm[] = [
  "SHA-512-256",
  "SHA-512-256-sess",
  "SHA-256",
  "SHA-256-sess",
  "MD5",
  "MD5-sess",
];
export const DEFAULT_ALGORITHM: DigestAlgorithm = "SHA-256";

/** The algorithm of a name. */
export function algorithmOf(
  { crypto, hashes }: DigestEnvironment,
  name: DigestAlgorithm,
): Algorithm {
  const isSession = name.endsWith("-sess");
  switch (name) {
    case "MD5":
    case "MD5-sess":
      return { name, hash: crypto.md5, length: 16, isSession };
    case "SHA-256":
    case "SHA-256-sess":
      return { name, hash: hashes.sha256, length: 32, isSession };
    default:
      return { name, hash: hashes.sha512t256, length: 32, isSession };
  }
}

/** A request, or what answers it. */
export interface Request {
  readonly method: string;
  readonly uri: string;
  /** Hash of the body in hexadecimal digits; null: the quality of protection does not cover it. */
  readonly entity: string | null;
}

/** Bytes of a method and of a URI, at most: a token has to hold the URI. */
const MAX_PARAMETER = 2048;

/** The text of a PKG_PARAMS. @throws Refusal SEC_E_INVALID_TOKEN: it is missing, or nothing that HTTP has there */
export function parameter(bytes: Uint8Array | undefined, name: string): string {
  const isText =
    bytes !== undefined &&
    bytes.length > 0 &&
    bytes.length <= MAX_PARAMETER &&
    bytes.every((byte) => byte > 0x20 && byte !== 0x7f);
  if (isText) return fromLatin1(bytes);
  return refuse(
    SEC_E_INVALID_TOKEN,
    "BadBuffers",
    `HTTP Digest needs a PKG_PARAMS buffer with the ${name}, 1 to ${MAX_PARAMETER} bytes without spaces`,
  );
}

/**
 * The hash of a body out of its PKG_PARAMS: as bytes, or in hexadecimal digits; without one: that of an empty body.
 * @throws Refusal SEC_E_INVALID_TOKEN: it has the length of neither
 */
export function entityHash({ hash, length }: Algorithm, bytes: Uint8Array | undefined): string {
  if (bytes === undefined || bytes.length === 0) return toHex(hash());
  if (bytes.length === length) return toHex(bytes);
  const text = bytes.length === 2 * length ? fromLatin1(bytes) : "";
  if (/^[0-9a-fA-F]+$/.test(text)) return text.toLowerCase();
  return refuse(
    SEC_E_INVALID_TOKEN,
    "BadBuffers",
    `the PKG_PARAMS buffer with the hash of the body has ${bytes.length} bytes, not ${length} or ${2 * length} hexadecimal digits`,
  );
}

/** A user's name as `username*` has it (RFC 5987). */
export function extendedValue(text: Uint8Array): string {
  let value = "UTF-8''";
  for (const byte of text) {
    const character = String.fromCharCode(byte);
    value += /[A-Za-z0-9!#$&+\-.^_`|~]/.test(character)
      ? character
      : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`;
  }
  return value;
}

/** H(user:realm) in hexadecimal digits (RFC 7616 §3.4.4). */
export function userHash({ hash }: Algorithm, user: Uint8Array, realm: Uint8Array): string {
  return toHex(hash(user, latin1(":"), realm));
}

/** Eight hexadecimal digits. */
export function countText(count: number): string {
  return count.toString(16).padStart(8, "0");
}

/** Longest number of requests under one nonce. */
export const LAST_COUNT = 0xffffffff;
