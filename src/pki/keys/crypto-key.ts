/**
 * A CryptoKey of WebCrypto as a signing key: it answers with promises, and only for the one algorithm it was made for.
 */
import { DerTag, derElement, derUnsigned } from "../../bytes/der.ts";
import type { PublicKey, SigningKey } from "../../crypto/provider.ts";
import { HASHES } from "../../protocol/cipher-suite.ts";
import { fail } from "../../protocol/failure.ts";
import type { SignatureScheme } from "../../protocol/signature-scheme.ts";

/** The parts of a CryptoKey that are looked at. */
interface WebKey extends CryptoKey {
  readonly algorithm: KeyAlgorithm & { readonly hash?: KeyAlgorithm };
}

/** The algorithm of WebCrypto that makes a family's signatures. */
const ALGORITHMS = {
  ecdsa: ["ECDSA"],
  eddsa: ["Ed25519", "Ed448"],
  "rsa-pkcs1": ["RSASSA-PKCS1-v1_5"],
  "rsa-pss": ["RSA-PSS"],
} as const;

export function isCryptoKey(key: unknown): key is WebKey {
  const { algorithm, type, usages } = (key ?? {}) as Partial<WebKey>;
  return type === "private" && Array.isArray(usages) && typeof algorithm?.name === "string";
}

/**
 * A signing key that asks WebCrypto. That it is the certificate's cannot be seen: the peer will say so.
 * @throws TlsFailure UnsupportedCertificateKey
 */
export function cryptoKeySigner(key: WebKey, { type, curve, bits }: PublicKey): SigningKey {
  if (!key.usages.includes("sign")) {
    fail("UnsupportedCertificateKey", 'the CryptoKey may not be used to sign (usages: ["sign"])');
  }
  return { type, curve, bits, sign: (scheme, data) => sign(key, scheme, data) };
}

async function sign(key: WebKey, scheme: SignatureScheme, data: Uint8Array): Promise<Uint8Array> {
  const { family, hash } = scheme.algorithm;
  const name = ALGORITHMS[family].find((known) => known === key.algorithm.name);
  const webHash = hash === null ? null : hash.replace("sha", "SHA-");
  const ownHash = key.algorithm.hash?.name ?? webHash;
  if (name === undefined || ownHash !== webHash) {
    fail(
      "UnsupportedCertificateKey",
      `a CryptoKey for ${key.algorithm.name} ${ownHash ?? ""} cannot sign with ${scheme.name}: name what it can do in sealwire.signingSchemes`,
    );
  }
  const parameters = {
    name,
    ...(webHash === null ? {} : { hash: webHash }),
    ...(family === "rsa-pss" && hash !== null ? { saltLength: HASHES[hash].length } : {}),
  };
  const content = new Uint8Array(data);
  const signature = new Uint8Array(await crypto.subtle.sign(parameters, key, content));
  return family === "ecdsa" ? derSignature(signature) : signature;
}

/** WebCrypto answers r and s side by side; TLS wants them in DER (RFC 3279 §2.2.3). */
function derSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const [r, s] = [raw.subarray(0, half), raw.subarray(half)];
  return derElement(DerTag.Sequence, derUnsigned(r), derUnsigned(s));
}
