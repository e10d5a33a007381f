/**
 * Private keys out of files: PKCS#8 (RFC 5958), SEC1 (RFC 5915) and PKCS#1 (RFC 8017 §A.1.2), in PEM or DER. Encrypted
 * ones are recognised here. The decryption is passed in, so that builds without passphrases do not contain it.
 */
import { wipe } from "../../bytes/byte-arrays.ts";
import { DecodeError } from "../../bytes/byte-reader.ts";
import {
  contextTag,
  DerReader,
  DerTag,
  derElement,
  derElementOf,
  derObjectIdentifier,
  derUnsigned,
} from "../../bytes/der.ts";
import { OID_EC_PUBLIC_KEY, OID_RSA_ENCRYPTION } from "../../protocol/object-identifiers.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { foundIn, kindOfDer } from "./given-file.ts";
import { type PemBlock, pemBlocks } from "./pem.ts";

/** Bytes of the largest key that is read: RSA of 16384 bits has 9,000. */
const MAX_KEY = 64 * 1024;

/** Private keys in other formats, by their label. */
const NOT_OURS: Readonly<Record<string, string>> = {
  "OPENSSH PRIVATE KEY":
    "it is in OpenSSH's own form; convert a copy of it: ssh-keygen -p -m PKCS8 -f COPY",
  "DSA PRIVATE KEY": "it is a DSA key, which TLS has no use for; make an EC, Ed25519 or RSA key",
};

/** Opens encrypted keys. */
export interface Unlock {
  /** The old encryption of PEM: the contents of `DEK-Info`, and the bytes. The key in any form. */
  pem(info: string, data: Uint8Array): Uint8Array;
  /** EncryptedPrivateKeyInfo (RFC 5958 §3), to PKCS#8. */
  pkcs8(info: DerReader): Uint8Array;
}

/** Without a passphrase. */
export const LOCKED: Unlock = { pem: passphraseRequired, pkcs8: passphraseRequired };

function passphraseRequired(): never {
  throw new TlsError("the private key is encrypted: give its passphrase", {
    reason: "PassphraseRequired",
  });
}

/**
 * The first private key of a file, as PKCS#8.
 * @throws TlsError MissingPrivateKey, MalformedPrivateKey, PassphraseRequired, WrongPassphrase, UnsupportedEncryption,
 * LegacyFormatNotLoaded; TlsFailure MalformedPem
 */
export function readKeyFile(file: string | Uint8Array, unlock: Unlock): Uint8Array {
  if (file.length > 2 * MAX_KEY && file instanceof Uint8Array) malformed("it is too long");
  try {
    if (typeof file !== "string") return fromDer(file, unlock);
    const block = pemBlocks(file).find(({ label }) => label.endsWith("PRIVATE KEY"));
    if (block === undefined) return missing(file);
    const advice = NOT_OURS[block.label];
    if (advice !== undefined) malformed(advice);
    return fromPem(block, unlock);
  } catch (error) {
    if (error instanceof DecodeError) return malformed(error.message);
    throw error;
  }
}

function missing(file: string | Uint8Array): never {
  throw new TlsError(
    `there is no private key in what was given as one: ${foundIn(file)}; wanted is "-----BEGIN PRIVATE KEY-----", or DER`,
    { reason: "MissingPrivateKey" },
  );
}

function malformed(why: string): never {
  throw new TlsError(`the private key cannot be read: ${why}`, { reason: "MalformedPrivateKey" });
}

function fromPem(block: PemBlock, unlock: Unlock): Uint8Array {
  const info = block.headers.get("DEK-Info");
  const der = info === undefined ? block.der : unlock.pem(info, block.der);
  try {
    return fromDer(der, unlock);
  } finally {
    wipe(der);
  }
}

/** The forms are told apart by their first elements; SEC1 and PKCS#1 get the frame of PKCS#8. */
function fromDer(der: Uint8Array, unlock: Unlock): Uint8Array {
  if (der.length > MAX_KEY) malformed(`${der.length} bytes, at most ${MAX_KEY} are read`);
  const outer = new DerReader(der);
  const fields = outer.sequence();
  outer.end();
  const kind = kindOfDer(der);
  if (kind !== null && !kind.endsWith("private key")) return missing(der);
  if (fields.peek() === DerTag.Sequence) return unlock.pkcs8(fields);
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
  const key = derElement(DerTag.OctetString, der);
  const frame = derElement(
    DerTag.Sequence,
    derUnsigned(Uint8Array.of(0)),
    derElementOf(DerTag.Sequence, algorithm),
    key,
  );
  wipe(key);
  return frame;
}
