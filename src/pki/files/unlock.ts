/**
 * Opens encrypted private keys: PKCS#8 (RFC 5958 §3), and the old encryption of PEM.
 */
import { DecodeError } from "../../bytes/byte-reader.ts";
import { DerReader, DerTag } from "../../bytes/der.ts";
import type { CryptoProvider } from "../../crypto/provider.ts";
import { LOCKED, type Unlock } from "./key-file.ts";
import {
  decryptPem,
  decryptWithPassphrase,
  type Passphrase,
  passphraseOf,
  wrongPassphrase,
} from "./password-encryption.ts";

/** @param passphrase null: none was given */
export function unlockWith(provider: CryptoProvider, passphrase: string | null): Unlock {
  if (passphrase === null) return LOCKED;
  return {
    pem: (info, data) => checked(decryptPem(provider, info, data, passphraseOf(passphrase))),
    pkcs8: (info) => decryptKey(provider, info, passphraseOf(passphrase)),
  };
}

/** EncryptedPrivateKeyInfo to PKCS#8 (RFC 5958 §3). */
export function decryptKey(
  provider: CryptoProvider,
  info: DerReader,
  passphrase: Passphrase,
): Uint8Array {
  const algorithm = info.sequence();
  const data = info.element(DerTag.OctetString);
  info.end();
  return checked(decryptWithPassphrase(provider, algorithm, data, passphrase));
}

/** A key: one SEQUENCE that begins with a small number, as all three forms do. */
function checked(plain: Uint8Array): Uint8Array {
  try {
    const outer = new DerReader(plain);
    const fields = outer.sequence();
    outer.end();
    fields.smallInteger();
    return fields.peek() === null ? wrongPassphrase() : plain;
  } catch (error) {
    if (error instanceof DecodeError) return wrongPassphrase();
    throw error;
  }
}
