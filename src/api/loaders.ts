/**
 * The loaders, one function to make each, so that a bundle holds only those that are used.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import { CertificateParser } from "../pki/certificate.ts";
import {
  loadCertContext,
  loadCertContextAsync,
  loadPfx,
  passphraseText,
} from "../pki/files/loaders.ts";
import { makeSelfSignedCertificate, readSelfSignedOptions } from "../pki/make-certificate.ts";
import type { Loaders } from "./function-types.ts";
import { chainVerification } from "./verify-chain.ts";

/** A parser for the others. */
export function parserOver(provider: CryptoProvider): CertificateParser {
  return new CertificateParser(provider);
}

export function pemLoader(parser: CertificateParser): Loaders["certContextFromPem"] {
  return (cert, key, passphrase) => loadCertContext(parser, cert, key, passphraseText(passphrase));
}

export function asyncPemLoader(parser: CertificateParser): Loaders["certContextFromPemAsync"] {
  return (cert, key, passphrase) =>
    loadCertContextAsync(parser, cert, key, passphraseText(passphrase));
}

export function pfxLoader(parser: CertificateParser): Loaders["certContextFromPfx"] {
  return (pfx, passphrase) => loadPfx(parser, pfx, passphraseText(passphrase));
}

export function selfSigning(
  provider: CryptoProvider,
  clock: () => number,
): Loaders["selfSignedCertificate"] {
  return (options = {}) =>
    makeSelfSignedCertificate(provider, {
      ...{ names: ["localhost"], days: 30 },
      ...readSelfSignedOptions(options, clock),
    });
}

/** All of them, where none is to be left out. */
export function createLoaders(provider: CryptoProvider, clock: () => number): Loaders {
  const parser = parserOver(provider);
  return {
    certContextFromPem: pemLoader(parser),
    certContextFromPemAsync: asyncPemLoader(parser),
    certContextFromPfx: pfxLoader(parser),
    verifyChain: chainVerification(parser, clock),
    selfSignedCertificate: selfSigning(provider, clock),
  };
}
