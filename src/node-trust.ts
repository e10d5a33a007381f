/**
 * Trust stores that Node and the operating system bring along.
 */
import { existsSync, readFileSync } from "node:fs";
import * as tls from "node:tls";
import { type TrustStore, trustStoreFromPem } from "./pki/trust-store.ts";
import { TlsError } from "./sspi/tls-error.ts";

/** Where the usual distributions keep their bundle. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

let bundled: TrustStore | null = null;

/** The roots that the runtime brings along. The same object each time. */
export function defaultTrustStore(): TrustStore {
  bundled ??= trustStoreFromPem(tls.rootCertificates, "webpki");
  return bundled;
}

/**
 * The roots of the operating system.
 * @throws TlsError where neither the runtime nor a known file tells them
 */
export function systemTrustStore(): TrustStore {
  const { getCACertificates } = tls as { getCACertificates?: (type: "system") => string[] };
  if (getCACertificates !== undefined) return trustStoreFromPem(getCACertificates("system"));
  const bundle = BUNDLES.find((file) => existsSync(file));
  if (bundle === undefined) {
    throw new TlsError(
      "the system's trust store was not found; give the roots with trustStoreFromPem, or use a newer Node",
      { reason: "NoTrustStore" },
    );
  }
  return trustStoreFromPem(readFileSync(bundle, "utf8"));
}
