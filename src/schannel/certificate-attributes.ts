/**
 * Certificates as attributes: CERT_CONTEXT, the blob of REMOTE_CERTIFICATES, and the result of validation
 * (reference 5, 6.2).
 */
import { concatAll } from "../bytes/byte-arrays.ts";
import type { Verdict } from "../handshake/peer-identity.ts";
import type { FailureReason } from "../protocol/failure.ts";
import type {
  CERT_CONTEXT,
  SecPkgContext_Certificates,
  SecPkgContext_CertificateValidationResult,
} from "../sspi/attribute-values.ts";
import * as status from "../sspi/security-status.ts";
import { X509_ASN_ENCODING } from "./constants.ts";

/** Bits of CERT_TRUST_STATUS.dwErrorStatus (wincrypt.h). */
const Trust = {
  NotTimeValid: 0x0000_0001,
  Revoked: 0x0000_0004,
  NotSignatureValid: 0x0000_0008,
  NotValidForUsage: 0x0000_0010,
  UntrustedRoot: 0x0000_0020,
  RevocationStatusUnknown: 0x0000_0040,
  InvalidExtension: 0x0000_0100,
  InvalidBasicConstraints: 0x0000_0400,
  HasNotDefinedNameConstraint: 0x0000_2000,
  HasNotPermittedNameConstraint: 0x0000_4000,
  HasExcludedNameConstraint: 0x0000_8000,
  PartialChain: 0x0001_0000,
  HasWeakSignature: 0x0010_0000,
  OfflineRevocation: 0x0100_0000,
  NoIssuanceChainPolicy: 0x0200_0000,
  ExplicitDistrust: 0x0400_0000,
  HasNotSupportedCriticalExtension: 0x0800_0000,
} as const;

const OFFLINE = [
  Trust.OfflineRevocation | Trust.RevocationStatusUnknown,
  status.CRYPT_E_REVOCATION_OFFLINE,
] as const;
const EXPIRED = [Trust.NotTimeValid, status.CERT_E_EXPIRED] as const;
const UNSIGNED = [Trust.NotSignatureValid, status.TRUST_E_CERT_SIGNATURE] as const;

/** CERT_TRUST_* and CERT_E_* of each fault of a chain. A wrong name alone has no bit, as on Windows. */
const RESULTS: Partial<Record<FailureReason, readonly [chain: number, verify: number]>> = {
  BadCertificateSignature: UNSIGNED,
  UnverifiedSignature: UNSIGNED,
  UnknownIssuer: [Trust.UntrustedRoot, status.CERT_E_UNTRUSTEDROOT],
  UntrustedByConstraint: [Trust.ExplicitDistrust, status.CERT_E_UNTRUSTEDROOT],
  CertificateRevoked: [Trust.Revoked, status.CRYPT_E_REVOKED],
  IssuerNotAuthority: [Trust.InvalidBasicConstraints, status.CERT_E_CHAINING],
  IssuerMayNotSign: [Trust.NotValidForUsage, status.CERT_E_CHAINING],
  PathTooLong: [Trust.InvalidBasicConstraints, status.CERT_E_CHAINING],
  NameNotPermitted: [Trust.HasNotPermittedNameConstraint, status.CERT_E_CHAINING],
  NameExcluded: [Trust.HasExcludedNameConstraint, status.CERT_E_CHAINING],
  PolicyRequired: [Trust.NoIssuanceChainPolicy, status.CERT_E_CHAINING],
  UnknownCriticalExtension: [Trust.HasNotSupportedCriticalExtension, status.CERT_E_CHAINING],
  WeakCertificateKey: [Trust.HasWeakSignature, status.CERT_E_CHAINING],
  CertificateRefused: [Trust.InvalidExtension, status.CERT_E_CHAINING],
  CrlExpired: OFFLINE,
  CrlNotYetValid: OFFLINE,
  BadCrlSignature: OFFLINE,
  RevocationOffline: OFFLINE,
  NoRevocationInformation: [Trust.RevocationStatusUnknown, status.CRYPT_E_NO_REVOCATION_CHECK],
  BadOcspResponse: OFFLINE,
  OcspResponseRequired: OFFLINE,
  CertificateExpired: EXPIRED,
  CertificateNotYetValid: EXPIRED,
  WrongCertificateUsage: [Trust.NotValidForUsage, status.CERT_E_WRONG_USAGE],
  NameMismatch: [0, status.CERT_E_CN_NO_MATCH],
};

/** For what has no row of its own. */
const OTHER_RESULT = [Trust.PartialChain, status.CERT_E_CHAINING] as const;

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
  const blob = concatAll(
    chain.flatMap((der) => {
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

/**
 * What deferred validation came to: the bits of all faults, and the status of the gravest one. Where a wrong name
 * accompanies other faults, an otherwise unused bit reports it. Otherwise a caller that tolerates the bits
 * of the others would miss the wrong name.
 */
export function validationResult(verdict: Verdict): SecPkgContext_CertificateValidationResult {
  if (verdict.ok) return { dwChainErrorStatus: 0, hrVerifyChainStatus: status.SEC_E_OK };
  const resultOf = (reason: FailureReason): readonly [number, number] =>
    RESULTS[reason] ?? OTHER_RESULT;
  const reasons = verdict.faults.map(({ reason }) => reason);
  const ofChain = reasons.reduce((bits, reason) => bits | resultOf(reason)[0], 0);
  const ofName =
    ofChain !== 0 && reasons.includes("NameMismatch") ? Trust.HasNotDefinedNameConstraint : 0;
  return {
    dwChainErrorStatus: (ofChain | ofName) >>> 0,
    hrVerifyChainStatus: resultOf(verdict.reason)[1],
  };
}
