/**
 * What Digest hashes: A1, A2, the response, and the keys of the SASL layers (RFC 2831 §2.1.2, §2.3, §2.4; RFC 7616 §3.4).
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { latin1, toHex } from "../bytes/text.ts";
import type { LegacyCrypto } from "../message/legacy-crypto.ts";
import type { Cipher } from "./ciphers.ts";

/** A hash of the parts in order, in new memory. */
export type Hash = (...parts: readonly Uint8Array[]) => Uint8Array;

const COLON = latin1(":");

/** What one request or login is about; one character stands for one byte. */
export interface Exchange {
  readonly nonce: string;
  readonly cnonce: string;
  /** Eight hexadecimal digits. */
  readonly nc: string;
  readonly qop: string;
  /** `digest-uri` of SASL, `uri` of HTTP. */
  readonly uri: string;
}

/** H(user:realm:password). */
export function secretHash(
  hash: Hash,
  user: Uint8Array,
  realm: Uint8Array,
  password: Uint8Array,
): Uint8Array {
  return hash(user, COLON, realm, COLON, password);
}

/** H(A1) of a session: the hash of the secret's hash, nonces, and the authorization identity if there is one. */
export function sessionHash(
  hash: Hash,
  secret: Uint8Array,
  { nonce, cnonce }: Pick<Exchange, "nonce" | "cnonce">,
  authzid?: string,
): Uint8Array {
  const end = authzid === undefined ? "" : `:${authzid}`;
  return hash(secret, COLON, latin1(`${nonce}:${cnonce}${end}`));
}

/**
 * The response, or `rspauth`, in lower-case hexadecimal digits.
 * @param ha1 H(A1), which is wiped by the caller
 * @param method empty for `rspauth`
 * @param entity hash of the body in hexadecimal digits; null: the quality of protection does not cover it
 */
export function responseOf(
  hash: Hash,
  ha1: Uint8Array,
  { nonce, nc, cnonce, qop, uri }: Exchange,
  method: string,
  entity: string | null,
): string {
  const body = entity === null ? "" : `:${entity}`;
  const ha2 = toHex(hash(latin1(`${method}:${uri}${body}`)));
  const secret = latin1(toHex(ha1));
  const response = toHex(hash(secret, latin1(`:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`)));
  wipe(secret);
  return response;
}

export type Direction = "client-to-server" | "server-to-client";

/** Ki: the key of the MACs of one direction. */
export function integrityKey(
  { md5 }: LegacyCrypto,
  ha1: Uint8Array,
  direction: Direction,
): Uint8Array {
  return md5(ha1, latin1(`Digest session key to ${direction} signing key magic constant`));
}

/** Kc: the key of the cipher of one direction, 16 bytes. */
export function confidentialityKey(
  { md5 }: LegacyCrypto,
  ha1: Uint8Array,
  direction: Direction,
  { keyBytes }: Cipher,
): Uint8Array {
  const magic = latin1(`Digest H(A1) to ${direction} sealing key magic constant`);
  return md5(ha1.subarray(0, keyBytes), magic);
}
