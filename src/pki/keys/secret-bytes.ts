/**
 * Bytes of a private key that a loader gives to the caller: a Uint8Array in all but what it shows of itself.
 */
import { wipe } from "../../bytes/byte-arrays.ts";

/** Node's symbol for how `util.inspect` and `console.log` show an object; `Symbol.for`, so that no name of Node is needed. */
const INSPECT = /* @__PURE__ */ Symbol.for("nodejs.util.inspect.custom");

class SecretBytes extends Uint8Array {
  toJSON(): string {
    return `[secret, ${this.length} bytes]`;
  }
}

/** A copy that `console.log`, `util.inspect` and `JSON.stringify` do not show. The given bytes, which are ours, are wiped. */
export function secretBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const secret = new SecretBytes(bytes.length);
  secret.set(bytes);
  Object.defineProperty(secret, INSPECT, { value: () => secret.toJSON() });
  wipe(bytes);
  return secret as Uint8Array<ArrayBuffer>;
}
