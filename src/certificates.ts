/**
 * Loaders of the entries, over the provider that the entry chose. Wiring only.
 */
import type { CryptoProvider } from "./crypto/provider.ts";
import { CertificateParser } from "./pki/certificate.ts";
import { loadCertContext } from "./pki/loaders.ts";
import {
  makeSelfSignedCertificate,
  type SelfSignedCertificate,
  type SelfSignedOptions,
} from "./pki/make-certificate.ts";
import { toPem } from "./pki/pem.ts";
import { readPfx } from "./pki/pfx.ts";
import type { CertContext } from "./schannel/credential-types.ts";

export interface Loaders {
  /**
   * Certificates and key of PEM (or DER) as a credential; the chain is put in order, leaf first.
   * @throws TlsError
   */
  certContextFromPem(
    cert: string | Uint8Array,
    key?: unknown,
    passphrase?: string | null,
  ): CertContext;
  /** As above, of a PFX. Rejects with TlsError. */
  certContextFromPfx(pfx: Uint8Array, passphrase?: string | null): Promise<CertContext>;
  /** Beyond Windows: a P-256 certificate made on the spot. */
  selfSignedCertificate(options: Partial<SelfSignedOptions>): SelfSignedCertificate;
}

export function createLoaders(provider: CryptoProvider, clock: () => number): Loaders {
  const parser = new CertificateParser(provider);
  return {
    certContextFromPem: (cert, key) => loadCertContext(parser, cert, key),
    async certContextFromPfx(pfx, passphrase) {
      const { certificates, privateKey } = await readPfx(pfx, passphrase ?? "");
      const pem = certificates.map((der) => toPem("CERTIFICATE", der)).join("");
      return loadCertContext(parser, pem, privateKey ?? undefined);
    },
    selfSignedCertificate: (options) =>
      makeSelfSignedCertificate(provider, { names: ["localhost"], days: 30, clock, ...options }),
  };
}
