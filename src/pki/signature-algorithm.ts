/**
 * AlgorithmIdentifier of a certificate's signature to what a provider computes (RFC 3279 §2.2, 4055 §5, 5758 §3, 8410
 * §3, 9881 §2).
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { DerReader, DerTag } from "../bytes/der.ts";
import type { DigestName } from "../crypto/provider.ts";
import { readPssParameters } from "../crypto/pss-parameters.ts";
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
  /**
   * The one hash of the signature, also of an algorithm that is not accepted; SHA-256 stands for MD5. Null: it has none
   * beside it (EdDSA, ML-DSA), or one that is not built (MD2, SHA-3).
   */
  readonly hash: DigestName | null;
  /** For messages. */
  readonly name: string;
  /** What the RFCs forbid of its encoding and OpenSSL and Go let pass, or null. */
  readonly formProblem: string | null;
}

const recent: { content: Uint8Array; read: CertificateSignatureAlgorithm }[] = [];
const MAX_RECENT = 8;

/**
 * Reads the content of an AlgorithmIdentifier. There are few of them and each certificate has one: the last ones are
 * kept.
 * @throws DecodeError
 */
export function readSignatureAlgorithm(content: Uint8Array): CertificateSignatureAlgorithm {
  const known = recent.find((item) => equalBytes(item.content, content));
  if (known !== undefined) return known.read;
  const read = readAnew(content);
  recent.unshift({ content: content.slice(), read });
  recent.length = Math.min(recent.length, MAX_RECENT);
  return read;
}

function readAnew(content: Uint8Array): CertificateSignatureAlgorithm {
  const reader = new DerReader(content);
  const oid = reader.objectIdentifier();
  if (oid === OID_RSASSA_PSS) return readPss(reader);
  const algorithm = ALGORITHMS[oid] ?? null;
  if (algorithm === null) {
    const { name, hash = null } = REFUSED_ALGORITHMS[oid] ?? { name: `the algorithm ${oid}` };
    return { algorithm, hash, name, formProblem: null };
  }
  const { hash, family } = algorithm;
  if (hash === null) reader.end();
  const formProblem = hash === null ? null : parameterProblem(reader, family, hash);
  return { algorithm, hash, name: hash ?? family.toUpperCase(), formProblem };
}

/** NULL for RSA, where some leave it out (RFC 4055 §5); nothing for ECDSA (RFC 5758 §3.2). */
function parameterProblem(reader: DerReader, family: string, hash: string): string | null {
  const parameters = reader.peek() === null ? null : reader.next();
  reader.end();
  if (parameters === null) return null;
  const isNull = parameters.tag === DerTag.Null && parameters.content.length === 0;
  if (family === "rsa-pkcs1" && isNull) return null;
  return `its signature algorithm, ${family} with ${hash}, has parameters, which ${family === "ecdsa" ? "RFC 5758 §3.2" : "RFC 4055 §5"} forbids`;
}

/** Only what the providers compute: one hash for everything, and a salt as long as it. */
function readPss(reader: DerReader): CertificateSignatureAlgorithm {
  const parameters = readPssParameters(reader);
  const [name, formProblem] = ["RSA-PSS", null];
  if (parameters === null) return { algorithm: null, hash: null, name, formProblem };
  const { hash, digest, salt } = parameters;
  const common = { hash: digest === "none" ? null : digest, formProblem };
  if (hash === "none" || hash === "sha1") return { algorithm: null, name, ...common };
  if (salt !== HASHES[hash].length) {
    return { algorithm: null, name: `RSA-PSS with ${hash} and a salt of ${salt} bytes`, ...common };
  }
  return { algorithm: { family: "rsa-pss", hash }, name, ...common };
}
