/**
 * The primitives of message packages by @noble/hashes. There is neither DES nor 3DES: no library that browsers bundle has them.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { md5 } from "@noble/hashes/legacy.js";
import { randomBytes } from "@noble/hashes/utils.js";
import type { LegacyCrypto } from "../../message/legacy-crypto.ts";

export const nobleLegacyCrypto: LegacyCrypto = {
  random: randomBytes,
  md5(...parts) {
    const hash = md5.create();
    for (const part of parts) hash.update(part);
    return hash.digest();
  },
  hmacMd5(key, ...parts) {
    const mac = hmac.create(md5, key);
    for (const part of parts) mac.update(part);
    return mac.digest();
  },
  tripleDes: null,
};
