/**
 * Private keys as callers give them: what is in a file (`keys/key-file.ts`), a runtime's key object, a CryptoKey, or an
 * object that signs.
 */
import { equalBytes, wipe } from "../../bytes/byte-arrays.ts";
import type { CryptoProvider, PrivateKey, PublicKey, SigningKey } from "../../crypto/provider.ts";
import { fail } from "../../protocol/failure.ts";
import { cryptoKeySigner, isCryptoKey, type WebKey } from "./crypto-key.ts";
import { asFile, bytesOf, type GivenFile } from "./given-file.ts";
import { LOCKED, readKeyFile } from "./key-file.ts";
import { whyUnusable } from "./unusable-key.ts";

/** A caller's object that keeps its key elsewhere: a smart card, a key service. */
export interface ExternalSigner {
  /**
   * Signs.
   * @param scheme - the IANA number of the SignatureScheme (RFC 8446 §4.2.3)
   * @param data - what is signed, not hashed yet
   * @returns the signature as TLS carries it, or a promise of it
   */
  sign(scheme: number, data: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A runtime's key object, as KeyObject of Node. */
export interface ExportableKey {
  /**
   * Gives the key.
   * @param options - PKCS#8 as DER is required
   * @returns its bytes
   */
  export(options: { format: "der"; type: "pkcs8" }): Uint8Array;
}

/**
 * A private key as callers give it: PKCS#8 or legacy PEM or DER, a runtime's key object, a CryptoKey, or an object with
 * `sign(scheme, data)`.
 */
export type PrivateKeySource = GivenFile | ExternalSigner | ExportableKey | WebKey;

/**
 * A signing key that fits the certificate; see CertificateServices.signingKey.
 * @throws TlsFailure, and the TlsErrors of `readKeyFile`
 */
export function signingKeyOf(
  provider: CryptoProvider,
  privateKey: unknown,
  publicKey: PublicKey,
  spki: Uint8Array,
): SigningKey {
  const external = externalSigner(privateKey, publicKey);
  if (external !== null) return external;
  const pkcs8 = pkcs8Of(privateKey);
  let key: PrivateKey;
  try {
    key = importKey(provider, pkcs8);
  } finally {
    wipe(pkcs8);
  }
  if (key.type !== publicKey.type || !equalBytes(key.publicKey, spki)) {
    fail("NoUsableCredential", "the private key does not belong to the certificate");
  }
  return signingAsync(key);
}

/** A key that is not in our hands, a CryptoKey or an object that signs; else null. */
export function externalSigner(privateKey: unknown, publicKey: PublicKey): SigningKey | null {
  if (isCryptoKey(privateKey)) return cryptoKeySigner(privateKey, publicKey);
  if (!isExternal(privateKey)) return null;
  const { type, curve, bits, pssHash = null } = publicKey;
  return { type, curve, bits, pssHash, sign: (scheme, data) => privateKey.sign(scheme.code, data) };
}

/** A handshake can wait for a signature: it asks the way that is faster. */
function signingAsync(key: PrivateKey): SigningKey {
  const { type, curve, bits, pssHash = null, signAsync, rsaPrivate } = key;
  const wipeKey = (): void => key.wipe?.();
  if (signAsync === undefined) return key;
  return {
    type,
    curve,
    bits,
    pssHash,
    sign: signAsync,
    wipe: wipeKey,
    ...(rsaPrivate === undefined ? {} : { rsaPrivate }),
  };
}

/**
 * Imports PKCS#8.
 * @throws TlsFailure UnsupportedCertificateKey
 */
export function importKey(provider: CryptoProvider, pkcs8: Uint8Array): PrivateKey {
  const key = provider.importPrivateKey(pkcs8);
  return (
    key ??
    fail("UnsupportedCertificateKey", `the private key cannot be used: ${whyUnusable(pkcs8)}`)
  );
}

function pkcs8Of(privateKey: unknown): Uint8Array {
  if (isExportable(privateKey)) {
    return new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
  }
  if (typeof privateKey === "string" || bytesOf(privateKey) !== null) {
    return readKeyFile(asFile(privateKey, "the private key"), LOCKED);
  }
  return fail(
    "UnsupportedCertificateKey",
    "the private key is neither PEM, DER, a key object nor an object with sign()",
  );
}

function isExternal(key: unknown): key is ExternalSigner {
  return typeof (key as ExternalSigner | null)?.sign === "function";
}

function isExportable(key: unknown): key is ExportableKey {
  return typeof (key as ExportableKey | null)?.export === "function";
}
