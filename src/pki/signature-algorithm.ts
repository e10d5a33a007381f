/**
 * AlgorithmIdentifier of a certificate's signature to what a provider computes (RFC 3279 §2.2, 4055 §5, 5758 §3, 8410 §3,
 * 9881 §2).
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { DerReader, DerTag } from "../bytes/der.ts";
import { readPssParameters } from "../crypto/key-encoding.ts";
import { HASHES } from "../protocol/cipher-suite.ts";
import {
  OID_ED448,
  OID_ED25519,
  OID_ML_DSA_44,
  OID_ML_DSA_65,
  OID_ML_DSA_87,
  OID_RSASSA_PSS,
} from "../protocol/object-identifiers.ts";
import type { SignatureAlgorithm } from "../protocol/signature-scheme.ts";
import { REFUSED_ALGORITHMS } from "./object-identifiers.ts";

/** ecdsa-with-SHA256. */
export const ECDSA_SHA256 = "1.2.840.10045.4.3.2";

const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  "1.2.840.113549.1.1.11": { family: "rsa-pkcs1", hash: "sha256" },
  "1.2.840.113549.1.1.12": { family: "rsa-pkcs1", hash: "sha384" },
  "1.2.840.113549.1.1.13": { family: "rsa-pkcs1", hash: "sha512" },
  [ECDSA_SHA256]: { family: "ecdsa", hash: "sha256" },
  "1.2.840.10045.4.3.3": { family: "ecdsa", hash: "sha384" },
  "1.2.840.10045.4.3.4": { family: "ecdsa", hash: "sha512" },
  [OID_ED25519]: { family: "ed25519", hash: null },
  [OID_ED448]: { family: "ed448", hash: null },
  [OID_ML_DSA_44]: { family: "ml-dsa-44", hash: null },
  [OID_ML_DSA_65]: { family: "ml-dsa-65", hash: null },
  [OID_ML_DSA_87]: { family: "ml-dsa-87", hash: null },
};

/** A certificate's signature algorithm. */
export interface CertificateSignatureAlgorithm {
  /** Null for one that is not accepted (MD5, SHA-1, DSA, …) or not built. */
  readonly algorithm: SignatureAlgorithm | null;
  /** For messages. */
  readonly name: string;
}

const recent: { content: Uint8Array; read: CertificateSignatureAlgorithm }[] = [];
const RECENT = 8;

/**
 * Reads the content of an AlgorithmIdentifier. There are few of them and each certificate has one: the last ones are kept.
 * @throws DecodeError
 */
export function readSignatureAlgorithm(content: Uint8Array): CertificateSignatureAlgorithm {
  const known = recent.find((item) => equalBytes(item.content, content));
  if (known !== undefined) return known.read;
  const read = readAnew(content);
  recent.unshift({ content: content.slice(), read });
  recent.length = Math.min(recent.length, RECENT);
  return read;
}

function readAnew(content: Uint8Array): CertificateSignatureAlgorithm {
  const reader = new DerReader(content);
  const oid = reader.objectIdentifier();
  if (oid === OID_RSASSA_PSS) return { algorithm: readPss(reader), name: "RSA-PSS" };
  const algorithm = ALGORITHMS[oid] ?? null;
  const name = REFUSED_ALGORITHMS[oid] ?? `the algorithm ${oid}`;
  if (algorithm === null) return { algorithm, name };
  // NULL for RSA, where some leave it out; absent for the others, where some write it (RFC 5758 §3.2 forbids it).
  if (reader.peek() === DerTag.Null && algorithm.hash !== null) reader.null();
  reader.end();
  return { algorithm, name: algorithm.hash ?? algorithm.family.toUpperCase() };
}

/** Only what the providers compute: one hash for everything, and a salt as long as it. */
function readPss(reader: DerReader): SignatureAlgorithm | null {
  const parameters = readPssParameters(reader);
  if (parameters === null || parameters.hash === "none" || parameters.hash === "sha1") return null;
  if (parameters.salt !== HASHES[parameters.hash].length) return null;
  return { family: "rsa-pss", hash: parameters.hash };
}
