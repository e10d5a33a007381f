/**
 * The two forms of an ECDSA signature: DER, which TLS and X.509 use (RFC 3279 §2.2.3), and r and s side by side, each
 * as long as the curve's order, which libraries compute with (IEEE P1363).
 */
import { concat } from "../bytes/byte-arrays.ts";
import { DecodeError } from "../bytes/byte-reader.ts";
import { DerReader, DerTag, derElement, derUnsigned } from "../bytes/der.ts";
import { NAMED_GROUPS } from "../protocol/named-group.ts";
import type { CurveName } from "../protocol/signature-scheme.ts";

/** r and s side by side, of a signature in DER. @throws DecodeError malformed, or a number longer than the order */
export function ecdsaFromDer(signature: Uint8Array, curve: CurveName): Uint8Array {
  const outer = new DerReader(signature);
  const numbers = outer.sequence();
  outer.end();
  const length = NAMED_GROUPS.find((row) => row.name === curve)?.privateKeyLength ?? 0;
  const sideBySide = concat(padded(numbers.unsigned(), length), padded(numbers.unsigned(), length));
  numbers.end();
  return sideBySide;
}

/** DER of r and s side by side. */
export function ecdsaToDer(sideBySide: Uint8Array): Uint8Array {
  const half = sideBySide.length / 2;
  const [r, s] = [sideBySide.subarray(0, half), sideBySide.subarray(half)];
  return derElement(DerTag.Sequence, derUnsigned(r), derUnsigned(s));
}

function padded(magnitude: Uint8Array, length: number): Uint8Array {
  if (magnitude.length > length) {
    throw new DecodeError("ECDSA: a number is longer than the order");
  }
  return concat(new Uint8Array(length - magnitude.length), magnitude);
}
