/**
 * Bytes of a private key that a loader gives to the caller: a Uint8Array in all but what it shows of itself.
 */
import { wipe } from "../../bytes/byte-arrays.ts";

/**
 * Node's symbol for how `util.inspect` and `console.log` show an object; `Symbol.for`, so that no name of Node is
 * needed.
 */
const INSPECT = "nodejs.util.inspect.custom";

/**
 * A copy that `console.log`, `util.inspect` and `JSON.stringify` do not show. The given bytes, which are ours, are
 * wiped.
 */
export function secretBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const secret = new Uint8Array(bytes);
  const value = (): string => `[secret, ${secret.length} bytes]`;
  Object.defineProperty(secret, Symbol.for(INSPECT), { value });
  Object.defineProperty(secret, "toJSON", { value });
  wipe(bytes);
  return secret;
}
