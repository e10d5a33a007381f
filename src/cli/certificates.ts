/**
 * Certificates, keys and lists out of files that options name. A file that holds something else is refused with what was
 * found in it.
 */
import { DerTag } from "../bytes/der.ts";
import {
  type CertContext,
  certContextFromPemAsync,
  certContextFromPfx,
  type TrustStore,
  trustStoreFromPem,
} from "../node-index.ts";
import { pemBlocks, toPem } from "../pki/pem.ts";
import type { Arguments } from "./arguments.ts";
import { CliError, describeError, UsageError } from "./cli-error.ts";
import { readBytes, readText } from "./files.ts";
import { passphraseOf } from "./passphrase.ts";
import { printable } from "./terminal.ts";

const isDer = (bytes: Uint8Array): boolean => bytes[0] === DerTag.Sequence;

/** Labels that hold a certificate, as OpenSSL reads them. */
const CERTIFICATE_LABELS: ReadonlySet<string> = new Set(["CERTIFICATE", "X509 CERTIFICATE"]);

/** What to do about blocks that people take for certificates. */
const CONVERT: Readonly<Record<string, string>> = {
  PKCS7: "; take the certificates out: openssl pkcs7 -print_certs -in FILE",
  "TRUSTED CERTIFICATE": "; take its trust settings off: openssl x509 -in FILE",
};

/**
 * DER certificates of a file in its order: PEM with any number of them, or one in DER.
 * @throws CliError that says what the file holds instead
 */
export function readCertificates(path: string): Uint8Array[] {
  const bytes = readBytes(path);
  if (isDer(bytes)) return [bytes];
  const blocks = blocksOf(path, textOf(path, bytes));
  const found = blocks.filter(({ label }) => CERTIFICATE_LABELS.has(label));
  if (found.length > 0) return found.map(({ der }) => der);
  throw new CliError(`${path} holds no certificate: ${contents(bytes, blocks)}`);
}

function textOf(path: string, bytes: Uint8Array): string {
  return path === "-" ? new TextDecoder().decode(bytes) : readText(path);
}

function blocksOf(path: string, text: string): ReturnType<typeof pemBlocks> {
  try {
    return pemBlocks(text);
  } catch (error) {
    throw new CliError(`${path}: ${describeError(error)}`);
  }
}

function contents(bytes: Uint8Array, blocks: ReturnType<typeof pemBlocks>): string {
  if (bytes.length === 0) return "it is empty";
  const [first] = blocks;
  if (first !== undefined) {
    const labels = [...new Set(blocks.map(({ label }) => label))].join(", ");
    return `it holds ${printable(labels)}${CONVERT[first.label] ?? ""}`;
  }
  return "it is neither PEM (-----BEGIN CERTIFICATE-----) nor DER";
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

/** CRLs of a file, DER or PEM. @throws CliError if there is none */
export function readCrls(path: string): Uint8Array | string {
  const bytes = readBytes(path);
  if (isDer(bytes)) return bytes;
  const text = textOf(path, bytes);
  const blocks = blocksOf(path, text);
  if (blocks.some(({ label }) => label.endsWith("CRL"))) return text;
  throw new CliError(`${path} holds no revocation list: ${contents(bytes, blocks)}`);
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
  const keyText = isDer(keyBytes) ? keyBytes : textOf(keyFile, keyBytes);
  if (typeof keyText === "string" && !keyText.includes("PRIVATE KEY-----"))
    throw new CliError(
      `${keyFile} holds no private key: ${contents(keyBytes, blocksOf(keyFile, keyText))}${key === null ? "; name the key with --key FILE" : ""}`,
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
    const advice =
      passphrase === null && /passphrase|encrypted/i.test(text)
        ? "; give it with --passphrase (env:NAME, file:PATH, fd:N or prompt keep it out of the process list)"
        : "";
    throw new CliError(`${files}: ${text}${advice}`);
  }
}
