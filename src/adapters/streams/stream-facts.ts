/**
 * What a session over streams is given, and the size of its records.
 */
import { SECPKG_ATTR_STREAM_SIZES } from "../../api/common.ts";
import type { TlsSession } from "../../session/tls-session.ts";
import type { MessageStreams } from "./messages.ts";

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
