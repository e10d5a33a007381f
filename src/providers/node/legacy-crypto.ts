/**
 * The primitives of message packages by node:crypto. Single DES is not among its ciphers under OpenSSL 3; 3DES with three times
 * the same key is the same.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import type { LegacyCrypto } from "../../message/legacy-crypto.ts";

const TRIPLE_DES = "des-ede3-cbc";

export const nodeLegacyCrypto: LegacyCrypto = {
  random: (length) => plain(randomBytes(length)),
  md5(...parts) {
    const hash = createHash("md5");
    for (const part of parts) hash.update(part);
    return plain(hash.digest());
  },
  hmacMd5(key, ...parts) {
    const hmac = createHmac("md5", key);
    for (const part of parts) hmac.update(part);
    return plain(hmac.digest());
  },
  tripleDes: {
    encrypt: (key, iv, data) =>
      plain(createCipheriv(TRIPLE_DES, key, iv).setAutoPadding(false).update(data)),
    decrypt: (key, iv, data) =>
      plain(createDecipheriv(TRIPLE_DES, key, iv).setAutoPadding(false).update(data)),
  },
};

/** Without the methods of Buffer, whose `slice` is a view. */
function plain({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
