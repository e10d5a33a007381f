/**
 * What `sspi.ts` does, for a client that is to be small: keys are WebCrypto's, and the server, revocation and files of
 * keys that are encrypted are left out. What is asked for and is not here is refused with the name of an entry that has
 * it.
 */
import type { WebKeySubtle } from "../crypto/web-crypto.ts";
import { AEAD_CLIENTS } from "../engine/engine-factories.ts";
import { CertificateParser } from "../pki/certificate.ts";
import { createClientServices } from "../pki/client-services.ts";
import { loadPlainCertContext } from "../pki/files/certificate-files.ts";
import { createSubtleProvider } from "../providers/webcrypto/webcrypto-provider.ts";
import type { RequestedFeatures } from "../schannel/package-dependencies.ts";
import { SchannelPackage } from "../schannel/schannel-package.ts";
import { createPackageFunctions } from "../sspi/package-functions.ts";
import { TlsError } from "../sspi/tls-error.ts";
import type { Initiator, Loaders } from "./function-types.ts";

const ELSEWHERE = 'import from "sealwire" or "sealwire/web" instead';

/** @param subtle undefined: the runtime has none, as pages without HTTPS; then there are no credentials */
export function createClient(subtle: WebKeySubtle | undefined): Initiator {
  const present = subtle ?? ABSENT;
  const provider = createSubtleProvider(present);
  const certificates = createClientServices(provider, present);
  const explainMissingFeature = (asked: RequestedFeatures): string | null =>
    missing(asked, subtle !== undefined);
  const clients = AEAD_CLIENTS;
  const clock = Date.now;
  return createPackageFunctions([
    new SchannelPackage({ provider, certificates, clients, clock, explainMissingFeature }),
  ]);
}

/** Certificates and a key that is not encrypted. */
export function plainPemLoader(subtle: WebKeySubtle | undefined): Loaders["certContextFromPem"] {
  const parser = new CertificateParser(createSubtleProvider(subtle ?? ABSENT));
  return (cert, key, passphrase) => {
    if (passphrase == null) return loadPlainCertContext(parser, cert, key);
    throw new TlsError(`sealwire/client does not open encrypted keys: ${ELSEWHERE}`, {
      reason: "NotBuilt",
    });
  };
}

function missing(
  { server, revocation, ownRandomness, preSharedKey }: RequestedFeatures,
  hasSubtle: boolean,
): string | null {
  if (!hasSubtle) {
    return `sealwire/client needs WebCrypto, and this runtime has no crypto.subtle (pages have it with HTTPS): ${ELSEWHERE}`;
  }
  if (server) return `sealwire/client has no server: ${ELSEWHERE}`;
  if (revocation) return `sealwire/client does not check revocation: ${ELSEWHERE}`;
  if (preSharedKey) return `sealwire/client takes no external PSK: ${ELSEWHERE}`;
  if (ownRandomness) {
    return `sealwire.random: WebCrypto has its own randomness: ${ELSEWHERE}`;
  }
  return null;
}

const absent = (): Promise<never> => Promise.reject(new TypeError("there is no crypto.subtle"));
const ABSENT: WebKeySubtle = {
  importKey: absent,
  sign: absent,
  verify: absent,
  generateKey: absent,
  exportKey: absent,
  deriveBits: absent,
};
