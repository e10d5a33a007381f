/**
 * A CryptoKey of WebCrypto as a signing key: it answers with promises, and only for the one algorithm it was made for.
 */
import type { PublicKey, SigningKey } from "../../crypto/provider.ts";
import { WEB_ALGORITHMS, webHashName, webSign } from "../../crypto/web-crypto.ts";
import { fail } from "../../protocol/failure.ts";
import type { SignatureScheme } from "../../protocol/signature-scheme.ts";

type Subtle = Parameters<typeof webSign>[0];

/** The parts of a CryptoKey that are looked at. */
export interface WebKey {
  /** "private". */
  readonly type: string;
  /** "sign" is among them. */
  readonly usages: readonly string[];
  /** What it was made for. */
  readonly algorithm: { readonly name: string; readonly hash?: { readonly name: string } };
}

/** A private CryptoKey, by its looks: other realms have classes of their own. */
export function isCryptoKey(key: unknown): key is WebKey {
  const { algorithm, type, usages } = (key ?? {}) as Partial<WebKey>;
  return type === "private" && Array.isArray(usages) && typeof algorithm?.name === "string";
}

/**
 * A signing key that asks WebCrypto. Its match with the certificate cannot be checked; the peer will refuse a mismatch.
 * @throws TlsFailure UnsupportedCertificateKey
 */
export function cryptoKeySigner(
  key: WebKey,
  { type, curve, bits, pssHash = null }: PublicKey,
): SigningKey {
  if (!key.usages.includes("sign")) {
    fail("UnsupportedCertificateKey", 'the CryptoKey may not be used to sign (usages: ["sign"])');
  }
  return { type, curve, bits, pssHash, sign: (scheme, data) => sign(key, scheme, data) };
}

async function sign(key: WebKey, scheme: SignatureScheme, data: Uint8Array): Promise<Uint8Array> {
  const { algorithm } = scheme;
  const name = WEB_ALGORITHMS[algorithm.family].find((known) => known === key.algorithm.name);
  const webHash = webHashName(algorithm);
  const ownHash = key.algorithm.hash?.name ?? webHash;
  if (name === undefined || ownHash !== webHash) {
    fail(
      "UnsupportedCertificateKey",
      `a CryptoKey for ${key.algorithm.name} ${ownHash ?? ""} cannot sign with ${scheme.name}: name what it can do in sealwire.signingSchemes`,
    );
  }
  const { crypto } = globalThis as { readonly crypto?: { readonly subtle?: Subtle } };
  if (crypto?.subtle === undefined) {
    fail(
      "UnsupportedCertificateKey",
      "the private key is a CryptoKey, and this runtime has no crypto.subtle (pages have it with HTTPS)",
    );
  }
  return webSign(crypto.subtle, key, name, algorithm, data);
}
