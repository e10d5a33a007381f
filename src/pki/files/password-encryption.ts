/**
 * What is encrypted with a passphrase in key files: PBES2 (RFC 8018 §6.2), PBES1 (§6.1) and the schemes of PKCS#12 (RFC
 * 7292 §C), and old PEM. AES with 128 and 256 bits is done by the provider, RC4 by `legacy/rc4.ts`; DES, 3DES, RC2 and
 * AES-192 by the legacy library. A wrong passphrase shows by its padding.
 */
import { concat } from "../../bytes/byte-arrays.ts";
import { DecodeError } from "../../bytes/byte-reader.ts";
import { type DerReader, DerTag } from "../../bytes/der.ts";
import { fromHex, utf8 } from "../../bytes/text.ts";
import type { CryptoProvider, LegacyCipher } from "../../crypto/provider.ts";
import { Rc4 } from "../../legacy/rc4.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import {
  deriveKey,
  opensslKey,
  Pkcs12Purpose,
  pbkdf1,
  pkcs12Key,
  pkcs12Password,
  readIterations,
  unsupported,
} from "./key-derivation.ts";
import { legacyDecrypt } from "./legacy-library.ts";

type CipherName = LegacyCipher | "aes-128-cbc" | "aes-256-cbc" | "rc4";

interface Cipher {
  readonly name: CipherName;
  readonly keyLength: number;
  /** Also of a block; 0 for a stream. */
  readonly ivLength: number;
}

const AES_128: Cipher = { name: "aes-128-cbc", keyLength: 16, ivLength: 16 };
const AES_192: Cipher = { name: "aes-192-cbc", keyLength: 24, ivLength: 16 };
const AES_256: Cipher = { name: "aes-256-cbc", keyLength: 32, ivLength: 16 };
const DES: Cipher = { name: "des-cbc", keyLength: 8, ivLength: 8 };
const DES3: Cipher = { name: "des-ede3-cbc", keyLength: 24, ivLength: 8 };
const DES2: Cipher = { name: "des-ede3-cbc", keyLength: 16, ivLength: 8 };
const rc2 = (keyLength: number): Cipher => ({ name: "rc2-cbc", keyLength, ivLength: 8 });
const rc4 = (keyLength: number): Cipher => ({ name: "rc4", keyLength, ivLength: 0 });

/** Ciphers of PBES2. */
const PBES2_CIPHERS: Readonly<Record<string, Cipher>> = {
  "2.16.840.1.101.3.4.1.2": AES_128,
  "2.16.840.1.101.3.4.1.22": AES_192,
  "2.16.840.1.101.3.4.1.42": AES_256,
  "1.2.840.113549.3.7": DES3,
  "1.3.14.3.2.7": DES,
};

const OID_PBES2 = "1.2.840.113549.1.5.13";
const OID_RC2_CBC = "1.2.840.113549.3.2";

/** Versions of RC2 parameters that name effective bits (RFC 2268 §6). */
const RC2_BITS: Readonly<Record<number, number>> = { 160: 40, 120: 64, 58: 128 };

const PBES1: Readonly<Record<string, { readonly hash: "md5" | "sha1"; readonly cipher: Cipher }>> =
  {
    "1.2.840.113549.1.5.3": { hash: "md5", cipher: DES },
    "1.2.840.113549.1.5.6": { hash: "md5", cipher: rc2(8) },
    "1.2.840.113549.1.5.10": { hash: "sha1", cipher: DES },
    "1.2.840.113549.1.5.11": { hash: "sha1", cipher: rc2(8) },
  };

const PKCS12: Readonly<Record<string, Cipher>> = {
  "1.2.840.113549.1.12.1.1": rc4(16),
  "1.2.840.113549.1.12.1.2": rc4(5),
  "1.2.840.113549.1.12.1.3": DES3,
  "1.2.840.113549.1.12.1.4": DES2,
  "1.2.840.113549.1.12.1.5": rc2(16),
  "1.2.840.113549.1.12.1.6": rc2(5),
};

/** By the name in DEK-Info. */
const PEM_CIPHERS: Readonly<Record<string, Cipher>> = {
  "AES-128-CBC": AES_128,
  "AES-192-CBC": AES_192,
  "AES-256-CBC": AES_256,
  "DES-EDE3-CBC": DES3,
  "DES-CBC": DES,
  "RC2-CBC": rc2(16),
};

/** What a passphrase is in bytes: in UTF-8, as OpenSSL takes it; in PKCS#12 schemes in UTF-16. */
export interface Passphrase {
  readonly utf8: Uint8Array;
  readonly pkcs12: Uint8Array;
}

/** @param text null: PKCS#12 files may be made without any, which is not the same as an empty one */
export function passphraseOf(text: string | null): Passphrase {
  return {
    utf8: utf8(text ?? ""),
    pkcs12: text === null ? new Uint8Array(0) : pkcs12Password(text),
  };
}

/**
 * Decrypts data with the scheme of an AlgorithmIdentifier.
 * @param algorithm its content
 * @throws TlsError WrongPassphrase, UnsupportedEncryption, LegacyFormatNotLoaded; DecodeError
 */
export function decryptWithPassphrase(
  provider: CryptoProvider,
  algorithm: DerReader,
  data: Uint8Array,
  passphrase: Passphrase,
): Uint8Array {
  const oid = algorithm.objectIdentifier();
  if (oid === OID_PBES2) return pbes2(provider, algorithm.sequence(), data, passphrase.utf8);
  const pkcs12 = PKCS12[oid];
  const old = PBES1[oid];
  if (pkcs12 === undefined && old === undefined) unsupported(`the encryption ${oid}`);
  const parameters = algorithm.sequence();
  const salt = parameters.element(DerTag.OctetString);
  const iterations = readIterations(parameters);
  parameters.end();
  if (pkcs12 !== undefined) {
    const derive = (purpose: number, length: number): Uint8Array =>
      pkcs12Key(provider, "sha1", passphrase.pkcs12, salt, iterations, purpose, length);
    const key = derive(Pkcs12Purpose.Key, pkcs12.keyLength);
    return decrypt(provider, pkcs12, key, derive(Pkcs12Purpose.Iv, pkcs12.ivLength), data);
  }
  const { hash, cipher } = old as NonNullable<typeof old>;
  const derived = pbkdf1(provider, hash, passphrase.utf8, salt, iterations);
  return decrypt(provider, cipher, derived.subarray(0, 8), derived.subarray(8), data);
}

function pbes2(
  provider: CryptoProvider,
  parameters: DerReader,
  data: Uint8Array,
  password: Uint8Array,
): Uint8Array {
  const derivation = parameters.sequence();
  const scheme = parameters.sequence();
  parameters.end();
  const oid = scheme.objectIdentifier();
  if (oid === OID_RC2_CBC) {
    const fields = scheme.sequence();
    const version = fields.unsigned();
    const bits = RC2_BITS[version[0] ?? 0] ?? unsupported("RC2 with a key of unusual length");
    const iv = fields.element(DerTag.OctetString);
    const key = deriveKey(provider, derivation, password, bits / 8);
    return decrypt(provider, rc2(bits / 8), key, iv, data);
  }
  const cipher = PBES2_CIPHERS[oid] ?? unsupported(`the cipher ${oid}`);
  const iv = scheme.element(DerTag.OctetString);
  return decrypt(
    provider,
    cipher,
    deriveKey(provider, derivation, password, cipher.keyLength),
    iv,
    data,
  );
}

/**
 * Decrypts the body of an old PEM key.
 * @param info value of DEK-Info: the cipher's name, a comma, the vector in hexadecimal
 */
export function decryptPem(
  provider: CryptoProvider,
  info: string,
  data: Uint8Array,
  passphrase: Passphrase,
): Uint8Array {
  const [name = "", vector = ""] = info.split(",").map((part) => part.trim());
  const cipher = PEM_CIPHERS[name] ?? unsupported(`the cipher ${name}`);
  if (!/^([0-9a-fA-F]{2})*$/.test(vector)) throw new DecodeError("DEK-Info: the vector is not hex");
  const iv = fromHex(vector);
  return decrypt(
    provider,
    cipher,
    opensslKey(provider, passphrase.utf8, iv, cipher.keyLength),
    iv,
    data,
  );
}

function decrypt(
  provider: CryptoProvider,
  cipher: Cipher,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  if (iv.length !== cipher.ivLength) throw new DecodeError(`a vector of ${iv.length} bytes`);
  if (cipher.name === "rc4") {
    const plain = data.slice();
    new Rc4(key).apply(plain);
    return plain;
  }
  if (data.length === 0 || data.length % cipher.ivLength !== 0) {
    throw new DecodeError(`${data.length} encrypted bytes are not a whole number of blocks`);
  }
  return unpadded(decryptBlocks(provider, cipher, key, iv, data), cipher.ivLength);
}

function decryptBlocks(
  provider: CryptoProvider,
  { name }: Cipher,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  if (name === "aes-128-cbc" || name === "aes-256-cbc") {
    const plain = data.slice();
    const cbc = provider.cbc(name, key);
    cbc.decrypt(iv, plain);
    cbc.wipe();
    return plain;
  }
  // 3DES with two keys uses the first one again.
  const whole =
    name === "des-ede3-cbc" && key.length === 16 ? concat(key, key.subarray(0, 8)) : key;
  return legacyDecrypt(provider, name as LegacyCipher, whole, iv, data);
}

/** PKCS#7 padding off (RFC 5652 §6.3). The file is the caller's own: no secret lies in how it fails. */
function unpadded(plain: Uint8Array, blockLength: number): Uint8Array {
  const count = plain.at(-1) ?? 0;
  const padding = plain.subarray(plain.length - count);
  if (count === 0 || count > blockLength || !padding.every((byte) => byte === count)) {
    wrongPassphrase();
  }
  return plain.subarray(0, plain.length - count);
}

/** @throws TlsError WrongPassphrase */
export function wrongPassphrase(): never {
  throw new TlsError(
    "the passphrase is wrong, or none was given: what it decrypts makes no sense",
    {
      reason: "WrongPassphrase",
    },
  );
}
