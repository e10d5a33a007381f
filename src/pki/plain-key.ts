/**
 * Private keys for small clients: PKCS#8 that is not encrypted, which is what WebCrypto imports.
 */
import { fromLatin1 } from "../bytes/text.ts";
import { fail } from "../protocol/failure.ts";
import { pemBlocks } from "./pem.ts";

const SEQUENCE = 0x30;

/**
 * A copy of the PKCS#8 bytes in PEM text or DER.
 * @throws TlsFailure UnsupportedCertificateKey, MalformedPem
 */
export function plainKey(key: unknown): Uint8Array<ArrayBuffer> {
  const isBytes = key instanceof Uint8Array;
  const text = typeof key === "string" ? key : null;
  const pem = isBytes && key[0] !== SEQUENCE ? fromLatin1(key) : text;
  const block = pem === null ? null : pemBlocks(pem).find(({ label }) => label === "PRIVATE KEY");
  const der = isBytes && pem === null ? key : block?.der;
  if (der !== undefined) return new Uint8Array(der);
  return fail(
    "UnsupportedCertificateKey",
    'sealwire/client takes a private key as PKCS#8 that is not encrypted ("-----BEGIN PRIVATE KEY-----", or DER), as a CryptoKey, or as an object with sign()',
  );
}
