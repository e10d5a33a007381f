/**
 * Loaders of the entries, over the provider that the entry chose. Wiring only.
 */
import type { CryptoProvider } from "./crypto/provider.ts";
import { CertificateParser } from "./pki/certificate.ts";
import { type ChainRequest, judgeChain, requestProblem } from "./pki/chain-request.ts";
import { ChainContext } from "./pki/chain-verifier.ts";
import { Explanation } from "./pki/explanation.ts";
import { loadCertContext, loadCertContextAsync, loadPfx } from "./pki/loaders.ts";
import {
  makeSelfSignedCertificate,
  type SelfSignedCertificate,
  type SelfSignedOptions,
} from "./pki/make-certificate.ts";
import { TlsFailure } from "./protocol/failure.ts";
import type { CertContext } from "./schannel/credential-types.ts";
import { failureStatus } from "./schannel/failure-status.ts";
import {
  SEC_E_INTERNAL_ERROR,
  SEC_E_INVALID_PARAMETER,
  SEC_E_OK,
  type SECURITY_STATUS,
} from "./sspi/security-status.ts";

/** What `verifyChain` answers. */
export interface ChainResult {
  readonly ok: boolean;
  /** SEC_E_OK, or the failure that the handshake would answer. */
  readonly status: SECURITY_STATUS;
  /** One stable word, if refused. */
  readonly reason?: string;
  /** For people, if refused: what is wrong, and where. */
  readonly message?: string;
  /** DER, leaf first, with the trust anchor, if accepted. */
  readonly path?: readonly Uint8Array[];
  /** Every path that was looked at: `paths` as data, `text` as a line. */
  readonly explain: Explanation;
}

export interface Loaders {
  /**
   * Certificates and key of PEM (or DER) as a credential; the chain is put in order, leaf first. Keys that are encrypted with
   * DES, 3DES, RC2 or AES-192, or in the old manner of PEM, need code that is loaded on demand: `certContextFromPemAsync`
   * reads them, and so does this function after `await loadLegacyFormats()`.
   * @throws TlsError whose `reason` says which: WrongPassphrase, PassphraseRequired, MissingPrivateKey, MalformedPrivateKey,
   * NoUsableCredential (key and certificates do not belong together), UnsupportedCertificateKey, UnsupportedEncryption,
   * LegacyFormatNotLoaded, MalformedCertificate, MalformedPem
   */
  certContextFromPem(
    cert: string | Uint8Array,
    key?: unknown,
    passphrase?: string | null,
  ): CertContext;
  /** As above, for every format. Rejects with TlsError. */
  certContextFromPemAsync(
    cert: string | Uint8Array,
    key?: unknown,
    passphrase?: string | null,
  ): Promise<CertContext>;
  /** As above, of a PFX. Rejects with TlsError, also MalformedPfx. */
  certContextFromPfx(pfx: Uint8Array, passphrase?: string | null): Promise<CertContext>;
  /** Beyond Windows: the validation that the handshake uses. Never throws. */
  verifyChain(request: ChainRequest): ChainResult;
  /** Beyond Windows: a P-256 certificate made on the spot. */
  selfSignedCertificate(options: Partial<SelfSignedOptions>): SelfSignedCertificate;
}

/** All loaders of a provider. */
export function createLoaders(provider: CryptoProvider, clock: () => number): Loaders {
  const parser = new CertificateParser(provider);
  return {
    certContextFromPem: pemLoader(parser),
    certContextFromPemAsync: asyncPemLoader(parser),
    certContextFromPfx: pfxLoader(parser),
    verifyChain: chainVerification(parser, clock),
    selfSignedCertificate: selfSigning(provider, clock),
  };
}

// One function for each, so that a bundle holds only those that are used.

export function pemLoader(parser: CertificateParser): Loaders["certContextFromPem"] {
  return (cert, key, passphrase) => loadCertContext(parser, cert, key, passphrase ?? null);
}

export function asyncPemLoader(parser: CertificateParser): Loaders["certContextFromPemAsync"] {
  return (cert, key, passphrase) => loadCertContextAsync(parser, cert, key, passphrase ?? null);
}

export function pfxLoader(parser: CertificateParser): Loaders["certContextFromPfx"] {
  return (pfx, passphrase) => loadPfx(parser, pfx, passphrase ?? null);
}

export function chainVerification(
  parser: CertificateParser,
  clock: () => number,
): Loaders["verifyChain"] {
  const chains = new ChainContext(parser);
  return (request) => verifyChain(chains, clock, request);
}

export function selfSigning(
  provider: CryptoProvider,
  clock: () => number,
): Loaders["selfSignedCertificate"] {
  return (options) =>
    makeSelfSignedCertificate(provider, { names: ["localhost"], days: 30, clock, ...options });
}

function verifyChain(
  chains: ChainContext,
  clock: () => number,
  request: ChainRequest,
): ChainResult {
  const wrong = (status: SECURITY_STATUS, reason: string, message: string): ChainResult => {
    return { ok: false, status, reason, message, explain: new Explanation([], [message], 0) };
  };
  try {
    const problem = requestProblem(request);
    if (problem !== null) return wrong(SEC_E_INVALID_PARAMETER, "InvalidArgument", problem);
    const verdict = judgeChain(chains, clock, request);
    const { explain } = verdict;
    if (verdict.ok) return { ok: true, status: SEC_E_OK, path: verdict.path ?? [], explain };
    const { reason, message } = verdict;
    const status = failureStatus(new TlsFailure(reason, message), null, "handshake");
    return { ok: false, status, reason, message, explain };
  } catch (error) {
    if (error instanceof TlsFailure) {
      return wrong(SEC_E_INVALID_PARAMETER, error.reason, error.message);
    }
    // A callback or a getter of the caller's.
    const message = error instanceof Error ? error.message : String(error);
    return wrong(SEC_E_INTERNAL_ERROR, "InternalError", message);
  }
}
