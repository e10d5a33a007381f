/**
 * What entries have in common, as types.
 */

import type { IdentityCredentials } from "../message/identity-types.ts";
import type { CertContext } from "../pki/cert-context.ts";
import type { GivenFile } from "../pki/files/given-file.ts";
import type { PrivateKeySource } from "../pki/files/private-key.ts";
import type { SelfSignedCertificate, SelfSignedOptions } from "../pki/make-certificate.ts";
import type { ChainRequest } from "../pki/path/chain-request.ts";
import type { Explanation } from "../pki/path/explanation.ts";
import type { SchannelCredentials } from "../schannel/credential-types.ts";
import type { PackageFunctions } from "../sspi/package-functions.ts";
import type { SECURITY_STATUS } from "../sspi/security-status.ts";

/** What acquireCredentialsHandle takes: Schannel's structures, and SEC_WINNT_AUTH_IDENTITY for the other packages. */
export interface Credentials extends SchannelCredentials {
  /** For the packages of `sealwire/packages`. */
  readonly others: IdentityCredentials;
}

/** The functions that need the list of packages, with the credentials of all packages. */
export interface Initiator extends PackageFunctions<Credentials> {}

/** One thing that is wrong with a chain, or with the request. */
export interface ChainFault {
  /** One stable word. */
  readonly reason: string;
  /** For people: what is wrong, and where. */
  readonly message: string;
}

/** What `verifyChain` answers. */
export interface ChainResult {
  /** True: the chain is accepted. */
  readonly ok: boolean;
  /** SEC_E_OK, or the failure that the handshake would answer. */
  readonly status: SECURITY_STATUS;
  /** One stable word, if refused: the reason of the first fault. */
  readonly reason?: string;
  /** For people, if refused: what is wrong, and where. */
  readonly message?: string;
  /**
   * Everything that is wrong with the best path, its leaf and the name, the gravest first; empty if accepted. A caller
   * who accepts a chain in spite of a fault has to look at all of them.
   */
  readonly faults: readonly ChainFault[];
  /** DER, leaf first, with the trust anchor, if accepted. */
  readonly path?: readonly Uint8Array[];
  /** Every path that was looked at: `paths` as data, `text` as a line. */
  readonly explain: Explanation;
}

/** The functions of an entry that are not SSPI functions: they read files, make certificates and validate chains. */
export interface Loaders {
  /**
   * Reads certificates and their private key as a CertContext for `paCred` (beyond Windows). The chain is put in order,
   * leaf first. Keys that are encrypted with DES, 3DES, RC2 or AES-192, or in the old manner of PEM, need code that is
   * loaded on demand: `certContextFromPemAsync` reads them, and so does this function after
   * `await loadLegacyFormats()`.
   *
   * @param cert - certificates: PEM text with any number of them, its bytes, or DER
   * @param key - the private key, if it is not in the text of `cert`: PKCS#8 or legacy PEM or DER, a KeyObject of Node,
   *   a CryptoKey, or an object with `sign(scheme, data)`
   * @param passphrase - text or bytes, for a key that is encrypted
   * @returns a new CertContext; the bytes of files are copied
   * @throws TlsError whose `reason` is one of: WrongPassphrase, PassphraseRequired, MissingPrivateKey,
   *   MalformedPrivateKey,
   * NoUsableCredential (key and certificates do not belong together), UnsupportedCertificateKey, UnsupportedEncryption,
   * LegacyFormatNotLoaded, MalformedCertificate, MalformedPem
   */
  certContextFromPem(
    cert: GivenFile,
    key?: PrivateKeySource | null,
    passphrase?: string | Uint8Array | null,
  ): CertContext;
  /**
   * As `certContextFromPem`, for every format of keys.
   *
   * @param cert - certificates: PEM text with any number of them, its bytes, or DER
   * @param key - the private key, if it is not in the text of `cert`
   * @param passphrase - text or bytes, for a key that is encrypted
   * @returns a promise of a new CertContext; it rejects with a TlsError of the same reasons
   */
  certContextFromPemAsync(
    cert: GivenFile,
    key?: PrivateKeySource | null,
    passphrase?: string | Uint8Array | null,
  ): Promise<CertContext>;
  /**
   * Reads the certificates and the private key of a PFX (PKCS#12, RFC 7292) as a CertContext for `paCred` (beyond
   * Windows).
   *
   * @param pfx - the file's bytes
   * @param passphrase - text or bytes; absent: there is none
   * @returns a promise of a new CertContext; it rejects with a TlsError of the reasons of `certContextFromPem`, or
   *   MalformedPfx
   */
  certContextFromPfx(
    pfx: ArrayBufferView | ArrayBuffer,
    passphrase?: string | Uint8Array | null,
  ): Promise<CertContext>;
  /**
   * Validates a certificate chain as the handshake does (beyond Windows; RFC 5280 §6).
   *
   * @param request - the chain, the trust store, the purpose, and what else is to be checked
   * @returns `ok` and `status` as the handshake would answer; every fault that was found, the gravest first; the path
   *   that was accepted; and an explanation of every path that was looked at. It never throws
   */
  verifyChain(request: ChainRequest): ChainResult;
  /**
   * Makes a self-signed certificate with a new P-256 key, for tests and demonstrations (beyond Windows). It is valid
   * for servers and clients.
   *
   * @param options - `names` (default: localhost), `days` (default: 30) and `clock`
   * @returns the CertContext, and the certificate and its key as PEM
   * @throws TlsError a name, a time or an option cannot be used
   */
  selfSignedCertificate(options: Partial<SelfSignedOptions>): SelfSignedCertificate;
}
