/**
 * What the security package is given by an entry: cryptography, certificates, clock. The entries wire `providers/` and
 * `pki/` in here; the package itself imports neither.
 */

import type { CryptoProvider, SigningKey } from "../crypto/provider.ts";
import type { EngineMaker } from "../engine/engine.ts";
import type { Configuration } from "../handshake/configuration.ts";
import type { CertificateVerifier, LeafReader } from "../handshake/peer-identity.ts";
import type { ExternalPsk } from "../handshake/pre-shared-key.ts";
import type { ServerProof } from "../handshake/server-proof.ts";
import type { MakeTicketKeys } from "../handshake/ticket.ts";
import type { Limits } from "../protocol/limits.ts";
import type { AlgorithmChoice, JudgeKeys } from "./algorithm-choice.ts";
import type { RevocationOptions, SealwireOptions } from "./credential-types.ts";
import type { Helpers } from "./helpers.ts";
import type { ValidationMode } from "./peer-verifier.ts";

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

/** What decides whether a smaller build will do. */
export interface AskedFor {
  readonly server: boolean;
  readonly revocation: boolean;
  readonly ownRandomness: boolean;
  readonly preSharedKey: boolean;
}

/** A client's external PSKs. */
export interface ClientKeys {
  /** TLS 1.3: the key that is offered, or null. */
  readonly preSharedKey: ExternalPsk | null;
  /** TLS 1.2: how a server of the PSK suites proves itself; null: no such suite is offered. */
  readonly pskProof: ServerProof | null;
}

/** External PSKs: `pre-shared-keys.ts`. */
export interface PreSharedKeys {
  readonly suites: JudgeKeys;
  /** The client's keys. Refuses what is malformed, and a key that nothing which is switched on could use. */
  ofClient(options: SealwireOptions, choice: AlgorithmChoice): ClientKeys;
  /** A fingerprint of a client's keys, for the names of its sessions; empty without keys. */
  sessionParts(options: SealwireOptions, provider: CryptoProvider): readonly Uint8Array[];
  /** The server's question, whose answers are checked; null: there is none. */
  selector(options: SealwireOptions, helpers: Helpers): Configuration["selectPreSharedKey"];
  /** Refuses a server's question that nothing which is switched on could lead to, and a malformed hint. */
  checkServer(options: SealwireOptions, choice: AlgorithmChoice): void;
}

/** What the parts for servers look at of a credential. */
export interface ServerCredential {
  readonly environment: Environment;
  readonly flags: number;
  readonly options: SealwireOptions;
  readonly trust: unknown;
}

/** What makes a credential one for servers: `server-parts.ts`. */
export interface ServerParts {
  readonly makeTicketKeys: MakeTicketKeys;
  /** Defaults; @param mutual clients are asked for certificates */
  limits(mutual: boolean): Limits;
  /** The caller's choice of a certificate, loaded; null: there is none. */
  selector(credential: ServerCredential, helpers: Helpers): Configuration["selectCredential"];
  /** The caller's choice of an ALPN protocol; null: there is none. */
  protocolSelector(options: SealwireOptions, helpers: Helpers): Configuration["selectProtocol"];
  /** Of a server that asks for certificates: names the way of deciding on clients. */
  sessionKey(credential: ServerCredential, mode: ValidationMode): string;
}

export interface Environment {
  readonly provider: CryptoProvider;
  readonly certificates: CertificateServices;
  readonly clients: EngineMaker;
  /** Absent: there are no servers. */
  readonly servers?: ServerParts;
  /** Absent: there are none. */
  readonly preSharedKeys?: PreSharedKeys;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /**
   * For reduced builds: explains which requested feature is missing and which entry provides it. Null: all are
   * supported.
   */
  readonly leftOut?: (asked: AskedFor) => string | null;
}
