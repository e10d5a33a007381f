/**
 * Private keys as callers give them: PKCS#8, SEC1 or PKCS#1, PEM or DER, key objects, CryptoKeys, or an object that signs.
 */
import { fromBER, Integer, Null, ObjectIdentifier, OctetString, Sequence } from "asn1js";
import type { CryptoProvider, PublicKey, SigningKey } from "../crypto/provider.ts";
import { fail } from "../protocol/failure.ts";
import { OID_EC_PUBLIC_KEY, OID_RSA_ENCRYPTION } from "../protocol/object-identifiers.ts";
import type { SignatureScheme } from "../protocol/signature-scheme.ts";
import { pemBlocks } from "./pem.ts";

/** A caller's object that keeps its key elsewhere. `scheme` is the IANA number. */
export interface ExternalSigner {
  sign(scheme: number, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

interface ExportableKey {
  export(options: { format: "der"; type: "pkcs8" }): Uint8Array;
}

/** PKCS#8 out of PEM or DER of any of the three forms. */
export function toPkcs8(key: string | Uint8Array): Uint8Array {
  if (typeof key !== "string") return wrapLegacy(key);
  const block = pemBlocks(key).find(({ label }) => label.endsWith("PRIVATE KEY"));
  if (block === undefined)
    fail("UnsupportedCertificateKey", "there is no private key in the PEM text");
  if (block.label.startsWith("ENCRYPTED")) {
    fail("UnsupportedCertificateKey", "the private key is encrypted: load it with its passphrase");
  }
  return wrapLegacy(block.der);
}

/** SEC1 and PKCS#1 get the PKCS#8 frame (RFC 5208 §5); PKCS#8 has it. */
function wrapLegacy(der: Uint8Array): Uint8Array {
  const parsed = fromBER(der.slice().buffer);
  if (parsed.offset === -1 || !(parsed.result instanceof Sequence)) {
    fail("UnsupportedCertificateKey", "the private key is not DER");
  }
  const fields = parsed.result.valueBlock.value;
  if (fields[1] instanceof Sequence) return der;
  const sec1 = fields[1] instanceof OctetString;
  const parameters = fields.find(
    (field) => field.idBlock.tagClass === 3 && field.idBlock.tagNumber === 0,
  );
  const curve = (parameters as { valueBlock: { value: ObjectIdentifier[] } } | undefined)
    ?.valueBlock.value[0];
  const algorithm = sec1
    ? [new ObjectIdentifier({ value: OID_EC_PUBLIC_KEY }), ...(curve === undefined ? [] : [curve])]
    : [new ObjectIdentifier({ value: OID_RSA_ENCRYPTION }), new Null()];
  return new Uint8Array(
    new Sequence({
      value: [
        new Integer({ value: 0 }),
        new Sequence({ value: algorithm }),
        new OctetString({ valueHex: der.slice().buffer }),
      ],
    }).toBER(),
  );
}

/** A signing key that fits the certificate; see CertificateServices.signingKey. */
export function signingKeyOf(
  provider: CryptoProvider,
  privateKey: unknown,
  publicKey: PublicKey,
  spki: Uint8Array,
): SigningKey {
  if (isExternal(privateKey)) return externalKey(privateKey, publicKey);
  const pkcs8 = isExportable(privateKey)
    ? new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }))
    : typeof privateKey === "string" || privateKey instanceof Uint8Array
      ? toPkcs8(privateKey)
      : fail(
          "UnsupportedCertificateKey",
          "the private key is neither PEM, DER, a key object nor an object with sign()",
        );
  const key = provider.importPrivateKey(pkcs8);
  if (key === null)
    fail("UnsupportedCertificateKey", "the private key is malformed or of an unsupported kind");
  if (key.type !== publicKey.type || !sameBytes(key.publicKey, spki)) {
    fail("NoUsableCredential", "the private key does not belong to the certificate");
  }
  return key;
}

function externalKey(signer: ExternalSigner, publicKey: PublicKey): SigningKey {
  const { type, curve, bits } = publicKey;
  return {
    type,
    curve,
    bits,
    sign: (scheme: SignatureScheme, data: Uint8Array) => signer.sign(scheme.code, data),
  };
}

function isExternal(key: unknown): key is ExternalSigner {
  return typeof (key as ExternalSigner | null)?.sign === "function";
}

function isExportable(key: unknown): key is ExportableKey {
  return typeof (key as ExportableKey | null)?.export === "function";
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
