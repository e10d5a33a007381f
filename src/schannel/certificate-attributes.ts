/**
 * Certificates as attributes: CERT_CONTEXT, the blob of REMOTE_CERTIFICATES, and the result of validation
 * (reference 5, 6.2).
 */
import { concat } from "../bytes/byte-arrays.ts";
import type { Verdict } from "../handshake/peer-identity.ts";
import type { FailureReason } from "../protocol/failure.ts";
import type {
  CERT_CONTEXT,
  SecPkgContext_Certificates,
  SecPkgContext_CertificateValidationResult,
} from "../sspi/attribute-values.ts";
import * as status from "../sspi/security-status.ts";
import { X509_ASN_ENCODING } from "./constants.ts";

/** CERT_TRUST_IS_OFFLINE_REVOCATION and CERT_TRUST_REVOCATION_STATUS_UNKNOWN. */
const OFFLINE = [0x0100_0040, status.CRYPT_E_REVOCATION_OFFLINE] as const;

/** CERT_TRUST_* (wincrypt.h) and CERT_E_* of each refusal of a chain. A wrong name is no fault of the chain. */
const RESULTS: Partial<Record<FailureReason, readonly [chain: number, verify: number]>> = {
  UnknownIssuer: [0x0000_0020, status.CERT_E_UNTRUSTEDROOT],
  CertificateRevoked: [0x0000_0004, status.CRYPT_E_REVOKED],
  CrlExpired: OFFLINE,
  CrlNotYetValid: OFFLINE,
  BadCrlSignature: OFFLINE,
  RevocationOffline: OFFLINE,
  NoRevocationInformation: [0x0000_0040, status.CRYPT_E_NO_REVOCATION_CHECK],
  CertificateExpired: [0x0000_0001, status.CERT_E_EXPIRED],
  CertificateNotYetValid: [0x0000_0001, status.CERT_E_EXPIRED],
  WrongCertificateUsage: [0x0000_0010, status.CERT_E_WRONG_USAGE],
  BadCertificateSignature: [0x0000_0008, status.TRUST_E_CERT_SIGNATURE],
  NameMismatch: [0, status.CERT_E_CN_NO_MATCH],
};

/** CERT_TRUST_IS_PARTIAL_CHAIN, for what has no row of its own. */
const OTHER_RESULT = [0x0001_0000, status.CERT_E_CHAINING] as const;

/** A chain (DER, leaf first) as CERT_CONTEXT, or null if it is empty. */
export function certContext(chain: readonly Uint8Array[]): CERT_CONTEXT | null {
  const [leaf] = chain;
  if (leaf === undefined) return null;
  return {
    dwCertEncodingType: X509_ASN_ENCODING,
    pbCertEncoded: leaf,
    cbCertEncoded: leaf.length,
    hCertStore: [...chain],
  };
}

/** Entries of u32 length (little-endian) and DER. */
export function certificatesBlob(chain: readonly Uint8Array[]): SecPkgContext_Certificates {
  const blob = concat(
    ...chain.flatMap((der) => {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, der.length, true);
      return [length, der];
    }),
  );
  return {
    cCertificates: chain.length,
    cbCertificateChain: blob.length,
    pbCertificateChain: blob,
  };
}

/** What deferred validation came to. */
export function validationResult(verdict: Verdict): SecPkgContext_CertificateValidationResult {
  const [chain, verify] = verdict.ok
    ? [0, status.SEC_E_OK]
    : (RESULTS[verdict.reason] ?? OTHER_RESULT);
  return { dwChainErrorStatus: chain, hrVerifyChainStatus: verify };
}
