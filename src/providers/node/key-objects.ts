/**
 * Ways of keys into and out of node, each the one that costs least. Node's decoder of SubjectPublicKeyInfo takes some
 * 140 µs, JSON Web Keys (RFC 7517, RFC 8037) take a few; but as a JWK a point of P-384 and P-521 costs a multiplication
 * by the order of the curve besides, and is cheaper in DER.
 */
import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { concat, wipe } from "../../bytes/byte-arrays.ts";
import { DerTag, derElement } from "../../bytes/der.ts";
import { curveAlgorithm, encodePublicKey, UNCOMPRESSED } from "../../crypto/key-encoding.ts";
import type { KemName } from "../../protocol/hybrid-group.ts";
import type { GroupName, NamedGroup } from "../../protocol/named-group.ts";
import type { CurveName, KeyType } from "../../protocol/signature-scheme.ts";

type JwkCurve = CurveName | Extract<KeyType, `ed${string}`> | Extract<GroupName, `x${string}`>;

/** JWK's names of the curves. */
export const JWK_CURVES: Readonly<Record<JwkCurve, string>> = {
  secp256r1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
  ed25519: "Ed25519",
  ed448: "Ed448",
  x25519: "X25519",
  x448: "X448",
};

/**
 * Node's names of the curves, and whether its ECDH class is the fastest way: only for P-256, which has code of its own.
 */
export const EC_CURVES = {
  secp256r1: { namedCurve: "prime256v1", byClass: true },
  secp384r1: { namedCurve: "secp384r1", byClass: false },
  secp521r1: { namedCurve: "secp521r1", byClass: false },
} as const;

/** base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64url");
}

/** Bytes of a member of a JWK; RangeError if they are not `length` bytes. */
export function fromBase64Url(text: string | undefined, length: number): Uint8Array {
  // Not by Buffer.from, which decodes into Node's pool: members may be private.
  const memory = Buffer.allocUnsafeSlow(length + 3);
  const decoded = memory.write(text ?? "", "base64url");
  if (decoded !== length) throw new RangeError(`a JWK holds ${decoded} bytes, not ${length}`);
  return new Uint8Array(memory.buffer, 0, length);
}

/** A public key of node from an uncompressed point. Throws if it is not on the curve. */
export function pointKeyObject(curve: CurveName, point: Uint8Array): KeyObject {
  if (curve === "secp256r1") return createPublicKey({ key: pointJwk(curve, point), format: "jwk" });
  const spki = encodePublicKey(curveAlgorithm(curve), point);
  return createPublicKey({ key: asBuffer(spki), format: "der", type: "spki" });
}

/** A private key of node from a scalar as long as the field. Throws if it is out of range. */
export function scalarKeyObject(curve: CurveName, scalar: Uint8Array): KeyObject {
  const ecdh = createECDH(EC_CURVES[curve].namedCurve);
  ecdh.setPrivateKey(scalar);
  const jwk = { ...pointJwk(curve, ecdh.getPublicKey()), d: toBase64Url(scalar) };
  return createPrivateKey({ key: jwk, format: "jwk" });
}

/** A Montgomery or Edwards private key of node from its raw bytes (RFC 8410 §7); `algorithm` as in its PKCS#8. */
export function rawKeyObject(algorithm: Uint8Array, raw: Uint8Array): KeyObject {
  const inner = derElement(DerTag.OctetString, raw);
  const outer = derElement(DerTag.OctetString, inner);
  const pkcs8 = derElement(
    DerTag.Sequence,
    derElement(DerTag.Integer, Uint8Array.of(0)),
    derElement(DerTag.Sequence, algorithm),
    outer,
  );
  try {
    return createPrivateKey({ key: asBuffer(pkcs8), format: "der", type: "pkcs8" });
  } finally {
    wipe(inner, outer, pkcs8);
  }
}

interface GeneratedPair {
  /** As JSON Web Key. */
  readonly publicKey: { readonly x?: string; readonly y?: string };
  readonly privateKey: KeyObject;
}

/** What node's types leave out: a public half that leaves as a JWK. */
const generatePair = generateKeyPairSync as unknown as (
  type: string,
  options: object,
) => GeneratedPair;

/**
 * A fresh pair of node's. The public half is encoded by the generating call itself: `export` afterwards holds the key's
 * lock while it makes strings, and if garbage is collected just then, the destructor of the finished generating job
 * waits for that lock on the same thread, for good (seen in Node 20: KeyGenJob's destructor under
 * KeyObjectHandle::ExportJWK).
 */
export function generateKeys(type: "x25519" | "x448" | "ec", namedCurve?: string): GeneratedPair {
  return generatePair(type, { namedCurve, publicKeyEncoding: { format: "jwk" } });
}

/** A fresh pair of a KEM, the public half as SubjectPublicKeyInfo, as above. Throws where node has no such keys. */
export function generateKemKeys(name: KemName): { publicKey: Buffer; privateKey: KeyObject } {
  const generate = generateKeyPairSync as unknown as (
    type: string,
    options: object,
  ) => { publicKey: Buffer; privateKey: KeyObject };
  return generate(name, { publicKeyEncoding: { format: "der", type: "spki" } });
}

/** The uncompressed point of a JWK on the curve of a group. */
export function pointOf(
  { x, y }: GeneratedPair["publicKey"],
  { shareLength }: NamedGroup,
): Uint8Array {
  const length = (shareLength - 1) / 2;
  return concat(Uint8Array.of(UNCOMPRESSED), fromBase64Url(x, length), fromBase64Url(y, length));
}

/** The same memory as a Buffer, which node's import wants for DER. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function pointJwk(curve: CurveName, point: Uint8Array) {
  const end = 1 + (point.length - 1) / 2;
  const x = toBase64Url(point.subarray(1, end));
  return { kty: "EC", crv: JWK_CURVES[curve], x, y: toBase64Url(point.subarray(end)) };
}
