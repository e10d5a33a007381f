/**
 * Why a private key that was read cannot be used, and what to do.
 */
import { DecodeError } from "../../bytes/byte-reader.ts";
import { DerReader, DerTag } from "../../bytes/der.ts";
import {
  OID_EC_PUBLIC_KEY,
  OID_RSA_ENCRYPTION,
  OID_X448,
  OID_X25519,
} from "../../protocol/object-identifiers.ts";
import { REFUSED_ALGORITHMS } from "../object-identifiers.ts";

/** Keys of Diffie and Hellman in PKCS#3. */
const OID_DH_KEY = "1.2.840.113549.1.3.1";
const AGREEMENT: readonly string[] = [OID_DH_KEY, OID_X25519, OID_X448];
const INSTEAD = "make an EC, Ed25519 or RSA key";

/** A sentence for a key that no provider takes. @param pkcs8 PrivateKeyInfo, DER */
export function whyUnusable(pkcs8: Uint8Array): string {
  try {
    const fields = new DerReader(pkcs8).sequence();
    fields.smallInteger();
    const algorithm = fields.sequence();
    const oid = algorithm.objectIdentifier();
    if (oid === OID_EC_PUBLIC_KEY && algorithm.peek() === DerTag.Sequence) {
      return "its EC parameters are written out (explicit) instead of a curve's name; convert it: openssl ec -in KEY -param_enc named_curve -out NEW";
    }
    if (oid === OID_EC_PUBLIC_KEY) {
      return `its curve (${algorithm.objectIdentifier()}) is not one of P-256, P-384 and P-521, or the key is damaged`;
    }
    if (oid === OID_RSA_ENCRYPTION) {
      const numbers = new DerReader(fields.element(DerTag.OctetString)).sequence();
      return numbers.smallInteger() === 1
        ? "it is an RSA key of more than two primes; make one of two: openssl genrsa -out NEW 3072"
        : "its numbers do not fit each other, or it has too few or too many bits (at most 8192)";
    }
    if (AGREEMENT.includes(oid)) return `it is for key agreement and cannot sign; ${INSTEAD}`;
    const refused = REFUSED_ALGORITHMS[oid];
    return refused === undefined
      ? `keys of the algorithm ${oid} are not built, or not in this runtime`
      : `it is a ${refused.name} key, which TLS has no use for; ${INSTEAD}`;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return error.message;
  }
}
