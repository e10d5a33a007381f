/**
 * Signatures by an object like `crypto.subtle`, in the forms of TLS. It is described here and given by whoever has one, so
 * that nothing of a runtime is named.
 */
import { HASHES } from "../protocol/cipher-suite.ts";
import type { CurveName, SignatureAlgorithm } from "../protocol/signature-scheme.ts";
import { ecdsaFromDer, ecdsaToDer } from "./ecdsa-encoding.ts";

/** Bytes in memory that is not shared, as WebCrypto demands. */
type Bytes = Uint8Array<ArrayBuffer>;

export interface WebParameters {
  readonly name: string;
  readonly hash?: string;
  readonly saltLength?: number;
}

/** What is used of `SubtleCrypto`. Keys are its own and not looked into. */
export interface WebSubtle {
  importKey(
    format: "pkcs8" | "spki",
    key: Bytes,
    algorithm: { readonly name: string; readonly hash?: string; readonly namedCurve?: string },
    extractable: boolean,
    usages: ("sign" | "verify")[],
  ): Promise<unknown>;
  sign(parameters: WebParameters, key: unknown, data: Bytes): Promise<ArrayBuffer>;
  verify(parameters: WebParameters, key: unknown, signature: Bytes, data: Bytes): Promise<boolean>;
}

/** The algorithms of WebCrypto that make a family's signatures. */
export const WEB_ALGORITHMS = {
  ecdsa: ["ECDSA"],
  ed25519: ["Ed25519"],
  ed448: ["Ed448"],
  "rsa-pkcs1": ["RSASSA-PKCS1-v1_5"],
  "rsa-pss": ["RSA-PSS"],
} as const;

export type WebAlgorithmName = (typeof WEB_ALGORITHMS)[keyof typeof WEB_ALGORITHMS][number];

/** WebCrypto's name of an algorithm's hash; null for EdDSA. */
export function webHashName({ hash }: SignatureAlgorithm): string | null {
  return hash === null ? null : hash.replace("sha", "SHA-");
}

function webParameters(name: WebAlgorithmName, algorithm: SignatureAlgorithm): WebParameters {
  const { family, hash } = algorithm;
  const webHash = webHashName(algorithm);
  return {
    name,
    ...(webHash === null ? {} : { hash: webHash }),
    ...(family === "rsa-pss" && hash !== null ? { saltLength: HASHES[hash].length } : {}),
  };
}

/**
 * Signature over `data`, DER for ECDSA. `data` is copied before it returns.
 * Rejects with whatever the object is unable to do.
 */
export async function webSign(
  subtle: Pick<WebSubtle, "sign">,
  key: unknown,
  name: WebAlgorithmName,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
): Promise<Uint8Array> {
  const parameters = webParameters(name, algorithm);
  const signature = new Uint8Array(await subtle.sign(parameters, key, new Uint8Array(data)));
  return algorithm.family === "ecdsa" ? ecdsaToDer(signature) : signature;
}

/**
 * Whether an ECDSA signature in DER is right. Rejects with whatever the object is unable to do, and with DecodeError if the
 * signature is malformed.
 */
export async function webVerifyEcdsa(
  subtle: WebSubtle,
  key: unknown,
  curve: CurveName,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const sideBySide = new Uint8Array(ecdsaFromDer(signature, curve));
  const parameters = webParameters("ECDSA", algorithm);
  return subtle.verify(parameters, key, sideBySide, new Uint8Array(data));
}
