/**
 * Certificates, keys and lists out of files that options name. A file that holds something else is refused with what was
 * found in it.
 */
import {
  type CertContext,
  certContextFromPemAsync,
  certContextFromPfx,
  type TrustStore,
  trustStoreFromPem,
} from "../api/node.ts";
import { asFile, certificatesIn, crlsIn, foundIn, kindOfDer } from "../pki/files/given-file.ts";
import { toPem } from "../pki/files/pem.ts";
import { TlsError } from "../sspi/tls-error.ts";
import type { Arguments } from "./arguments.ts";
import { CliError, describeError, UsageError } from "./cli-error.ts";
import { readBytes } from "./files.ts";
import { passphraseOf } from "./passphrase.ts";
import { printable } from "./terminal.ts";

/**
 * DER certificates of a file in its order: of PEM, of DER, of PKCS#7.
 * @throws CliError that says what the file holds instead
 */
export function readCertificates(path: string): Uint8Array[] {
  const bytes = readBytes(path);
  try {
    const found = certificatesIn(bytes, printable(path));
    if (found.every((der) => kindOfDer(der) === "a certificate")) return found;
  } catch (error) {
    const text = describeError(error);
    throw new CliError(error instanceof TlsError ? text : `${path}: ${text}`);
  }
  throw new CliError(`there is no certificate in ${path}: it is DER of something else`);
}

/** A trust store of all certificates of files. @throws CliError */
export function readTrustStore(paths: readonly string[]): TrustStore {
  const pems = paths.map((path) => {
    const pem = readCertificates(path)
      .map((der) => toPem("CERTIFICATE", der))
      .join("");
    try {
      trustStoreFromPem(pem);
    } catch (error) {
      throw new CliError(`${path}: ${describeError(error)}`);
    }
    return pem;
  });
  return trustStoreFromPem(pems.join(""));
}

/** CRLs of a file, DER. @throws CliError that says what the file holds instead */
export function readCrls(path: string): readonly Uint8Array[] {
  const bytes = readBytes(path);
  try {
    return crlsIn(bytes);
  } catch (error) {
    const found = foundIn(asFile(bytes, path));
    throw new CliError(`there is no revocation list in ${path}: ${found}`, {
      reason: (error as TlsError).reason ?? null,
    });
  }
}

/**
 * The certificate chain and key that --cert, --key, --pfx and --passphrase name; null if none of them does.
 * @throws CliError with the name of the file
 */
export async function ownCertificate(given: Arguments): Promise<CertContext | null> {
  const [cert, key, pfx] = [given.value("cert"), given.value("key"), given.value("pfx")];
  if (pfx !== null && (cert !== null || key !== null))
    throw new UsageError("give --pfx or --cert and --key, not both");
  if (cert === null && key !== null) throw new UsageError("--key wants --cert beside it");
  const passphrase = await passphraseOf(given);
  if (pfx !== null) {
    const bytes = readBytes(pfx);
    return named(pfx, passphrase, () => certContextFromPfx(bytes, passphrase ?? undefined));
  }
  if (cert === null) {
    if (passphrase !== null) throw new UsageError("--passphrase wants --key or --pfx beside it");
    return null;
  }
  // One file may hold both.
  const chain = readCertificates(cert);
  const pem = chain.map((der) => toPem("CERTIFICATE", der)).join("");
  const keyFile = key ?? cert;
  const keyBytes = readBytes(keyFile);
  const keyText = asFile(keyBytes, keyFile);
  if (typeof keyText === "string" && !keyText.includes("PRIVATE KEY-----"))
    throw new CliError(
      `there is no private key in ${keyFile}: ${foundIn(keyText)}${key === null ? "; name the key with --key FILE" : ""}`,
    );
  const files = key === null ? cert : `${cert} and ${key}`;
  return named(files, passphrase, () =>
    certContextFromPemAsync(pem, keyText, passphrase ?? undefined),
  );
}

/** @throws CliError with the files' names, and what to do where a passphrase is missing */
async function named<T>(
  files: string,
  passphrase: string | null,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const text = describeError(error);
    if (text.includes('it holds "CERTIFICATE"'))
      throw new CliError(`${files}: ${text}; PEM files are given with --cert and --key`);
    if (passphrase !== null || !/passphrase|encrypted/i.test(text))
      throw new CliError(`${files}: ${text}`);
    const lacking = text
      .replace(/: give its passphrase$/, "")
      .replace(
        "the passphrase is wrong, or the file damaged",
        "it wants a passphrase, and none was given",
      );
    throw new CliError(
      `${files}: ${lacking}; give the passphrase with --passphrase (env:NAME, file:PATH, fd:N or prompt keep it out of the process list)`,
    );
  }
}
