/**
 * Certificates out of files, and keys that are not encrypted beside them.
 */
import type { CertContext } from "../schannel/credential-types.ts";
import { TlsError } from "../sspi/tls-error.ts";
import { asTlsError } from "./as-tls-error.ts";
import type { CertificateParser, ParsedCertificate } from "./certificate.ts";
import { asFile, bytesOf, certificatesIn, type GivenFile } from "./given-file.ts";
import { secretBytes } from "./keys/secret-bytes.ts";
import { plainKey } from "./plain-key.ts";

/**
 * All certificates of a file as the chain that is sent, put in order, with a key that is not encrypted: that of the certificate that
 * issued none of the others, and nobody looks whether it is.
 * @throws TlsError MalformedCertificate, MalformedPem, UnsupportedCertificateKey
 */
export function loadPlainCertContext(
  parser: CertificateParser,
  certificate: GivenFile,
  key: unknown,
): CertContext {
  return asTlsError(() => {
    const { certificates, given } = readFiles(parser, certificate, key);
    const chain = inOrder(certificates, null);
    if (given === null) return { chain };
    const isFile = typeof given === "string" || bytesOf(given) !== null;
    return { chain, privateKey: isFile ? secretBytes(plainKey(given)) : given };
  });
}

interface Files {
  readonly certificates: readonly ParsedCertificate[];
  /** The caller's key, or the file that has one beside the certificates; null: there is none. */
  readonly given: unknown;
}

/** The certificates of a file in its order, and the key: the given one, or the file itself if it holds one. */
export function readFiles(parser: CertificateParser, certificate: GivenFile, key: unknown): Files {
  const file = asFile(certificate, "the certificate");
  const certificates = certificatesIn(file, "the certificate").map((der) => parser.parse(der));
  const hasKey = typeof file === "string" && file.includes("PRIVATE KEY-----");
  return { certificates, given: key ?? (hasKey ? file : null) };
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
