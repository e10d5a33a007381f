/**
 * Files as callers give them: text, or the bytes of text in any usual encoding, or DER; and what is in a file that does
 * not hold what was asked for, for messages.
 */
import { wipe } from "../../bytes/byte-arrays.ts";
import { DecodeError } from "../../bytes/byte-reader.ts";
import { contextTag, DerReader, DerTag } from "../../bytes/der.ts";
import { textOfFile } from "../../bytes/text.ts";
import { fail } from "../../protocol/failure.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import { pemBlocks } from "./pem.ts";

/** Text, or bytes: any view (a Buffer, a DataView) or an ArrayBuffer. */
export type GivenFile = string | ArrayBufferView | ArrayBuffer;

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const CERTIFICATE_LABELS: readonly string[] = ["CERTIFICATE", "X509 CERTIFICATE"];
/** OpenSSL's: a certificate, and what it is trusted for behind it. */
const TRUSTED_LABEL = "TRUSTED CERTIFICATE";
const PKCS7_LABELS: readonly string[] = ["PKCS7", "CMS", "PKCS #7 SIGNED DATA"];
const CERTIFICATE = "a certificate";
const CRL = "a CRL";
const PFX_VERSION = 3;
/** Characters of the longest text that is taken for a path. */
const MAX_PATH = 1024;

/** The bytes of a view or an ArrayBuffer, no copy; null for anything else. */
export function bytesOf(given: unknown): Uint8Array | null {
  if (given instanceof Uint8Array) return given;
  if (ArrayBuffer.isView(given)) {
    return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  }
  return given instanceof ArrayBuffer ? new Uint8Array(given) : null;
}

/**
 * Text as it is, the text of bytes, or DER.
 * @param what for messages: "the certificate", "ca"
 * @throws TlsError InvalidOption: neither text nor bytes
 */
export function asFile(given: unknown, what: string): string | Uint8Array {
  if (typeof given === "string") return given;
  const bytes = bytesOf(given);
  if (bytes === null) {
    throw new TlsError(
      `${what} is ${given === null ? "null" : typeof given}: give PEM as text or bytes, or DER as bytes`,
      { reason: "InvalidOption" },
    );
  }
  return isDer(bytes) ? bytes : textOfFile(bytes);
}

/** A SEQUENCE whose length fits; text may begin with the same character. */
function isDer(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  return tag === DerTag.Sequence && (length >= 0x80 || length + 2 === bytes.length);
}

/**
 * All certificates of a file, DER, in its order: of PEM blocks, of DER, of PKCS#7.
 * @throws TlsError MalformedCertificate: there is none, with what was found instead; TlsFailure MalformedPem
 */
export function certificatesIn(given: unknown, what: string): Uint8Array[] {
  const file = asFile(given, what);
  const found: Uint8Array[] =
    typeof file === "string"
      ? pemBlocks(file).flatMap(({ label, der }) => certificatesOfBlock(label, der, what))
      : [...certificatesOfDer(file, what)];
  if (found.length > 0) return found;
  throw new TlsError(`there is no certificate in ${what}: ${foundIn(file)}`, {
    reason: "MalformedCertificate",
  });
}

function certificatesOfBlock(label: string, der: Uint8Array, what: string): readonly Uint8Array[] {
  if (CERTIFICATE_LABELS.includes(label)) return [der];
  if (label === TRUSTED_LABEL) return [read(label, what, () => new DerReader(der).next().encoded)];
  // The key beside the certificates is read by itself.
  if (label.endsWith("PRIVATE KEY")) wipe(der);
  return PKCS7_LABELS.includes(label) ? certificatesOfPkcs7(der, what) : [];
}

function certificatesOfDer(der: Uint8Array, what: string): readonly Uint8Array[] {
  const kind = kindOfDer(der);
  if (kind === "PKCS#7") return certificatesOfPkcs7(der, what);
  return kind === null || kind === CERTIFICATE ? [der] : [];
}

/**
 * All revocation lists of a file, DER, in its order.
 * @throws TlsFailure UnusableCrl: there is none, with what was found instead; MalformedPem
 */
export function crlsIn(given: string | Uint8Array): readonly Uint8Array[] {
  const file = asFile(given, "a CRL");
  if (typeof file !== "string") {
    const kind = kindOfDer(file);
    return kind === null || kind === CRL ? [file] : noCrl(file);
  }
  const found = pemBlocks(file).flatMap(({ label, der }) => (label === "X509 CRL" ? [der] : []));
  return found.length > 0 ? found : noCrl(file);
}

function noCrl(file: string | Uint8Array): never {
  return fail(
    "UnusableCrl",
    `a CRL cannot be read: there is none in what was given, ${foundIn(file)}`,
  );
}

/** SignedData without signatures, as certificates are carried in (RFC 5652 §5.1). */
function certificatesOfPkcs7(der: Uint8Array, what: string): readonly Uint8Array[] {
  return read("PKCS#7", what, () => {
    const info = new DerReader(der).sequence();
    if (info.objectIdentifier() !== SIGNED_DATA) return [];
    const data = new DerReader(info.element(contextTag(0))).sequence();
    data.next();
    data.next();
    data.next();
    if (data.peek() !== contextTag(0)) return [];
    const set = new DerReader(data.element(contextTag(0)));
    const found: Uint8Array[] = [];
    while (set.peek() !== null) found.push(set.next().encoded);
    return found;
  });
}

/** @param what the file, for the message */
function read<T>(kind: string, what: string, reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new TlsError(`the ${kind} in ${what} cannot be read: ${error.message}`, {
      reason: "MalformedCertificate",
      cause: error,
    });
  }
}

/** What DER is by its first elements; null: nothing that is known here. */
export function kindOfDer(der: Uint8Array): string | null {
  try {
    const fields = new DerReader(der).sequence();
    switch (fields.peek()) {
      case DerTag.ObjectIdentifier:
        return "PKCS#7";
      case DerTag.Integer:
        return fields.unsigned()[0] === PFX_VERSION && fields.peek() === DerTag.Sequence
          ? "a PFX (PKCS#12)"
          : "a private key";
      case DerTag.Sequence:
        return kindOfFramed(fields.sequence(), fields.peek());
      default:
        return null;
    }
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/** @param fields the content of the first element, a SEQUENCE @param next the tag after it */
function kindOfFramed(fields: DerReader, next: number | null): string | null {
  switch (fields.peek()) {
    case contextTag(0):
      return CERTIFICATE;
    case DerTag.ObjectIdentifier:
      return next === DerTag.OctetString ? "an encrypted private key" : "a public key";
    case DerTag.Sequence:
      return CRL;
    case DerTag.Integer: {
      fields.next();
      const algorithm = fields.sequence();
      if (algorithm.peek() !== DerTag.ObjectIdentifier) return "a certificate request";
      fields.next();
      return fields.peek() === DerTag.Sequence ? CERTIFICATE : CRL;
    }
    default:
      return null;
  }
}

/** The end of a sentence that describes the contents of a file. */
export function foundIn(file: string | Uint8Array): string {
  if (file.length === 0) return "it is empty";
  if (typeof file !== "string") return `it is DER of ${kindOfDer(file) ?? "something else"}`;
  const labels = [...new Set(pemBlocks(file).map(({ label }) => `"${label}"`))];
  if (labels.length > 0) return `it holds ${labels.slice(0, 4).join(", ")}`;
  if (file.length <= MAX_PATH && !file.includes("\n") && /[./\\]/.test(file)) {
    return "it looks like a path; read the file and give what is in it";
  }
  return 'it is neither DER nor text with a PEM block ("-----BEGIN …-----")';
}
