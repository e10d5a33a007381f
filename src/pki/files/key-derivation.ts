/**
 * Keys out of passphrases, as key files use them: PBKDF2 and scrypt (RFC 8018 §A.2, RFC 7914 §7), PBKDF1 (RFC 8018
 * §5.1), the function of PKCS#12 (RFC 7292 §B.2), and OpenSSL's for old PEM. Every file names its own work: it is
 * bounded here.
 */
import { concat } from "../../bytes/byte-arrays.ts";
import { DecodeError } from "../../bytes/byte-reader.ts";
import { type DerReader, DerTag } from "../../bytes/der.ts";
import type { CryptoProvider } from "../../crypto/provider.ts";
import { HASHES, type HashName } from "../../protocol/cipher-suite.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { legacyMd5 } from "./legacy-library.ts";

/** Iterations of PBKDF2; files of today have up to a million. */
export const MAX_ITERATIONS: number = 5_000_000;
/** Iterations of the older functions, which cost more each; Firefox and GnuTLS write 600,000, some users a million. */
const MAX_OLD_ITERATIONS = 2_000_000;
/** cost · blockSize · parallelization, each of 128 bytes: 128 MiB. */
const MAX_SCRYPT_BLOCKS = 1 << 20;

export const OID_PBKDF2 = "1.2.840.113549.1.5.12";
const OID_SCRYPT = "1.3.6.1.4.1.11591.4.11";

/** Pseudo-random functions of PBKDF2, which are also the MACs of PBMAC1. */
export const HMAC_ALGORITHMS: Readonly<Record<string, HashName>> = {
  "1.2.840.113549.2.7": "sha1",
  "1.2.840.113549.2.9": "sha256",
  "1.2.840.113549.2.10": "sha384",
  "1.2.840.113549.2.11": "sha512",
};

/** Refuses a scheme that is not built. */
export function unsupported(what: string): never {
  throw new TlsError(
    `${what} is not supported; write the file anew: a key with "openssl pkcs8 -topk8 -in KEY -out NEW", a PFX with "openssl pkcs12 -in PFX -nodes -out ALL.pem" and "openssl pkcs12 -export -in ALL.pem -out NEW"`,
    { reason: "UnsupportedEncryption" },
  );
}

/** Reads a count of iterations within bounds. */
export function readIterations(reader: DerReader, most: number = MAX_OLD_ITERATIONS): number {
  const count = readNumber(reader);
  if (count < 1 || count > most) {
    throw new TlsError(`the file asks for ${count} iterations, at most ${most} are done`, {
      reason: "UnsupportedEncryption",
    });
  }
  return count;
}

function readNumber(reader: DerReader): number {
  return reader.unsigned().reduce((sum, byte) => Math.min(sum * 256 + byte, 0xffffffffff), 0);
}

/**
 * Reads an AlgorithmIdentifier of a key derivation and derives.
 * @param length bytes of the key
 * @param named a PBKDF2 that does not name this length is refused
 */
export function deriveKey(
  provider: CryptoProvider,
  algorithm: DerReader,
  password: Uint8Array,
  length: number,
  named = false,
): Uint8Array {
  const oid = algorithm.objectIdentifier();
  if (oid !== OID_PBKDF2 && oid !== OID_SCRYPT) unsupported(`the key derivation ${oid}`);
  const parameters = algorithm.sequence();
  const salt = parameters.element(DerTag.OctetString);
  if (oid === OID_SCRYPT) {
    const [cost, blockSize, parallelization] = [0, 0, 0].map(() => readNumber(parameters));
    return scryptKey(provider, password, salt, [cost, blockSize, parallelization], length);
  }
  const iterations = readIterations(parameters, MAX_ITERATIONS);
  const names = parameters.peek() === DerTag.Integer;
  if (names ? readNumber(parameters) !== length : named) {
    throw new DecodeError(`PBKDF2: the length of the key is not given as ${length} bytes`);
  }
  const prf = parameters.peek() === null ? "sha1" : readHmac(parameters.sequence());
  return provider.pbkdf2(prf, password, salt, iterations, length);
}

/** The hash of an AlgorithmIdentifier of HMAC. */
export function readHmac(algorithm: DerReader): HashName {
  const oid = algorithm.objectIdentifier();
  return HMAC_ALGORITHMS[oid] ?? unsupported(`the HMAC ${oid}`);
}

function scryptKey(
  provider: CryptoProvider,
  password: Uint8Array,
  salt: Uint8Array,
  [cost = 0, blockSize = 0, parallelization = 0]: readonly (number | undefined)[],
  length: number,
): Uint8Array {
  const blocks = cost * blockSize * parallelization;
  const powerOfTwo = cost > 1 && Number.isInteger(Math.log2(cost));
  if (!powerOfTwo || blocks === 0 || blocks > MAX_SCRYPT_BLOCKS) {
    throw new TlsError(`scrypt with N=${cost}, r=${blockSize}, p=${parallelization} is not done`, {
      reason: "UnsupportedEncryption",
    });
  }
  return provider.scrypt(password, salt, { cost, blockSize, parallelization }, length);
}

/** PBKDF1 with MD5 or SHA-1: 16 bytes. */
export function pbkdf1(
  provider: CryptoProvider,
  hash: "md5" | "sha1",
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
): Uint8Array {
  const digest = (bytes: Uint8Array): Uint8Array =>
    hash === "md5" ? legacyMd5(provider, bytes) : provider.digest("sha1", bytes);
  let key = concat(password, salt);
  for (let i = 0; i < iterations; i++) key = digest(key);
  return key.subarray(0, 16);
}

/** What a key is for (RFC 7292 §B.3). */
export const Pkcs12Purpose = { Key: 1, Iv: 2, Mac: 3 } as const;

/** The passphrase as PKCS#12 wants it: big-endian UTF-16 with a zero at the end. */
export function pkcs12Password(passphrase: string): Uint8Array {
  const bytes = new Uint8Array(2 * passphrase.length + 2);
  for (let i = 0; i < passphrase.length; i++) {
    const code = passphrase.charCodeAt(i);
    bytes.set([code >> 8, code & 0xff], 2 * i);
  }
  return bytes;
}

/** The function of PKCS#12 (RFC 7292 §B.2); `purpose` is one of Pkcs12Purpose. */
export function pkcs12Key(
  provider: CryptoProvider,
  hash: HashName,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  purpose: number,
  length: number,
): Uint8Array {
  const { blockLength: v, length: u } = HASHES[hash];
  const filled = (bytes: Uint8Array): Uint8Array => {
    const whole = new Uint8Array(v * Math.ceil(bytes.length / v));
    for (let i = 0; i < whole.length; i++) whole[i] = bytes[i % bytes.length] ?? 0;
    return whole;
  };
  const id = new Uint8Array(v).fill(purpose);
  const input = concat(filled(salt), filled(password));
  const key = new Uint8Array(length);
  for (let at = 0; at < length; at += u) {
    let digest = provider.digest(hash, concat(id, input));
    for (let i = 1; i < iterations; i++) digest = provider.digest(hash, digest);
    key.set(digest.subarray(0, Math.min(u, length - at)), at);
    for (let block = 0; block < input.length; block += v) addBlock(input, block, v, digest);
  }
  return key;
}

/** The block of `input` plus the repeated digest plus one, modulo its length. */
function addBlock(input: Uint8Array, start: number, length: number, digest: Uint8Array): void {
  let carry = 1;
  for (let i = length - 1; i >= 0; i--) {
    const sum = (input[start + i] ?? 0) + (digest[i % digest.length] ?? 0) + carry;
    input[start + i] = sum & 0xff;
    carry = sum >> 8;
  }
}

/**
 * OpenSSL's EVP_BytesToKey with MD5 and one iteration, of encrypted PEM. The salt is the first 8 bytes of the vector.
 */
export function opensslKey(
  provider: CryptoProvider,
  password: Uint8Array,
  iv: Uint8Array,
  length: number,
): Uint8Array {
  const salt = iv.subarray(0, 8);
  let key: Uint8Array = new Uint8Array(0);
  let digest: Uint8Array = new Uint8Array(0);
  while (key.length < length) {
    digest = legacyMd5(provider, digest, password, salt);
    key = concat(key, digest);
  }
  return key.subarray(0, length);
}
