/**
 * What a caller of `secure` says, as credentials and requirements of the SSPI face.
 */
import { MAX_FACE_SERVER_MESSAGE } from "../../protocol/limits.ts";
import { TLS12, TLS13 } from "../../protocol/version.ts";
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
  type SealwireOptions,
  SP_PROT_TLS1_2_CLIENT,
  SP_PROT_TLS1_2_SERVER,
  SP_PROT_TLS1_3_CLIENT,
  SP_PROT_TLS1_3_SERVER,
  statusName,
  TlsError,
  TrustStore,
  trustStoreFromPem,
  UNISP_NAME,
} from "../../wiring/names.ts";
import type { Sspi } from "../../wiring/sspi.ts";
import type { PumpFace } from "../handshake-calls.ts";
import { MAX_HELPER_TIME, patienceOf } from "../helper-time.ts";

/** The functions that sessions over streams use. */
export type WebSspi = PumpFace & Pick<Sspi, "acquireCredentialsHandle" | "certContextFromPem">;

export type Role = "client" | "server";
export type Version = "TLSv1.2" | "TLSv1.3";

/** Beside these, everything that the `sealwire` member of the credentials takes. */
export interface CredentialOptions extends Omit<SealwireOptions, "serverName"> {
  /** Default: client. */
  readonly role?: Role | undefined;
  /** Client: what the server is told instead of `serverName`; null: nothing. */
  readonly sni?: string | null | undefined;
  /** Whom to trust: PEM texts or a TrustStore. A client without it refuses every server. */
  readonly ca?: GivenFile | readonly GivenFile[] | TrustStore | undefined;
  /** Own certificate chain: PEM, DER, or a CertContext, which brings its key. */
  readonly cert?: GivenFile | CertContext | undefined;
  /** Its private key, if it is not in the PEM text of `cert`: see CertContext. */
  readonly key?: unknown;
  /**
   * Milliseconds for what a function or a store of the options promised; 0: no limit. Default 120000. What the session can do without gets half of
   * it, at most 10000; then the session goes on without, and `onWarning` is told, or the console.
   */
  readonly helperTimeout?: number | undefined;
  /** Default: both. */
  readonly versions?: readonly Version[] | undefined;
}

export interface SecureOptions extends CredentialOptions {
  /** Made by `acquireCredentials` of the same role: sessions that share one can resume. Instead of the options above. */
  readonly credential?: CredentialHandle | undefined;
  /** Client: the name that the server's certificate must have, and that it is told (SNI). DNS name or IP literal. */
  readonly serverName?: string | undefined;
  /** Server: asks the client for a certificate; see also `requireClientCertificate`. */
  readonly requestCert?: boolean | undefined;
  /** ALPN, in order of preference. */
  readonly alpn?: readonly string[] | undefined;
  /** Aborting ends the session at once, whatever it does; `AbortSignal.timeout` bounds its whole life. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes that were read off the transport before and belong to TLS. A client has none: its peer speaks second. */
  readonly leftover?: Uint8Array | undefined;
  /** Bytes of plaintext that are read ahead; default 65536. */
  readonly highWaterMark?: number | undefined;
  /** Bytes of data per record, at most; default: what the record, or a message of the transport, holds. */
  readonly maxFragment?: number | undefined;
  /** Milliseconds until the handshake has to be finished; default 30000. 0 or Infinity: no limit. */
  readonly handshakeTimeout?: number | undefined;
  /** Milliseconds that the transport has to end after both directions are closed; default 10000. 0 or Infinity: no limit. */
  readonly closeTimeout?: number | undefined;
}

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
}

/**
 * What the handshake is told.
 * @throws TlsError as `credentialOf`; options that contradict each other
 */
export function startOf(sspi: WebSspi, options: SecureOptions): Start {
  const { credential, serverName, requestCert, alpn, ...rest } = options;
  const { signal: _, leftover: __, highWaterMark: ___, maxFragment: ____, ...more } = rest;
  const { handshakeTimeout: _____, closeTimeout: ______, ...own } = more;
  const { role = "client", ...others } = own;
  const [other] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (credential !== undefined && other !== undefined) {
    throw new TlsError(`${other} belongs to acquireCredentials, for a credential is given`, {
      reason: "ContradictoryOptions",
    });
  }
  return {
    role,
    credential: credential ?? credentialOf(sspi, own),
    ownsCredential: credential === undefined,
    targetName: serverName ?? null,
    contextReq: role === "server" && requestCert === true ? ASC_REQ_MUTUAL_AUTH : 0,
    applicationProtocols: alpn ?? null,
  };
}

/**
 * A credential handle.
 * @throws TlsError certificates or keys that cannot be used, or whatever else AcquireCredentialsHandle refuses
 */
export function credentialOf(sspi: WebSspi, options: CredentialOptions): CredentialHandle {
  const { role, sni, ca, cert, key, versions, helperTimeout, ...sealwire } = options;
  const isServer = role === "server";
  const { status, credential, error } = sspi.acquireCredentialsHandle({
    package: UNISP_NAME,
    credentialUse: isServer ? SECPKG_CRED_INBOUND : SECPKG_CRED_OUTBOUND,
    authData: {
      dwVersion: SCH_CREDENTIALS_VERSION,
      dwFlags: isServer ? 0 : SCH_CRED_AUTO_CRED_VALIDATION | SCH_CRED_NO_DEFAULT_CREDS,
      pTlsParameters: [{ grbitDisabledProtocols: disabled(versions) }],
      ...(cert === undefined ? {} : { paCred: [ownCertificate(sspi, cert, key)] }),
      ...(ca === undefined ? {} : { hRootStore: trust(ca) }),
      sealwire: {
        patience: patienceOf(helperTimeout ?? MAX_HELPER_TIME),
        // biome-ignore lint/suspicious/noConsole: whoever listens gives onWarning
        onWarning: ({ message }) => console.warn(`sealwire: ${message}; the session goes on`),
        ...sealwire,
        ...(isServer
          ? { limits: { handshakeMessage: MAX_FACE_SERVER_MESSAGE, ...sealwire.limits } }
          : {}),
        ...(sni === undefined ? {} : { serverName: sni }),
      },
    },
  });
  if (credential !== undefined) return credential;
  throw new TlsError(error?.message ?? `AcquireCredentialsHandle: ${statusName(status)}`, {
    status,
    ...(error === undefined ? {} : { reason: error.reason }),
  });
}

function ownCertificate(sspi: WebSspi, cert: GivenFile | CertContext, key: unknown): CertContext {
  if (typeof cert === "object" && "chain" in cert) {
    return key === undefined ? cert : { ...cert, privateKey: key };
  }
  return sspi.certContextFromPem(cert, key);
}

function trust(ca: GivenFile | readonly GivenFile[] | TrustStore): TrustStore {
  return ca instanceof TrustStore ? ca : trustStoreFromPem(ca);
}

/** SP_PROT_* bits of the versions that are not listed. */
function disabled(versions: readonly Version[] | undefined): number {
  if (versions === undefined) return 0;
  const strange = versions.find((version) => !Object.hasOwn(VERSION_BITS, version));
  if (strange !== undefined || versions.length === 0) {
    throw new TlsError(
      `versions: ${strange ?? "the list is empty"}; give "TLSv1.2", "TLSv1.3" or both`,
      { reason: "UnknownVersion" },
    );
  }
  return Object.entries(VERSION_BITS)
    .filter(([version]) => !versions.includes(version as Version))
    .reduce((mask, [, bits]) => mask | bits, 0);
}
