/**
 * NEGOTIATE flags ([MS-NLMP] 2.2.2.5), and what the two ends make of them.
 */
import type { NtlmOptions } from "../message/identity-types.ts";

export const UNICODE = 0x00000001;
export const OEM = 0x00000002;
export const REQUEST_TARGET = 0x00000004;
export const SIGN = 0x00000010;
export const SEAL = 0x00000020;
export const NTLM = 0x00000200;
export const ANONYMOUS = 0x00000800;
export const ALWAYS_SIGN = 0x00008000;
export const TARGET_TYPE_DOMAIN = 0x00010000;
export const TARGET_TYPE_SERVER = 0x00020000;
/** Extended session security: keys for each direction, and no LM. */
export const ESS = 0x00080000;
export const IDENTIFY = 0x00100000;
export const TARGET_INFO = 0x00800000;
export const VERSION = 0x02000000;
export const KEY_128 = 0x20000000;
export const KEY_EXCH = 0x40000000;
export const KEY_56 = 0x80000000;

/** A flag word without sign. */
export const flags = (...parts: readonly number[]): number =>
  parts.reduce((word, part) => word | part, 0) >>> 0;

export const has = (word: number, flag: number): boolean => (word & flag) !== 0;

/** What the caller asks for, by its context requirements. */
export interface Wanted {
  readonly sign: boolean;
  readonly seal: boolean;
  readonly identify: boolean;
}

/** Of a client's first token. */
export function offered({ sign, seal, identify }: Wanted, options: NtlmOptions): number {
  const base = flags(UNICODE, OEM, REQUEST_TARGET, NTLM, ALWAYS_SIGN, VERSION);
  const keys = flags(KEY_128, KEY_56, KEY_EXCH);
  const ess = options.version1 === "without-ess" ? 0 : ESS;
  const asked = (sign || seal ? SIGN : 0) | (seal ? SEAL : 0) | (identify ? IDENTIFY : 0);
  return flags(base, keys, ess, asked);
}

/** What a client may find in a challenge though it did not ask for it. */
const OF_THE_CHALLENGE = flags(TARGET_INFO, TARGET_TYPE_DOMAIN, TARGET_TYPE_SERVER);

/** What both ends have, as the client sends it back. */
export function agreed(own: number, challenge: number): number {
  const common = flags(challenge & (own | OF_THE_CHALLENGE));
  return has(common, UNICODE) ? flags(common & ~OEM) : common;
}

/** What a server takes of a client's offer, before it adds its own. */
const TEXT = UNICODE | OEM | REQUEST_TARGET | VERSION | IDENTIFY;
const KEYS = flags(KEY_128, KEY_EXCH, KEY_56);
const TAKEN = flags(TEXT, KEYS, SIGN | SEAL | NTLM | ALWAYS_SIGN | ESS);

/** Of a server's challenge. LM_KEY and DATAGRAM are not built. */
export function answered(offer: number, isDomain: boolean): number {
  const type = isDomain ? TARGET_TYPE_DOMAIN : TARGET_TYPE_SERVER;
  const common = flags(offer & TAKEN, NTLM, TARGET_INFO, type);
  return has(common, UNICODE) ? flags(common & ~OEM) : common;
}

/** The flags that are missing of those without which a handshake fails; 0: none. */
export function missing(word: number, options: NtlmOptions): number {
  const usesKeys = has(word, flags(SIGN, SEAL));
  const ess = options.version1 === "without-ess" ? 0 : ESS;
  const strong = usesKeys && options.version1 !== "without-ess" ? KEY_128 : 0;
  const least = options.minimumFlags ?? flags(ess, strong);
  return flags(least & ~word);
}

/** Bytes of a key that count. */
export function keyLength(word: number): 16 | 7 | 5 {
  if (has(word, KEY_128)) return 16;
  return has(word, KEY_56) ? 7 : 5;
}
