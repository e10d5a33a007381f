/**
 * What a security package needs of certificates, as a contract: reading them, judging chains, taking keys. This folder
 * implements it; an entry chooses the implementation.
 */
import type { SigningKey } from "../crypto/provider.ts";
import type { CertificateVerifier, LeafReader } from "../handshake/peer-identity.ts";
import type { RevocationOptions } from "./revocation/revocation-options.ts";

/** Revocation options from the SCH_CRED_REVOCATION_* and SCH_CRED_IGNORE_* flags (reference 1.7). */
export interface RevocationPolicy {
  readonly check: "none" | "end-cert" | "chain" | "chain-exclude-root";
  readonly ignoreNoRevocationCheck: boolean;
  readonly ignoreOffline: boolean;
}

export interface VerifierOptions {
  readonly revocation: RevocationPolicy;
  /** CRLs and the like; default none. */
  readonly revocationSources?: RevocationOptions;
}

/** Certificates as the package needs them; implemented in `pki/`. */
export interface CertificateServices {
  readonly readLeaf: LeafReader;
  /** Subject and issuer of a certificate (DER) as text, "O=Example, CN=example.com". Throws as `readLeaf`. */
  names(der: Uint8Array): { readonly subject: string; readonly issuer: string };
  /**
   * The built-in verifier over a trust store: one for each credential, which keeps what it learns.
   * @param trust what the caller gave as `hRootStore`, not yet checked; null: none was given (every chain is refused
   *   with
   * UnknownIssuer and a message that states it)
   * @throws TypeError `trust` is not a TrustStore; TlsFailure UnusableCrl, MalformedCertificate
   */
  verifier(trust: unknown, options: VerifierOptions): CertificateVerifier;
  /** False: `verifier` looks at no proof of revocation, so that none is asked for. */
  readonly checksRevocation: boolean;
  /** DER certificates of a trust store, for SECPKG_ATTR_ROOT_STORE. */
  roots(trust: unknown): readonly Uint8Array[];
  /**
   * A signing key out of what a caller may give as `CertContext.privateKey`: PKCS#8, SEC1 or PKCS#1 as PEM string or
   * DER bytes, a runtime's key object, a CryptoKey, or an object with `sign(scheme, data)`.
   * Throws TlsFailure MalformedCertificate (unreadable leaf), UnsupportedCertificateKey (key of a kind that cannot be
   * used), NoUsableCredential (the key is not the certificate's), with a message for humans.
   */
  signingKey(privateKey: unknown, leaf: Uint8Array): SigningKey;
}
