/**
 * Certificates out of files, and keys that are not encrypted beside them.
 */

import { TlsError } from "../../sspi/tls-error.ts";
import type { CertContext } from "../cert-context.ts";
import type { CertificateParser, ParsedCertificate } from "../certificate.ts";
import type { DistinguishedName } from "../distinguished-name.ts";
import { asFile, bytesOf, certificatesIn, type GivenFile } from "./given-file.ts";
import { asTlsError } from "./loader-errors.ts";
import type { PrivateKeySource } from "./private-key.ts";
import { secretBytes } from "./secret-bytes.ts";
import { readUnencryptedPkcs8 } from "./unencrypted-pkcs8.ts";

/**
 * All certificates of a file as the chain that is sent, put in order, with a key that is not encrypted: that of the
 * certificate that issued none of the others. The match is not checked.
 * @throws TlsError MalformedCertificate, MalformedPem, UnsupportedCertificateKey
 */
export function loadPlainCertContext(
  parser: CertificateParser,
  certificate: GivenFile,
  key: PrivateKeySource | null | undefined,
): CertContext {
  return asTlsError(() => {
    const { certificates, given } = readFiles(parser, certificate, key);
    const chain = inOrder(certificates, null);
    if (given === null) return { chain };
    const isFile = typeof given === "string" || bytesOf(given) !== null;
    return { chain, privateKey: isFile ? secretBytes(readUnencryptedPkcs8(given)) : given };
  });
}

interface Files {
  readonly certificates: readonly ParsedCertificate[];
  /** The caller's key, or the file that has one beside the certificates; null: there is none. */
  readonly given: PrivateKeySource | null;
}

/** The certificates of a file in its order, and the key: the given one, or the file itself if it holds one. */
export function readFiles(
  parser: CertificateParser,
  certificate: GivenFile,
  key: PrivateKeySource | null | undefined,
): Files {
  const file = asFile(certificate, "the certificate");
  const certificates = certificatesIn(file, "the certificate").map((der) => parser.parse(der));
  const hasKey = typeof file === "string" && file.includes("PRIVATE KEY-----");
  return { certificates, given: key ?? (hasKey ? file : null) };
}

/** @throws TlsError MalformedCertificate */
export function noCertificate(where: string): never {
  throw new TlsError(`there is no certificate in the ${where}`, { reason: "MalformedCertificate" });
}

/** A text that is equal for equal names. */
const keyOf = ({ keys }: DistinguishedName): string => JSON.stringify(keys);

/**
 * Leaf first: the one that the key belongs to, or the one that issued none of the others; each followed by its issuer.
 * What fits nowhere comes last.
 */
export function inOrder(
  certificates: readonly ParsedCertificate[],
  leaf: ParsedCertificate | null,
): Uint8Array[] {
  const rest = new Set(certificates);
  const bySubject = new Map<string, ParsedCertificate[]>();
  const issued = new Map<string, number>();
  for (const one of rest) {
    const subject = keyOf(one.subjectName);
    const issuer = keyOf(one.issuerName);
    const same = bySubject.get(subject);
    if (same === undefined) bySubject.set(subject, [one]);
    else same.push(one);
    issued.set(issuer, (issued.get(issuer) ?? 0) + 1);
  }
  const issuesNone = (one: ParsedCertificate): boolean =>
    (issued.get(keyOf(one.subjectName)) ?? 0) === (one.selfIssued ? 1 : 0);
  // Each list is traversed once: an entry that was taken out of order is skipped later.
  const lists = new Map([...bySubject].map(([subject, list]) => [subject, list.values()]));
  const nextOf = (list: Iterator<ParsedCertificate> | undefined): ParsedCertificate | null => {
    for (let item = list?.next(); item?.done === false; item = list?.next())
      if (rest.has(item.value)) return item.value;
    return null;
  };
  const inFile = certificates.values();
  const ordered: ParsedCertificate[] = [];
  let next = leaf ?? [...rest].find(issuesNone) ?? null;
  while (rest.size > 0) {
    next ??= nextOf(inFile);
    if (next === null) break;
    rest.delete(next);
    ordered.push(next);
    next = nextOf(lists.get(keyOf(next.issuerName)));
  }
  return ordered.map(({ der }) => der);
}
