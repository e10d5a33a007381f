/**
 * The NSS key log form (SSLKEYLOGFILE): one line per secret, to the caller's callback.
 */
import { toHex } from "../bytes/text.ts";

export type KeyLogLabel =
  | "CLIENT_RANDOM"
  | "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
  | "SERVER_HANDSHAKE_TRAFFIC_SECRET"
  | "CLIENT_TRAFFIC_SECRET_0"
  | "SERVER_TRAFFIC_SECRET_0"
  | "EXPORTER_SECRET";

/**
 * Takes the lines. `wanted` is asked before each line is created, so that a secret becomes text only if it is read.
 */
export interface KeyLog {
  (line: string): void;
  readonly wanted?: () => boolean;
}

/**
 * Reports a secret. A callback that throws is the caller's debugging aid failing, which must not end a connection.
 * @param clientRandom 32 bytes
 */
export function logSecret(
  log: KeyLog | null,
  label: KeyLogLabel,
  clientRandom: Uint8Array,
  secret: Uint8Array,
): void {
  if (log === null) return;
  try {
    if (log.wanted?.() === false) return;
    log(`${label} ${toHex(clientRandom)} ${toHex(secret)}`);
  } catch {
    // The listener failed, not the handshake, and the failure has no other listener.
  }
}
