/**
 * What old key files are encrypted with, as far as this node:crypto has it: 3DES, AES-192 and MD5 mostly, DES and RC2
 * seldom.
 */
import { createDecipheriv, createHash } from "node:crypto";
import type { LegacyCrypto } from "../../crypto/provider.ts";
import { plain } from "./to-uint8array.ts";

export const legacy: LegacyCrypto = {
  md5(data) {
    try {
      return plain(createHash("md5").update(data).digest());
    } catch {
      // Under FIPS rules there is none.
      return null;
    }
  },
  decrypt(cipher, key, iv, data) {
    // OpenSSL takes RC2 keys of 128 bits by this name, and no others.
    if (cipher === "rc2-cbc" && key.length !== 16) return null;
    try {
      return plain(createDecipheriv(cipher, key, iv).setAutoPadding(false).update(data));
    } catch {
      // OpenSSL 3 has DES and RC2 in its legacy provider only, which is seldom loaded.
      return null;
    }
  },
};
