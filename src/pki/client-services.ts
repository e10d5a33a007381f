/**
 * Certificates as a small client needs them, over a provider whose keys are WebCrypto's: chains are judged as
 * everywhere, but revocation is not checked, and private keys are passed to WebCrypto.
 */
import type { CryptoProvider, PublicKey, SigningKey } from "../crypto/provider.ts";
import { type WebSubtle, webSigner } from "../crypto/web-crypto.ts";
import { fail } from "../protocol/failure.ts";
import { CertificateParser } from "./certificate.ts";
import { asTrustStore, certificateReading, withKey } from "./certificate-reading.ts";
import { externalSigner } from "./files/private-key.ts";
import { readUnencryptedPkcs8 } from "./files/unencrypted-pkcs8.ts";
import { ChainContext, ChainVerifier } from "./path/chain-verifier.ts";
import { RetryingVerifier } from "./path/retrying-verifier.ts";
import type { CertificateServices } from "./services.ts";

/** For clients whose keys are WebCrypto's; proofs of revocation are not looked at. */
export function createClientServices(
  provider: CryptoProvider,
  subtle: WebSubtle,
): CertificateServices {
  const parser = new CertificateParser(provider);
  const context = new ChainContext(parser);
  return {
    ...certificateReading(parser),
    checksRevocation: false,
    verifier(trust) {
      const verifier = new ChainVerifier(context, asTrustStore(trust));
      return new RetryingVerifier((request) => verifier.verify(request));
    },
    signingKey(privateKey, leaf) {
      const { publicKey } = withKey(parser, leaf);
      const external = externalSigner(privateKey, publicKey);
      return external ?? webKey(subtle, readUnencryptedPkcs8(privateKey), publicKey);
    },
  };
}

/** The match of key and certificate cannot be checked here; the peer will refuse a mismatch. */
function webKey(
  subtle: WebSubtle,
  pkcs8: Uint8Array<ArrayBuffer>,
  { type, curve, bits, pssHash = null }: PublicKey,
): SigningKey {
  const sign = webSigner(subtle, pkcs8, curve);
  return {
    type,
    curve,
    bits,
    pssHash,
    sign: ({ algorithm, name }, data) =>
      sign(algorithm, data).catch((error: unknown) =>
        fail(
          "UnsupportedCertificateKey",
          `WebCrypto cannot sign with ${name} by the private key: ${String(error)}`,
        ),
      ),
  };
}
