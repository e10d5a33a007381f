/**
 * Private keys out of files: PKCS#8 plain and encrypted (RFC 5958), SEC1 (RFC 5915) and PKCS#1 (RFC 8017 §A.1.2), in PEM, with
 * the old encryption of PEM too, or in DER.
 */
import { DecodeError } from "../../bytes/byte-reader.ts";
import {
  contextTag,
  DerReader,
  DerTag,
  derElement,
  derObjectIdentifier,
  derUnsigned,
} from "../../bytes/der.ts";
import type { CryptoProvider } from "../../crypto/provider.ts";
import { OID_EC_PUBLIC_KEY, OID_RSA_ENCRYPTION } from "../../protocol/object-identifiers.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { type PemBlock, pemBlocks } from "../pem.ts";
import {
  decryptPem,
  decryptWithPassphrase,
  type Passphrase,
  passphraseOf,
  wrongPassphrase,
} from "./password-encryption.ts";

/** Bytes of the largest key that is read: RSA of 16384 bits has 9,000. */
const MAX_KEY = 64 * 1024;

/**
 * The first private key of a file, as PKCS#8.
 * @param passphrase null: none was given
 * @throws TlsError MissingPrivateKey, MalformedPrivateKey, PassphraseRequired, WrongPassphrase, UnsupportedEncryption,
 * LegacyFormatNotLoaded; TlsFailure MalformedPem
 */
export function readKeyFile(
  provider: CryptoProvider,
  file: string | Uint8Array,
  passphrase: string | null,
): Uint8Array {
  if (file.length > 2 * MAX_KEY && file instanceof Uint8Array) malformed("it is too long");
  try {
    if (typeof file !== "string") return fromDer(provider, file, passphrase);
    const block = pemBlocks(file).find(({ label }) => label.endsWith("PRIVATE KEY"));
    if (block === undefined) {
      throw new TlsError(
        'there is no private key in the PEM text ("-----BEGIN PRIVATE KEY-----")',
        {
          reason: "MissingPrivateKey",
        },
      );
    }
    return fromPem(provider, block, passphrase);
  } catch (error) {
    if (error instanceof DecodeError) return malformed(error.message);
    throw error;
  }
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
  const plain = decryptWithPassphrase(provider, algorithm, data, passphrase);
  if (!looksLikeKey(plain)) wrongPassphrase();
  return plain;
}

function malformed(why: string): never {
  throw new TlsError(`the private key cannot be read: ${why}`, { reason: "MalformedPrivateKey" });
}

function fromPem(provider: CryptoProvider, block: PemBlock, passphrase: string | null): Uint8Array {
  const info = block.headers.get("DEK-Info");
  if (info === undefined) return fromDer(provider, block.der, passphrase);
  const given = needed(passphrase);
  const plain = decryptPem(provider, info, block.der, given);
  if (!looksLikeKey(plain)) wrongPassphrase();
  return fromDer(provider, plain, passphrase);
}

function needed(passphrase: string | null): Passphrase {
  if (passphrase !== null) return passphraseOf(passphrase);
  throw new TlsError("the private key is encrypted: give its passphrase", {
    reason: "PassphraseRequired",
  });
}

/** One SEQUENCE that begins with a small number, as all three forms do. */
function looksLikeKey(der: Uint8Array): boolean {
  try {
    const outer = new DerReader(der);
    const fields = outer.sequence();
    outer.end();
    fields.smallInteger();
    return fields.peek() !== null;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

/** The forms are told apart by their first elements; SEC1 and PKCS#1 get the frame of PKCS#8. */
function fromDer(provider: CryptoProvider, der: Uint8Array, passphrase: string | null): Uint8Array {
  if (der.length > MAX_KEY) malformed(`${der.length} bytes, at most ${MAX_KEY} are read`);
  const outer = new DerReader(der);
  const fields = outer.sequence();
  outer.end();
  if (fields.peek() === DerTag.Sequence) return decryptKey(provider, fields, needed(passphrase));
  fields.smallInteger();
  switch (fields.peek()) {
    case DerTag.Sequence:
      return der.slice();
    case DerTag.OctetString:
      return framed(ecAlgorithm(fields), der);
    case DerTag.Integer:
      return framed([derObjectIdentifier(OID_RSA_ENCRYPTION), derElement(DerTag.Null)], der);
    default:
      return malformed("it is neither PKCS#8, SEC1 nor PKCS#1");
  }
}

/** An ECPrivateKey on its own names its curve (RFC 5915 §3). */
function ecAlgorithm(fields: DerReader): Uint8Array[] {
  fields.element(DerTag.OctetString);
  if (fields.peek() !== contextTag(0)) throw new DecodeError("the key does not name its curve");
  return [derObjectIdentifier(OID_EC_PUBLIC_KEY), fields.element(contextTag(0))];
}

function framed(algorithm: readonly Uint8Array[], der: Uint8Array): Uint8Array {
  return derElement(
    DerTag.Sequence,
    derUnsigned(Uint8Array.of(0)),
    derElement(DerTag.Sequence, ...algorithm),
    derElement(DerTag.OctetString, der),
  );
}
