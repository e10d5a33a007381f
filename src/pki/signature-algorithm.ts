/**
 * AlgorithmIdentifier of a certificate's signature to what a provider computes (RFC 3279, 4055, 5758, 8410).
 */
import { type AlgorithmIdentifier, RSASSAPSSParams } from "pkijs";
import type { HashName } from "../protocol/cipher-suite.ts";
import {
  OID_ED448,
  OID_ED25519,
  OID_RSASSA_PSS,
  OID_SHA256,
  OID_SHA384,
  OID_SHA512,
} from "../protocol/object-identifiers.ts";
import type { SignatureAlgorithm } from "../protocol/signature-scheme.ts";

/** ecdsa-with-SHA256. */
export const ECDSA_SHA256 = "1.2.840.10045.4.3.2";

const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  "1.2.840.113549.1.1.11": { family: "rsa-pkcs1", hash: "sha256" },
  "1.2.840.113549.1.1.12": { family: "rsa-pkcs1", hash: "sha384" },
  "1.2.840.113549.1.1.13": { family: "rsa-pkcs1", hash: "sha512" },
  [ECDSA_SHA256]: { family: "ecdsa", hash: "sha256" },
  "1.2.840.10045.4.3.3": { family: "ecdsa", hash: "sha384" },
  "1.2.840.10045.4.3.4": { family: "ecdsa", hash: "sha512" },
  [OID_ED25519]: { family: "eddsa", hash: null },
  [OID_ED448]: { family: "eddsa", hash: null },
};

const HASHES: Readonly<Record<string, HashName>> = {
  [OID_SHA256]: "sha256",
  [OID_SHA384]: "sha384",
  [OID_SHA512]: "sha512",
};

/** The algorithm, or null for one that is not built (MD5, SHA-1, DSA, …). */
export function signatureAlgorithmOf(identifier: AlgorithmIdentifier): SignatureAlgorithm | null {
  const { algorithmId, algorithmParams } = identifier;
  if (algorithmId !== OID_RSASSA_PSS) return ALGORITHMS[algorithmId] ?? null;
  const parameters = new RSASSAPSSParams({ schema: algorithmParams });
  const hash = HASHES[parameters.hashAlgorithm.algorithmId];
  return hash === undefined ? null : { family: "rsa-pss", hash };
}
