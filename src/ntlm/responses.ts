/**
 * One-way functions and responses ([MS-NLMP] 3.3): what proves that a client knows the password.
 */
import { concat, wipe } from "../bytes/byte-arrays.ts";
import { utf16le } from "../bytes/utf16.ts";
import { md4 } from "../legacy/md4.ts";
import { desKey, type LegacyCrypto, type TripleDes } from "../message/legacy-crypto.ts";

const PROOF_LENGTH = 16;
const HASH_LENGTH = 16;
/** Before the attribute-value pairs of `temp`: versions, time, challenge and zeros. */
export const TEMP_HEADER = 28;
export const CLIENT_CHALLENGE_OFFSET = 16;
/** A response of version 1. */
export const VERSION1_LENGTH = 24;

/** The usual mechanism, in words. */
export const VERSION2 = "NTLMv2";

const ZEROS = new Uint8Array(8);

/** MD4 of the password: the NT hash, which is as good as the password. */
export function ntHashOf(password: string): Uint8Array {
  const text = utf16le(password);
  const hash = md4(text);
  wipe(text);
  return hash;
}

/**
 * Upper case as the tables of Windows have it: one unit becomes one unit, so that "ß" stays. Units of their own rules (dotless
 * i, for one) follow JavaScript.
 */
export function upperCase(text: string): string {
  return Array.from({ length: text.length }, (_, i) => {
    const unit = text.charAt(i);
    const upper = unit.toUpperCase();
    return upper.length === 1 ? upper : unit;
  }).join("");
}

/** NTOWFv2: the user is upper-cased, the domain is not. */
export function ntowf2(
  crypto: LegacyCrypto,
  ntHash: Uint8Array,
  user: string,
  domain: string,
): Uint8Array {
  return crypto.hmacMd5(ntHash, utf16le(upperCase(user) + domain));
}

/** `temp` of a response: versions, time, client challenge, pairs. */
export function responseBody(
  time: Uint8Array,
  clientChallenge: Uint8Array,
  pairs: Uint8Array,
): Uint8Array {
  const versions = Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0);
  const zeros = new Uint8Array(4);
  return concat(versions, time, clientChallenge, zeros, pairs, zeros);
}

export interface Proof {
  /** NTProofStr, 16 bytes. */
  readonly proof: Uint8Array;
  readonly sessionBaseKey: Uint8Array;
}

/** @param key NTOWFv2 */
export function proofOf(
  crypto: LegacyCrypto,
  key: Uint8Array,
  serverChallenge: Uint8Array,
  body: Uint8Array,
): Proof {
  const proof = crypto.hmacMd5(key, serverChallenge, body);
  return { proof, sessionBaseKey: crypto.hmacMd5(key, proof) };
}

/** A response of version 2 in its parts; null: it is too short to be one. */
export function splitResponse(
  response: Uint8Array,
): { readonly proof: Uint8Array; readonly body: Uint8Array } | null {
  const body = response.subarray(PROOF_LENGTH);
  return body.length < TEMP_HEADER + 4 || body[0] !== 1 || body[1] !== 1
    ? null
    : { proof: response.subarray(0, PROOF_LENGTH), body };
}

/** LMv2, for servers whose challenge has no time. */
export function lm2Response(
  crypto: LegacyCrypto,
  key: Uint8Array,
  serverChallenge: Uint8Array,
  clientChallenge: Uint8Array,
): Uint8Array {
  return concat(crypto.hmacMd5(key, serverChallenge, clientChallenge), clientChallenge);
}

const LM_CONSTANT = Uint8Array.from("KGS!@#$%", (character) => character.charCodeAt(0));
const LM_PASSWORD = 14;

/** LMOWFv1; null: the password has more than 14 characters, or not of ASCII only. */
export function lmHashOf(des: TripleDes, password: string): Uint8Array | null {
  if (password.length > LM_PASSWORD || /[^\x20-\x7e]/.test(password)) return null;
  const padded = new Uint8Array(LM_PASSWORD);
  padded.set(Uint8Array.from(password.toUpperCase(), (character) => character.charCodeAt(0)));
  const half = (at: number): Uint8Array => encrypt(des, padded.subarray(at, at + 7), LM_CONSTANT);
  const hash = concat(half(0), half(7));
  wipe(padded);
  return hash;
}

/** DESL: three blocks, with a key of 16 bytes in three parts. */
export function version1Response(
  des: TripleDes,
  hash: Uint8Array,
  challenge: Uint8Array,
): Uint8Array {
  const padded = new Uint8Array(21);
  padded.set(hash.subarray(0, HASH_LENGTH));
  const third = (at: number): Uint8Array => encrypt(des, padded.subarray(at, at + 7), challenge);
  const response = concat(third(0), third(7), third(14));
  wipe(padded);
  return response;
}

/** One block by DES. */
function encrypt(des: TripleDes, seven: Uint8Array, block: Uint8Array): Uint8Array {
  const key = desKey(seven);
  const three = concat(key, key, key);
  const sealed = des.encrypt(three, ZEROS, block);
  wipe(key, three);
  return sealed;
}

/** The challenge that version 1 with extended session security answers: of both ends. */
export function bothChallenges(
  crypto: LegacyCrypto,
  serverChallenge: Uint8Array,
  clientChallenge: Uint8Array,
): Uint8Array {
  return crypto.md5(serverChallenge, clientChallenge).subarray(0, 8);
}
