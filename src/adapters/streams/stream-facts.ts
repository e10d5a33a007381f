/**
 * What a session over streams is given, what it reports when the handshake is finished, and the size of its records.
 */
import {
  SECPKG_ATTR_CIPHER_INFO,
  SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  SECPKG_ATTR_STREAM_SIZES,
  type SealwireConnection,
} from "../../api/common.ts";
import type { TlsSession } from "../../session/tls-session.ts";
import type { MessageStreams } from "./messages.ts";
import type { Version } from "./option-types.ts";
import { VERSION_NAMES } from "./options.ts";

/** What was negotiated, as `opened` reports it. */
export interface SecureInfo extends Omit<SealwireConnection, "version" | "cipherSuite"> {
  /** The word that the option `versions` takes. */
  readonly version: Version;
  /** IANA number. */
  readonly cipherSuite: number;
  /** IANA name, e.g. "TLS_AES_128_GCM_SHA256". */
  readonly cipherSuiteName: string;
  /** DER, leaf first; empty if the peer showed none. */
  readonly peerCertificates: readonly Uint8Array[];
}

export interface SessionSettings {
  readonly signal?: AbortSignal | undefined;
  readonly leftover?: Uint8Array | undefined;
  readonly highWaterMark?: number | undefined;
  readonly maxFragment?: number | undefined;
  /** Milliseconds; Infinity: no limit. */
  readonly handshakeTimeout?: number;
  readonly closeTimeout?: number;
}

/** Bytes of plaintext that are sealed in one go where messages have no limit: four full records. */
const BATCH = 65_536;

/** Null while the handshake goes on. */
export function infoOf(tls: TlsSession): SecureInfo | null {
  const { connection } = tls;
  const { version, cipherSuite } = connection ?? {};
  if (connection === null || version == null || cipherSuite == null) return null;
  return {
    ...connection,
    version: VERSION_NAMES[version] as Version,
    cipherSuite,
    cipherSuiteName: tls.query(SECPKG_ATTR_CIPHER_INFO)?.szCipherSuite ?? "",
    peerCertificates: tls.query(SECPKG_ATTR_REMOTE_CERT_CONTEXT)?.hCertStore ?? [],
  };
}

/**
 * Makes records of a size that fits the transport's messages.
 * @returns the most bytes to seal in one go, so that one record, or a few, make one message
 */
export function fitRecords(
  tls: TlsSession,
  { maxMessageSize }: Partial<MessageStreams>,
  wanted: number = Number.POSITIVE_INFINITY,
): number {
  if (wanted < Number.POSITIVE_INFINITY) tls.maxFragment = wanted;
  const sizes = maxMessageSize === undefined ? null : tls.query(SECPKG_ATTR_STREAM_SIZES);
  if (maxMessageSize === undefined || sizes === null) return BATCH;
  const overhead = sizes.cbHeader + sizes.cbTrailer;
  const fragment = Math.min(sizes.cbMaximumMessage, maxMessageSize - overhead, wanted);
  tls.maxFragment = fragment;
  return fragment * Math.max(1, Math.floor(maxMessageSize / (fragment + overhead)));
}
