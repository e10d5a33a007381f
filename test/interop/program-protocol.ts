/**
 * What our peer programs (`peers/go`, `peers/node.ts`) are asked and answer: JSON, one object per line, an id in each.
 */

export interface PeerRequest {
  readonly id: number;
  readonly do: "serve" | "dial" | "seen" | "runtime";
  readonly port?: number;
  readonly serverName?: string;
  readonly version: number;
  /** IANA numbers for Go … */
  readonly cipherSuites?: readonly number[];
  readonly groups?: readonly number[];
  /** … and OpenSSL's names, with colons between them, for Node. */
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
  readonly length?: number;
  readonly times?: number;
}

/** What a peer says was negotiated, as far as it can tell: numbers (Go) or names (Node). */
export interface Seen {
  readonly version?: number;
  readonly versionName?: string;
  readonly cipherSuite?: number;
  readonly suiteName?: string;
  readonly group?: number;
  readonly groupName?: string;
  readonly resumed?: boolean;
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
