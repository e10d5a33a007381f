/**
 * Certificates and keys out of files. These are not SSPI functions: they throw TlsError.
 */

import { equalBytes } from "../../bytes/byte-arrays.ts";
import { fromUtf8, harmlessList } from "../../bytes/text.ts";
import type { PrivateKey } from "../../crypto/provider.ts";
import { TlsError } from "../../sspi/tls-error.ts";
import type { CertContext } from "../cert-context.ts";
import type { CertificateParser, ParsedCertificate } from "../certificate.ts";
import { inOrder, noCertificate, readFiles } from "./certificate-files.ts";
import { asFile, bytesOf, type GivenFile } from "./given-file.ts";
import { readKeyFile } from "./key-file.ts";
import { LEGACY_NOT_LOADED, loadLegacyFormats } from "./legacy-library.ts";
import { asTlsError } from "./loader-errors.ts";
import type { PfxContent } from "./pfx.ts";
import { importKey, type PrivateKeySource } from "./private-key.ts";
import { secretBytes } from "./secret-bytes.ts";
import { unlockWith } from "./unlock.ts";

/**
 * All certificates of a file as the chain that is sent, put in order, leaf first, with the key.
 * @param certificate PEM as text or bytes, or one DER certificate
 * @param key PEM, DER, or a key object; absent: looked for in `certificate`
 * @throws TlsError MalformedCertificate, MalformedPem, NoUsableCredential (the key is another certificate's),
 * UnsupportedCertificateKey, and those of `readKeyFile`
 */
export function loadCertContext(
  parser: CertificateParser,
  certificate: GivenFile,
  key: PrivateKeySource | null | undefined,
  passphrase: string | null,
): CertContext {
  return asTlsError(() => {
    const { certificates, given } = readFiles(parser, certificate, key);
    if (given === null) return { chain: inOrder(certificates, null) };
    if (typeof given !== "string" && bytesOf(given) === null) {
      return { chain: inOrder(certificates, null), privateKey: given };
    }
    const unlock = unlockWith(parser.provider, passphrase);
    return withKey(parser, certificates, [readKeyFile(asFile(given, "the private key"), unlock)]);
  });
}

/** As `loadCertContext`; what reading an old format takes is imported first. */
export async function loadCertContextAsync(
  parser: CertificateParser,
  certificate: GivenFile,
  key: PrivateKeySource | null | undefined,
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
  pfx: ArrayBufferView | ArrayBuffer,
  passphrase: string | null,
): Promise<CertContext> {
  const bytes = bytesOf(pfx);
  if (bytes === null) {
    throw new TlsError(`the PFX is ${pfx === null ? "null" : typeof pfx}: give its bytes`, {
      reason: "InvalidOption",
    });
  }
  // What only PFX files need stays out of a bundle's first piece.
  const { LAZY_MODULES } = await import("../lazy-modules.ts");
  const content = await LAZY_MODULES.readPfx(parser.provider, bytes, passphrase);
  return asTlsError(() => contextOfPfx(parser, content));
}

/** The chain and the key of an open PFX. */
export function contextOfPfx(parser: CertificateParser, content: PfxContent): CertContext {
  const certificates = content.certificates.map((der) => parser.parse(der));
  if (certificates.length === 0) noCertificate("PFX");
  if (content.privateKeys.length === 0) return { chain: inOrder(certificates, null) };
  return withKey(parser, certificates, content.privateKeys);
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
    key.wipe?.();
    if (leaf !== undefined) {
      return { chain: inOrder(certificates, leaf), privateKey: secretBytes(privateKey) };
    }
  }
  const names = harmlessList(certificates.map((one) => one.subjectText));
  throw new TlsError(`the private key does not belong to any of the certificates (${names})`, {
    reason: "NoUsableCredential",
  });
}

/**
 * A passphrase as text; bytes are its UTF-8.
 * @throws TlsError InvalidOption
 */
export function passphraseText(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given === "string") return given;
  const bytes = bytesOf(given);
  try {
    if (bytes !== null) return fromUtf8(bytes);
  } catch {
    throw new TlsError("the passphrase is not UTF-8; give it as text", { reason: "InvalidOption" });
  }
  throw new TlsError(`the passphrase is ${typeof given}: give text, or bytes of UTF-8`, {
    reason: "InvalidOption",
  });
}
