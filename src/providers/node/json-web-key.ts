/**
 * What JSON Web Keys need (RFC 7517, RFC 8037): node imports and exports them many times faster than DER.
 */
import type { GroupName } from "../../protocol/named-group.ts";
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

/** base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64url");
}

/** Bytes of a member of a JWK; RangeError if they are not `length` bytes. */
export function fromBase64Url(text: string | undefined, length: number): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text ?? "", "base64url"));
  if (bytes.length !== length)
    throw new RangeError(`a JWK holds ${bytes.length} bytes, not ${length}`);
  return bytes;
}
