/** The inputs of the session, and the sink that it reports to. */
import type { ByteRange } from "../bytes/byte-range.ts";
import type { CredentialHandle } from "../sspi/handles.ts";
import type { TlsError } from "../sspi/tls-error.ts";
import type { SessionFunctions, SessionRole } from "./handshake-calls.ts";

export interface TlsSessionOptions {
  /** The functions of an entry; its namespace is one. */
  readonly functions: SessionFunctions;
  readonly role: SessionRole;
  readonly credential: CredentialHandle;
  /** The credential is for this session alone, and is freed with it. */
  readonly ownsCredential?: boolean;
  readonly targetName?: string | null;
  /** ISC_REQ_* or ASC_REQ_* beside those that the loop itself needs. */
  readonly contextReq?: number;
  /** ALPN, in order of preference. */
  readonly applicationProtocols?: readonly string[] | null;
  /** Accept peer-initiated renegotiation (TLS 1.2). Default: refuse it with no_renegotiation. */
  readonly renegotiate?: boolean;
  /**
   * An end of the transport without close_notify is a failure; default: yes. If not, an end between two records is the
   * peer's close, and only one inside a record is a failure.
   */
  readonly requireCloseNotify?: boolean;
  /** New memory for records; default: a Uint8Array. What it holds does not matter. */
  readonly allocate?: (length: number) => Uint8Array;
  /** Creates the views in which data is reported; default: a Uint8Array. */
  readonly view?: (piece: ByteRange) => Uint8Array;
}

/** What a session does. A call of the session may call several of these before it returns. */
export interface SessionEvents {
  /** Bytes for the peer that the loop itself made: handshake, alerts, key updates. The memory is the sink's. */
  send(bytes: Uint8Array): void;
  /** Plaintext, never empty: a view of new memory or of what was given to `receive`, and the sink's from now on. */
  data(bytes: Uint8Array): void;
  /** The handshake is finished; called once. */
  secure(): void;
  /**
   * The peer's close_notify; called at most once.
   * @param truncated the transport ended without it, between two records
   */
  closed(truncated: boolean): void;
  /** The session is over; called at most once and last. The alert that the peer is owed was sent before. */
  failed(error: TlsError): void;
  /** Something that was waited for (`busy`) has come; called after what it led to. */
  resumed(): void;
}
