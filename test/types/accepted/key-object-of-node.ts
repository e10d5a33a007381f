/** A KeyObject and a CryptoKey are private keys. */
import type { KeyObject, webcrypto } from "node:crypto";
import { certContextFromPem } from "sealwire";

export const load = (cert: string, key: KeyObject, other: webcrypto.CryptoKey) => [
  certContextFromPem(cert, key),
  certContextFromPem(cert, other),
];
