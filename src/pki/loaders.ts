/**
 * Certificates and keys out of files. These are no SSPI functions: they throw TlsError.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { fromLatin1 } from "../bytes/text.ts";
import type { PrivateKey } from "../crypto/provider.ts";
import type { CertContext } from "../schannel/credential-types.ts";
import { TlsError } from "../sspi/tls-error.ts";
import { asTlsError } from "./as-tls-error.ts";
import type { CertificateParser, ParsedCertificate } from "./certificate.ts";
import { readKeyFile } from "./keys/key-file.ts";
import { LEGACY_NOT_LOADED, loadLegacyFormats } from "./keys/legacy-library.ts";
import { unlockWith } from "./keys/unlock.ts";
import { pemBlocks } from "./pem.ts";
import type { PfxContent } from "./pfx.ts";
import { importKey } from "./private-key.ts";

const SEQUENCE = 0x30;
const LABELS: readonly string[] = ["CERTIFICATE", "X509 CERTIFICATE"];

/**
 * All certificates of a file as the chain that is sent, put in order, leaf first, with the key.
 * @param certificate PEM as text or bytes, or one DER certificate
 * @param key PEM, DER, or a key object; absent: looked for in `certificate`
 * @throws TlsError MalformedCertificate, MalformedPem, NoUsableCredential (the key is another certificate's),
 * UnsupportedCertificateKey, and those of `readKeyFile`
 */
export function loadCertContext(
  parser: CertificateParser,
  certificate: string | Uint8Array,
  key: unknown,
  passphrase: string | null,
): CertContext {
  return asTlsError(() => {
    const file = asFile(certificate);
    const certificates = readCertificates(parser, file);
    const hasKey = typeof file === "string" && file.includes("PRIVATE KEY-----");
    const given = key ?? (hasKey ? file : null);
    if (given === null) return { chain: inOrder(certificates, null) };
    if (typeof given !== "string" && !(given instanceof Uint8Array)) {
      return { chain: inOrder(certificates, null), privateKey: given };
    }
    const unlock = unlockWith(parser.provider, passphrase);
    return withKey(parser, certificates, [readKeyFile(asFile(given), unlock)]);
  });
}

/** As `loadCertContext`; what reading an old format takes is imported first. */
export async function loadCertContextAsync(
  parser: CertificateParser,
  certificate: string | Uint8Array,
  key: unknown,
  passphrase: string | null,
): Promise<CertContext> {
  try {
    return loadCertContext(parser, certificate, key, passphrase);
  } catch (error) {
    if (!(error instanceof TlsError) || error.reason !== LEGACY_NOT_LOADED) throw error;
    await loadLegacyFormats();
    return loadCertContext(parser, certificate, key, passphrase);
  }
}

/**
 * Certificates and key of a PFX; of several keys the first one that a certificate belongs to.
 * @throws TlsError as `loadCertContext` and `readPfx`
 */
export async function loadPfx(
  parser: CertificateParser,
  pfx: Uint8Array,
  passphrase: string | null,
): Promise<CertContext> {
  // What only PFX files need stays out of a bundle's first piece.
  const { readPfx } = await import("./pfx.ts");
  const content = await readPfx(parser.provider, pfx, passphrase);
  return asTlsError(() => contextOfPfx(parser, content));
}

/** The chain and the key of an open PFX. */
export function contextOfPfx(parser: CertificateParser, content: PfxContent): CertContext {
  const certificates = content.certificates.map((der) => parser.parse(der));
  if (certificates.length === 0) noCertificate("PFX");
  if (content.privateKeys.length === 0) return { chain: inOrder(certificates, null) };
  return withKey(parser, certificates, content.privateKeys);
}

/** Bytes that do not begin as DER does are text. */
function asFile(file: string | Uint8Array): string | Uint8Array {
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

function noCertificate(where: string): never {
  throw new TlsError(`there is no certificate in the ${where}`, { reason: "MalformedCertificate" });
}

/** @param keys PKCS#8 */
function withKey(
  parser: CertificateParser,
  certificates: readonly ParsedCertificate[],
  keys: readonly Uint8Array[],
): CertContext {
  const fits = (leaf: ParsedCertificate, key: PrivateKey): boolean =>
    leaf.publicKey?.type === key.type && equalBytes(leaf.spki, key.publicKey);
  for (const privateKey of keys) {
    const key = importKey(parser.provider, privateKey);
    const leaf = certificates.find((one) => fits(one, key));
    if (leaf !== undefined) return { chain: inOrder(certificates, leaf), privateKey };
  }
  const names = certificates.map((one) => one.subjectText).join(", ");
  throw new TlsError(`the private key does not belong to any of the certificates (${names})`, {
    reason: "NoUsableCredential",
  });
}

/**
 * Leaf first: the one that the key belongs to, or the one that issued none of the others; each followed by its issuer.
 * What fits nowhere comes last.
 */
function inOrder(
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
