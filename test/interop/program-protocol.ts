/**
 * What our peer programs (in `peers`) are asked and answer: JSON, one object per line, an id in each.
 */

export interface PeerRequest {
  readonly id: number;
  readonly do: "serve" | "dial" | "seen" | "runtime";
  readonly port?: number;
  readonly serverName?: string;
  readonly version: number;
  /** IANA's numbers … */
  readonly cipherSuites?: readonly number[];
  readonly groups?: readonly number[];
  /** … or names, IANA's or OpenSSL's, with colons between them. */
  readonly suiteNames?: string;
  readonly groupNames?: string;
  /** PEM. */
  readonly certificate?: string;
  readonly key?: string;
  readonly authority: string;
  readonly dhparam?: string;
  readonly clientAuth?: boolean;
  readonly noTickets?: boolean;
  readonly alpn?: readonly string[];
  /** Base64 of the DER response to staple. */
  readonly ocsp?: string;
  /** Bytes that "dial" sends and demands back. */
  readonly length?: number;
  /** Bytes after which the peer updates its keys. */
  readonly updateAfter?: number;
  /** Connections that "dial" makes one after the other with the same sessions. */
  readonly times?: number;
}

/** What a peer says was negotiated, as far as it can tell: by number or by name. */
export interface Seen {
  readonly version?: number;
  readonly versionName?: string;
  readonly cipherSuite?: number;
  readonly suiteName?: string;
  readonly group?: number;
  readonly groupName?: string;
  readonly resumed?: boolean;
  /** By a HelloRetryRequest. */
  readonly retried?: boolean;
  readonly alpn?: string;
  readonly peerCertificates?: number;
  /** Base64. */
  readonly ocsp?: string;
}

export interface PeerAnswer {
  readonly id: number;
  readonly port?: number;
  readonly runtime?: string;
  readonly seen?: Seen;
  readonly error?: string;
}
