/**
 * The provider that Node (and what imitates it) uses: node:crypto, that is OpenSSL, all of it synchronous.
 */
import type { CryptoProvider } from "../../crypto/provider.ts";
import { aead, lacksCipher, tiers } from "./aead-tiers.ts";
import { cbc } from "./cbc.ts";
import { digest, hash, hmac } from "./hash.ts";
import { finiteField, keyAgreement } from "./key-agreement.ts";
import { legacy } from "./legacy.ts";
import { pbkdf2, scrypt } from "./password-hash.ts";
import { random } from "./random.ts";
import { importPrivateKey, importPublicKey } from "./signature.ts";

export const nodeProvider: CryptoProvider = {
  name: "node",
  random,
  hash,
  digest,
  hmac,
  pbkdf2,
  scrypt,
  legacy,
  aead,
  tiers,
  cbc,
  lacks: (row) => "cipher" in row && lacksCipher(row.cipher.name),
  keyAgreement,
  finiteField,
  importPublicKey,
  importPrivateKey,
};
