/**
 * Certificates out of files, and keys that are not encrypted beside them.
 */
import { fromLatin1 } from "../bytes/text.ts";
import type { CertContext } from "../schannel/credential-types.ts";
import { TlsError } from "../sspi/tls-error.ts";
import { asTlsError } from "./as-tls-error.ts";
import type { CertificateParser, ParsedCertificate } from "./certificate.ts";
import { secretBytes } from "./keys/secret-bytes.ts";
import { pemBlocks } from "./pem.ts";
import { plainKey } from "./plain-key.ts";

const SEQUENCE = 0x30;
const LABELS: readonly string[] = ["CERTIFICATE", "X509 CERTIFICATE"];

/**
 * All certificates of a file as the chain that is sent, put in order, with a key that is not encrypted: that of the certificate that
 * issued none of the others, and nobody looks whether it is.
 * @throws TlsError MalformedCertificate, MalformedPem, UnsupportedCertificateKey
 */
export function loadPlainCertContext(
  parser: CertificateParser,
  certificate: string | Uint8Array,
  key: unknown,
): CertContext {
  return asTlsError(() => {
    const { certificates, given } = readFiles(parser, certificate, key);
    const chain = inOrder(certificates, null);
    if (given === null) return { chain };
    const isFile = typeof given === "string" || given instanceof Uint8Array;
    return { chain, privateKey: isFile ? secretBytes(plainKey(given)) : given };
  });
}

interface Files {
  readonly certificates: readonly ParsedCertificate[];
  /** The caller's key, or the file that has one beside the certificates; null: there is none. */
  readonly given: unknown;
}

/** The certificates of a file in its order, and the key: the given one, or the file itself if it holds one. */
export function readFiles(
  parser: CertificateParser,
  certificate: string | Uint8Array,
  key: unknown,
): Files {
  const file = asFile(certificate);
  const certificates = readCertificates(parser, file);
  const hasKey = typeof file === "string" && file.includes("PRIVATE KEY-----");
  return { certificates, given: key ?? (hasKey ? file : null) };
}

/** Bytes that do not begin as DER does are text. */
export function asFile(file: string | Uint8Array): string | Uint8Array {
  return typeof file === "string" || file[0] === SEQUENCE ? file : fromLatin1(file);
}

function readCertificates(
  parser: CertificateParser,
  file: string | Uint8Array,
): readonly ParsedCertificate[] {
  const ders =
    typeof file === "string"
      ? pemBlocks(file).flatMap(({ label, der }) => (LABELS.includes(label) ? [der] : []))
      : [file];
  if (ders.length === 0) noCertificate("PEM text");
  return ders.map((der) => parser.parse(der));
}

/** @throws TlsError MalformedCertificate */
export function noCertificate(where: string): never {
  throw new TlsError(`there is no certificate in the ${where}`, { reason: "MalformedCertificate" });
}

/**
 * Leaf first: the one that the key belongs to, or the one that issued none of the others; each followed by its issuer.
 * What fits nowhere comes last.
 */
export function inOrder(
  certificates: readonly ParsedCertificate[],
  leaf: ParsedCertificate | null,
): Uint8Array[] {
  const rest = [...new Set(certificates)];
  const issuesNone = (one: ParsedCertificate): boolean =>
    !rest.some((other) => other !== one && other.issuerName.equals(one.subjectName));
  const ordered: ParsedCertificate[] = [];
  let next = leaf === null ? rest.findIndex(issuesNone) : rest.indexOf(leaf);
  while (rest.length > 0) {
    ordered.push(...rest.splice(Math.max(next, 0), 1));
    const last = ordered.at(-1);
    next = rest.findIndex((other) => last?.issuerName.equals(other.subjectName) === true);
  }
  return ordered.map(({ der }) => der);
}
