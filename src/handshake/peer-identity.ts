/**
 * Contracts between the handshake and certificates: who we are, who the peer is. Implemented in `pki/` and composed
 * with the caller's options in `schannel/`.
 */
import type { DigestName, PublicKey, SigningKey } from "../crypto/provider.ts";
import type { FailureReason, Fault } from "../protocol/failure.ts";

/** Our certificate chain with its key. */
export interface Credential {
  /** DER, leaf first, as it is sent. */
  readonly chain: readonly Uint8Array[];
  readonly key: SigningKey;
  /** DER OCSPResponse to staple, or null. */
  readonly ocspResponse: Uint8Array | null;
}

/** What the handshake needs of a leaf certificate. */
export interface LeafCertificate {
  readonly publicKey: PublicKey;
  /** Key usage allows digitalSignature (or there is no key usage extension). */
  readonly maySign: boolean;
  /** Key usage allows keyEncipherment (or there is no key usage extension): static RSA. */
  readonly mayEncipher: boolean;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /**
   * Hash of the certificate's own signature, for tls-server-end-point; null where it has none, or none that is built.
   */
  readonly signatureHash: DigestName | null;
  /** DER Name of the issuer, to match certificate_authorities. */
  readonly issuer: Uint8Array;
}

/** Reads the end-entity certificate (DER). Throws TlsFailure MalformedCertificate or UnsupportedCertificateKey. */
export type LeafReader = (der: Uint8Array) => LeafCertificate;

export interface VerifyRequest {
  /** DER, leaf first, the rest as the peer sent it; never empty. */
  readonly chain: readonly Uint8Array[];
  /** "server": we are a client. */
  readonly purpose: "server" | "client";
  /** DNS name or IP literal the certificate must be for; null: no name is checked. */
  readonly name: string | null;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** DER OCSPResponse that the peer stapled, or null. */
  readonly ocspResponse: Uint8Array | null;
  /** The chain is that of a session which is to be resumed: it was accepted before, and is judged again. */
  readonly resumption?: boolean;
}

/** The answer of a verifier. */
export type Verdict =
  | {
      readonly ok: true;
      readonly explain?: unknown;
      readonly path?: readonly Uint8Array[];
      /** What was found wrong, where the caller judges that itself after the handshake (deferred validation). */
      readonly deferred?: Extract<Verdict, { ok: false }>;
    }
  | {
      readonly ok: false;
      /** The gravest of the faults. */
      readonly reason: FailureReason;
      readonly message: string;
      /**
       * Everything that is wrong with the best path and its leaf, the gravest first; never empty. A caller that
       * tolerates a fault has to tolerate every one of them.
       */
      readonly faults: readonly Fault[];
      /** Alert number instead of the reason's own. */
      readonly alert?: number;
      /** Status instead of the reason's own. */
      readonly status?: number;
      readonly explain?: unknown;
    };

/** A refusal for one fault. */
export function refusalFor(fault: Fault): Extract<Verdict, { ok: false }> {
  const { reason, message } = fault;
  return { ok: false, reason, message, faults: [{ reason, message }] };
}

/** Judges a peer's chain. Synchronous or by promise. */
export interface CertificateVerifier {
  verify(request: VerifyRequest): Verdict | Promise<Verdict>;
}

/** What a server knows of the client before it chooses its certificate (`sealwire.selectCredential`). */
export interface ClientHelloFacts {
  readonly serverName: string | null;
  readonly alpnProtocols: readonly string[];
  readonly cipherSuites: readonly number[];
  readonly signatureSchemes: readonly number[];
  readonly supportedGroups: readonly number[];
  readonly supportedVersions: readonly number[];
  readonly certificateAuthorities: readonly Uint8Array[];
}
