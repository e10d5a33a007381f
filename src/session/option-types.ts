/**
 * The options of a session, the same for `sealwire/session` and the adapters.
 */
import type {
  CertContext,
  CredentialHandle,
  GivenFile,
  PrivateKeySource,
  SealwireOptions,
  TrustStore,
} from "../api/common.ts";

/** Which side of TLS we are. */
export type Role = "client" | "server";
/** A protocol version, by its name in node:tls. */
export type Version = "TLSv1.2" | "TLSv1.3";

/** Beside these, everything that the `sealwire` member of the credentials takes. */
export interface CredentialOptions extends Omit<SealwireOptions, "serverName"> {
  /** Default: client. */
  readonly role?: Role | undefined;
  /** Client: the name that is sent instead of `serverName`; null: none. */
  readonly sni?: string | null | undefined;
  /** The trusted anchors: PEM texts or a TrustStore. A client without it refuses every server. */
  readonly ca?: GivenFile | readonly GivenFile[] | TrustStore | undefined;
  /** Own certificate chain: PEM, DER, or a CertContext, which brings its key. */
  readonly cert?: GivenFile | CertContext | undefined;
  /** Its private key, if it is not in the PEM text of `cert`: see CertContext. */
  readonly key?: PrivateKeySource | null | undefined;
  /**
   * Milliseconds for what a function or a store of the options promised; 0: no limit. Default 120000. What the session
   * can do without gets half of it, at most 10000; then the session goes on without, and `onWarning` receives a
   * warning, or the console.
   */
  readonly helperTimeout?: number | undefined;
  /** Default: both. */
  readonly versions?: readonly Version[] | undefined;
}

/** Options of one session. */
export interface SessionOptions extends CredentialOptions {
  /**
   * Made by `acquireCredentials` of the same role: sessions that share one can resume. Instead of the options above.
   */
  readonly credential?: CredentialHandle | undefined;
  /** Client: the name that the server's certificate must have, and that is sent to it (SNI). DNS name or IP literal. */
  readonly serverName?: string | undefined;
  /** Server: asks the client for a certificate; see also `requireClientCertificate`. */
  readonly requestCert?: boolean | undefined;
  /** ALPN, in order of preference. */
  readonly alpn?: readonly string[] | undefined;
  /**
   * True (the default): an end of the transport without close_notify is an error (reason "Truncated"), since data may
   * be missing. False: between two records it is the end of the peer's data, as in HTTP/1.0; inside a record it is
   * always an error.
   */
  readonly requireCloseNotify?: boolean | undefined;
  /** Bytes of data per record, at most; default: what the record, or a message of the transport, holds. */
  readonly maxFragment?: number | undefined;
}
