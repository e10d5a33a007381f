/**
 * Private keys for small clients: PKCS#8 that is not encrypted, which is what WebCrypto imports.
 */
import { fail } from "../../protocol/failure.ts";
import { asFile } from "./given-file.ts";
import { pemBlocks } from "./pem.ts";

/**
 * A copy of the PKCS#8 bytes in PEM text or DER.
 * @throws TlsFailure UnsupportedCertificateKey, MalformedPem
 */
export function readUnencryptedPkcs8(key: unknown): Uint8Array<ArrayBuffer> {
  const file = asFile(key, "the private key");
  const der =
    typeof file === "string"
      ? pemBlocks(file).find(({ label }) => label === "PRIVATE KEY")?.der
      : file;
  if (der !== undefined) return new Uint8Array(der);
  return fail(
    "UnsupportedCertificateKey",
    'sealwire/client takes a private key as PKCS#8 that is not encrypted ("-----BEGIN PRIVATE KEY-----", or DER), as a CryptoKey, or as an object with sign()',
  );
}
