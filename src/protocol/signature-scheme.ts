/**
 * Signature schemes as data (RFC 8446 §4.2.3; RFC 5246 §7.4.1.4.1 for the pairs of TLS 1.2).
 */
import type { HashName } from "./cipher-suite.ts";

/**
 * Parameter sets of ML-DSA (FIPS 204 §4): keys and signatures of certificates only, no scheme of handshakes uses them.
 */
export type MlDsaName = "ml-dsa-44" | "ml-dsa-65" | "ml-dsa-87";
export type KeyType = "rsa" | "rsa-pss" | "ec" | "ed25519" | "ed448" | MlDsaName;
export type CurveName = "secp256r1" | "secp384r1" | "secp521r1";

/** What a provider computes; nothing of TLS in it. PSS: MGF1 and salt length are those of `hash`. */
export interface SignatureAlgorithm {
  readonly family: "ecdsa" | "rsa-pkcs1" | "rsa-pss" | "ed25519" | "ed448" | MlDsaName;
  /** Null for EdDSA and ML-DSA, which hash by themselves. */
  readonly hash: HashName | null;
}

type HandshakeFamily = Exclude<SignatureAlgorithm["family"], MlDsaName>;
type HandshakeKey = Exclude<KeyType, MlDsaName>;

export interface SignatureScheme {
  readonly code: number;
  readonly name: string;
  /** Type of key that makes such a signature. */
  readonly keyType: HandshakeKey;
  /** ECDSA in TLS 1.3 fixes the curve; TLS 1.2 does not. Null elsewhere. */
  readonly curve: CurveName | null;
  readonly algorithm: SignatureAlgorithm & { readonly family: HandshakeFamily };
  /** May sign a TLS 1.3 handshake. RSA PKCS#1 and SHA-1 may sign certificates only. */
  readonly tls13: boolean;
  readonly tls12: boolean;
  readonly enabledByDefault: boolean;
}

const row = (
  code: number,
  name: string,
  keyType: HandshakeKey,
  family: HandshakeFamily,
  hash: HashName | null,
  options: { curve?: CurveName; tls13?: boolean; on?: boolean } = {},
): SignatureScheme => ({
  code,
  name,
  keyType,
  curve: options.curve ?? null,
  algorithm: { family, hash },
  tls13: options.tls13 ?? true,
  tls12: true,
  enabledByDefault: options.on ?? true,
});

/** Every scheme that is built, in default order. */
export const SIGNATURE_SCHEMES: readonly SignatureScheme[] = [
  row(0x0403, "ecdsa_secp256r1_sha256", "ec", "ecdsa", "sha256", { curve: "secp256r1" }),
  row(0x0503, "ecdsa_secp384r1_sha384", "ec", "ecdsa", "sha384", { curve: "secp384r1" }),
  row(0x0603, "ecdsa_secp521r1_sha512", "ec", "ecdsa", "sha512", { curve: "secp521r1" }),
  row(0x0807, "ed25519", "ed25519", "ed25519", null),
  row(0x0808, "ed448", "ed448", "ed448", null, { on: false }),
  row(0x0804, "rsa_pss_rsae_sha256", "rsa", "rsa-pss", "sha256"),
  row(0x0805, "rsa_pss_rsae_sha384", "rsa", "rsa-pss", "sha384"),
  row(0x0806, "rsa_pss_rsae_sha512", "rsa", "rsa-pss", "sha512"),
  row(0x0809, "rsa_pss_pss_sha256", "rsa-pss", "rsa-pss", "sha256"),
  row(0x080a, "rsa_pss_pss_sha384", "rsa-pss", "rsa-pss", "sha384"),
  row(0x080b, "rsa_pss_pss_sha512", "rsa-pss", "rsa-pss", "sha512"),
  row(0x0401, "rsa_pkcs1_sha256", "rsa", "rsa-pkcs1", "sha256", { tls13: false }),
  row(0x0501, "rsa_pkcs1_sha384", "rsa", "rsa-pkcs1", "sha384", { tls13: false }),
  row(0x0601, "rsa_pkcs1_sha512", "rsa", "rsa-pkcs1", "sha512", { tls13: false }),
  row(0x0203, "ecdsa_sha1", "ec", "ecdsa", "sha1", { tls13: false, on: false }),
  row(0x0201, "rsa_pkcs1_sha1", "rsa", "rsa-pkcs1", "sha1", { tls13: false, on: false }),
];

const BY_CODE: ReadonlyMap<number, SignatureScheme> = new Map(
  SIGNATURE_SCHEMES.map((s) => [s.code, s]),
);

/** The row of an IANA number, or undefined if that scheme is not built. */
export function signatureScheme(code: number): SignatureScheme | undefined {
  return BY_CODE.get(code);
}

/** Name of a scheme number, for messages. */
export function signatureSchemeName(code: number): string {
  return BY_CODE.get(code)?.name ?? `signature scheme 0x${code.toString(16).padStart(4, "0")}`;
}
