/**
 * Converts the options of a session to credentials and requirements of the SSPI functions.
 */

import {
  ASC_REQ_MUTUAL_AUTH,
  type CertContext,
  type CredentialHandle,
  type GivenFile,
  SCH_CRED_AUTO_CRED_VALIDATION,
  SCH_CRED_NO_DEFAULT_CREDS,
  SCH_CREDENTIALS_VERSION,
  SECPKG_CRED_INBOUND,
  SECPKG_CRED_OUTBOUND,
  SP_PROT_TLS1_2_CLIENT,
  SP_PROT_TLS1_2_SERVER,
  SP_PROT_TLS1_3_CLIENT,
  SP_PROT_TLS1_3_SERVER,
  statusName,
  TlsError,
  TrustStore,
  trustStoreFromPem,
  UNISP_NAME,
} from "../api/common.ts";
import type { Sspi } from "../api/compose.ts";
import { adapterLimits } from "../protocol/limits.ts";
import { TLS12, TLS13 } from "../protocol/version.ts";
import type { SessionFunctions } from "./handshake-calls.ts";
import { MAX_HELPER_TIME, patienceOf } from "./helper-time.ts";
import { credentialOptions } from "./option-shapes.ts";
import type { CredentialOptions, Role, SessionOptions, Version } from "./option-types.ts";
import { runtime } from "./runtime.ts";
import { inFriendlyWords } from "./tls-errors.ts";

/** The SSPI functions and loaders that sessions use. */
export type SessionSspi = SessionFunctions &
  Pick<Sspi, "acquireCredentialsHandle" | "certContextFromPem">;

/** The protocol's number → the word for it. */
export const VERSION_NAMES: Readonly<Record<number, Version | undefined>> = {
  [TLS12]: "TLSv1.2",
  [TLS13]: "TLSv1.3",
};

/** SP_PROT_* of both sides; the credential minds those of its own. */
const VERSION_BITS: Readonly<Record<Version, number>> = {
  "TLSv1.2": SP_PROT_TLS1_2_CLIENT | SP_PROT_TLS1_2_SERVER,
  "TLSv1.3": SP_PROT_TLS1_3_CLIENT | SP_PROT_TLS1_3_SERVER,
};

/** What a session begins with. */
export interface Start {
  readonly role: Role;
  readonly credential: CredentialHandle;
  readonly ownsCredential: boolean;
  readonly targetName: string | null;
  readonly contextReq: number;
  readonly applicationProtocols: readonly string[] | null;
  readonly requireCloseNotify: boolean;
}

/**
 * What the handshake is given.
 * @param call the function that was called, for messages: "secure()"
 * @throws TlsError as `credentialOf`; options that contradict each other
 */
export function startOf(sspi: SessionSspi, options: SessionOptions, call: string): Start {
  const { credential, serverName, requestCert, alpn, requireCloseNotify, ...rest } = options;
  const { maxFragment: _, ...own } = rest;
  const { role = "client", ...others } = own;
  const [other] = Object.keys(others);
  if (credential !== undefined && other !== undefined) {
    throw new TlsError(
      `${call}: ${other} belongs to acquireCredentials(), because a credential is given`,
      { reason: "ContradictoryOptions" },
    );
  }
  return {
    role,
    credential: credential ?? credentialOf(sspi, own, call),
    ownsCredential: credential === undefined,
    targetName: serverName ?? null,
    contextReq: role === "server" && requestCert === true ? ASC_REQ_MUTUAL_AUTH : 0,
    applicationProtocols: alpn ?? null,
    requireCloseNotify: requireCloseNotify ?? true,
  };
}

/** `acquireCredentials` of an entry. */
export function acquireCredentialsOver(
  sspi: SessionSspi,
): (options: CredentialOptions) => CredentialHandle {
  const call = "acquireCredentials()";
  return (options) => credentialOf(sspi, credentialOptions(options, call), call);
}

/**
 * A credential handle.
 * @param options read by `credentialOptions`
 * @throws TlsError certificates or keys that cannot be used, or whatever else AcquireCredentialsHandle refuses
 */
function credentialOf(
  sspi: SessionSspi,
  options: CredentialOptions,
  call: string,
): CredentialHandle {
  const { role, sni, ca, cert, key, versions, helperTimeout, ...sealwire } = options;
  const isServer = role === "server";
  checkOwnCertificate(options, call);
  const { status, credential, error } = sspi.acquireCredentialsHandle({
    package: UNISP_NAME,
    credentialUse: isServer ? SECPKG_CRED_INBOUND : SECPKG_CRED_OUTBOUND,
    authData: {
      dwVersion: SCH_CREDENTIALS_VERSION,
      dwFlags: isServer ? 0 : SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS,
      pTlsParameters: [{ grbitDisabledProtocols: disabled(versions, call) }],
      ...(cert === undefined
        ? {}
        : { paCred: [reading(`${call}: cert`, () => ownCertificate(sspi, cert, key))] }),
      ...(ca === undefined ? {} : { hRootStore: reading(`${call}: ca`, () => trust(ca)) }),
      sealwire: {
        patience: patienceOf(helperTimeout ?? MAX_HELPER_TIME),
        // Callers that handle warnings give onWarning.
        onWarning: ({ message }) =>
          runtime.console?.warn(`sealwire: ${message}; the session goes on`),
        ...sealwire,
        // A credential serves many sessions, and any of them may ask for a certificate.
        limits: {
          ...adapterLimits(isServer, sealwire.requireClientCertificate === true),
          ...sealwire.limits,
        },
        ...(sni === undefined ? {} : { serverName: sni }),
      },
    },
  });
  if (credential !== undefined) return credential;
  const message = inFriendlyWords(error?.message ?? statusName(status));
  throw new TlsError(`${call}: ${message}`, {
    status,
    ...(error === undefined ? {} : { reason: error.reason }),
  });
}

/** A server that cannot prove who it is would refuse every client; a key without certificate would be ignored. */
function checkOwnCertificate(options: CredentialOptions, call: string): void {
  const { role, cert, key, selectCredential, selectPreSharedKey } = options;
  if (cert === undefined && key !== undefined) {
    throw new TlsError(`${call}: key is given without cert; give the certificate of the key too`, {
      reason: "ContradictoryOptions",
    });
  }
  if (role === "server" && (cert ?? selectCredential ?? selectPreSharedKey) === undefined) {
    throw new TlsError(
      `${call}: a server needs a certificate; give cert and key, selectCredential or selectPreSharedKey`,
      { reason: "MissingCertificate" },
    );
  }
}

/** What a loader throws, with the option before it. */
function reading<T>(option: string, load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    const { status, reason, code } = error;
    throw new TlsError(`${option}: ${error.message}`, { status, reason, code, cause: error });
  }
}

function ownCertificate(
  sspi: SessionSspi,
  cert: GivenFile | CertContext,
  key: CredentialOptions["key"],
): CertContext {
  if (typeof cert === "object" && "chain" in cert) {
    return key === undefined ? cert : { ...cert, privateKey: key };
  }
  return sspi.certContextFromPem(cert, key);
}

function trust(ca: GivenFile | readonly GivenFile[] | TrustStore): TrustStore {
  return ca instanceof TrustStore ? ca : trustStoreFromPem(ca);
}

/** SP_PROT_* bits of the versions that are not listed. */
function disabled(versions: readonly Version[] | undefined, call: string): number {
  if (versions === undefined) return 0;
  if (versions.length === 0) {
    throw new TlsError(`${call}: versions is empty; give "TLSv1.2", "TLSv1.3" or both`, {
      reason: "UnknownVersion",
    });
  }
  return Object.entries(VERSION_BITS)
    .filter(([version]) => !versions.includes(version as Version))
    .reduce((mask, [, bits]) => mask | bits, 0);
}
