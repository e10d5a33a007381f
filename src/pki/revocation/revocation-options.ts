/**
 * Revocation data as a caller gives it: what is known, and where more can be asked for.
 */

type Optional<T> = T | null | undefined;

/** A certificate whose revocation has to be known, as `revocation.fetch` is asked about it. */
export interface RevocationQuestion {
  /** DER. */
  readonly certificate: Uint8Array;
  /** The certificate of its issuer, DER. */
  readonly issuer: Uint8Array;
  /** Responders that the certificate names, and the OCSPRequest (DER) to POST to one of them. */
  readonly ocspUrls: readonly string[];
  /** The OCSPRequest to POST to one of them, DER (RFC 6960). */
  readonly ocspRequest: Uint8Array;
  /** The CRL locations in the certificate. */
  readonly crlUrls: readonly string[];
}

/** What was found. DER; a CRL may be PEM. */
export interface RevocationAnswer {
  /** OCSPResponse, DER. */
  readonly ocspResponse?: Optional<Uint8Array>;
  /** CRLs, DER or PEM. */
  readonly crls?: Optional<readonly (Uint8Array | string)[]>;
}

/** Revocation data that is known or can be fetched. The engine itself never fetches it. */
export interface RevocationOptions {
  /** DER, or PEM with any number of lists. Delta CRLs are refused. */
  readonly crls?: Optional<readonly (Uint8Array | string)[]>;
  /** DER certificates that sign CRLs in an issuer's place; the issuer's key must have certified them. */
  readonly crlSigners?: Optional<readonly Uint8Array[]>;
  /** "soft": what cannot be found out is let pass, as by both SCH_CRED_IGNORE_* flags. Default "hard". */
  readonly offline?: Optional<"hard" | "soft">;
  /** Asked where a SCH_CRED_REVOCATION_CHECK_* flag wants an answer that is not at hand; null: there is none. */
  readonly fetch?: Optional<
    (
      question: RevocationQuestion,
    ) => Optional<RevocationAnswer> | Promise<Optional<RevocationAnswer>>
  >;
}
