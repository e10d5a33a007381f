/**
 * Trust stores that Node and the operating system bring along.
 */
import { existsSync, readFileSync } from "node:fs";
import * as tls from "node:tls";
import { pemCertificates, TrustStore, trustStoreFromPem } from "../pki/trust-store.ts";
import { TlsError } from "../sspi/tls-error.ts";

/** Where the usual distributions keep their bundle. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
  "/usr/local/share/certs/ca-root-nss.crt",
];

let bundled: TrustStore | null = null;

/** The roots that the runtime brings along, read when the first chain is verified. The same object each time. */
export function defaultTrustStore(): TrustStore {
  bundled ??= new TrustStore(() => pemCertificates(tls.rootCertificates), "webpki");
  return bundled;
}

/**
 * The roots of the operating system: those of the runtime (Node 22.15 and later, on Windows and macOS too), or a file
 * that SSL_CERT_FILE or a distribution names.
 * @throws TlsError where neither the runtime nor a known file provides them
 */
export function systemTrustStore(): TrustStore {
  const { getCACertificates } = tls as { getCACertificates?: (type: "system") => string[] };
  if (getCACertificates !== undefined) return trustStoreFromPem(getCACertificates("system"));
  const named = process.env["SSL_CERT_FILE"];
  const files = named === undefined ? BUNDLES : [named, ...BUNDLES];
  const bundle = files.find((file) => existsSync(file));
  if (bundle === undefined) {
    throw new TlsError(
      "the system's trust store was not found; give the roots with trustStoreFromPem, or use a newer Node",
      { reason: "NoTrustStore" },
    );
  }
  return trustStoreFromPem(readFileSync(bundle, "utf8"));
}
