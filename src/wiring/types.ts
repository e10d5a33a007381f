/**
 * What entries have in common, as types.
 */

import type { ChainRequest } from "../pki/chain-request.ts";
import type { Explanation } from "../pki/explanation.ts";
import type { GivenFile } from "../pki/given-file.ts";
import type { SelfSignedCertificate, SelfSignedOptions } from "../pki/make-certificate.ts";
import type { CertContext, SchannelAuthData } from "../schannel/credential-types.ts";
import type { InitiatingFace } from "../sspi/face.ts";
import type { AcquireArguments, AcquireResult } from "../sspi/face-types.ts";
import type { SECURITY_STATUS } from "../sspi/security-status.ts";

/** The functions of the face, but for the two that accept. */
export interface Initiator extends InitiatingFace {
  /** AcquireCredentialsHandle: an SCH_CREDENTIALS or SCHANNEL_CRED, or nothing, becomes a credential. */
  acquireCredentialsHandle(call: AcquireArguments<SchannelAuthData>): AcquireResult;
}

/** One thing that is wrong with a chain, or with the request. */
export interface ChainFault {
  /** One stable word. */
  readonly reason: string;
  /** For people: what is wrong, and where. */
  readonly message: string;
}

/** What `verifyChain` answers. */
export interface ChainResult {
  readonly ok: boolean;
  /** SEC_E_OK, or the failure that the handshake would answer. */
  readonly status: SECURITY_STATUS;
  /** One stable word, if refused: the reason of the first fault. */
  readonly reason?: string;
  /** For people, if refused: what is wrong, and where. */
  readonly message?: string;
  /**
   * Everything that is wrong with the best path, its leaf and the name, the gravest first; empty if accepted. Whoever accepts
   * a chain in spite of a fault has to look at all of them.
   */
  readonly faults: readonly ChainFault[];
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
    cert: GivenFile,
    key?: unknown,
    passphrase?: string | Uint8Array | null,
  ): CertContext;
  /** As above, for every format. Rejects with TlsError. */
  certContextFromPemAsync(
    cert: GivenFile,
    key?: unknown,
    passphrase?: string | Uint8Array | null,
  ): Promise<CertContext>;
  /** As above, of a PFX. Rejects with TlsError, also MalformedPfx. */
  certContextFromPfx(
    pfx: ArrayBufferView | ArrayBuffer,
    passphrase?: string | Uint8Array | null,
  ): Promise<CertContext>;
  /** Beyond Windows: the validation that the handshake uses. Never throws. */
  verifyChain(request: ChainRequest): ChainResult;
  /** Beyond Windows: a P-256 certificate made on the spot. */
  selfSignedCertificate(options: Partial<SelfSignedOptions>): SelfSignedCertificate;
}
