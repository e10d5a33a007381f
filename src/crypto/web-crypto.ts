/**
 * Signatures by an object like `crypto.subtle`, in the formats of TLS. The caller provides the object,
 * so that this file does not depend on a runtime.
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

/** What a key is made or imported for. */
export interface WebKeyParameters {
  readonly name: string;
  readonly hash?: string;
  readonly namedCurve?: string;
}

/** What signatures use of `SubtleCrypto`. Keys are its own and not looked into. */
export interface WebSubtle {
  importKey(
    format: "pkcs8" | "spki" | "raw",
    key: Bytes,
    algorithm: WebKeyParameters,
    extractable: boolean,
    usages: ("sign" | "verify")[],
  ): Promise<unknown>;
  sign(parameters: WebParameters, key: unknown, data: Bytes): Promise<ArrayBuffer>;
  verify(parameters: WebParameters, key: unknown, signature: Bytes, data: Bytes): Promise<boolean>;
}

/** What key agreement uses of `SubtleCrypto`, beside that. */
export interface WebKeySubtle extends WebSubtle {
  generateKey(
    algorithm: { readonly name: string; readonly namedCurve: string },
    extractable: boolean,
    usages: "deriveBits"[],
  ): Promise<{ readonly publicKey: unknown; readonly privateKey: unknown }>;
  exportKey(format: "raw", key: unknown): Promise<ArrayBuffer>;
  deriveBits(
    parameters: { readonly name: string; readonly public: unknown },
    key: unknown,
    bits: number,
  ): Promise<ArrayBuffer>;
}

export const WEB_CURVES: Readonly<Record<CurveName, string>> = {
  secp256r1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

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
 * Whether a signature is right, DER for ECDSA. Rejects with whatever the object is unable to do, and with DecodeError
 * if the signature is malformed.
 * @param curve of an elliptic key, else null
 */
export async function webVerify(
  subtle: WebSubtle,
  key: unknown,
  curve: CurveName | null,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const raw = curve === null ? signature : ecdsaFromDer(signature, curve);
  const parameters = webParameters(webAlgorithm(algorithm), algorithm);
  return subtle.verify(parameters, key, new Uint8Array(raw), new Uint8Array(data));
}

/**
 * Signs with a key in PKCS#8, which is imported once for each use.
 * @param curve of an elliptic key; null: RSA
 */
export function webSigner(
  subtle: WebSubtle,
  pkcs8: Uint8Array<ArrayBuffer>,
  curve: CurveName | null,
): (algorithm: SignatureAlgorithm, data: Uint8Array) => Promise<Uint8Array> {
  /** By algorithm: a key of WebCrypto is for one. */
  const imported = new Map<string, Promise<unknown>>();
  return async (algorithm, data) => {
    const content = new Uint8Array(data);
    const name = webAlgorithm(algorithm);
    const use = `${name} ${algorithm.hash}`;
    const parameters = importParameters(name, curve, algorithm);
    const known =
      imported.get(use) ?? subtle.importKey("pkcs8", pkcs8, parameters, false, ["sign"]);
    imported.set(use, known);
    return webSign(subtle, await known, name, algorithm, content);
  };
}

/** WebCrypto's name of the algorithm. Throws TypeError for those that none has. */
export function webAlgorithm({ family }: SignatureAlgorithm): WebAlgorithmName {
  if (family in WEB_ALGORITHMS) return WEB_ALGORITHMS[family as keyof typeof WEB_ALGORITHMS][0];
  throw new TypeError(`WebCrypto has no ${family}`);
}

/** What a key is imported with. */
export function importParameters(
  name: WebAlgorithmName,
  curve: CurveName | null,
  algorithm: SignatureAlgorithm,
): WebKeyParameters {
  if (curve !== null) return { name, namedCurve: WEB_CURVES[curve] };
  return { name, hash: webHashName(algorithm) ?? "" };
}
