/**
 * Keys of an established context ([MS-NLMP] 3.4.5).
 */
import { latin1 } from "../bytes/text.ts";
import type { LegacyCrypto } from "../message/legacy-crypto.ts";
import { keyLength } from "./flags.ts";

export type Direction = "client-to-server" | "server-to-client";

/** SIGNKEY, with extended session security: 16 bytes. */
export function signingKey(
  crypto: LegacyCrypto,
  sessionKey: Uint8Array,
  direction: Direction,
): Uint8Array {
  return crypto.md5(sessionKey, magic(direction, "signing"));
}

/** SEALKEY, with extended session security: 16 bytes. */
export function sealingKey(
  crypto: LegacyCrypto,
  sessionKey: Uint8Array,
  flags: number,
  direction: Direction,
): Uint8Array {
  return crypto.md5(sessionKey.subarray(0, keyLength(flags)), magic(direction, "sealing"));
}

function magic(direction: Direction, use: "signing" | "sealing"): Uint8Array {
  return latin1(`session key to ${direction} ${use} key magic constant\0`);
}
