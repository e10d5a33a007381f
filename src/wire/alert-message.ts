/**
 * Alert (RFC 8446 §6, RFC 5246 §7.2): level (1) | description (1). A record holds one whole alert.
 */
import { AlertLevel } from "../protocol/alert.ts";
import { fail } from "../protocol/failure.ts";

/** Level and description as the peer sent them; the description may be unknown. */
export interface Alert {
  readonly level: number;
  readonly description: number;
}

/** Bytes of an alert. */
const ALERT_LENGTH = 2;

/**
 * Decodes an alert.
 * @param content plaintext of an alert record
 * @throws TlsFailure BadAlert: not two bytes, or a level that does not exist
 */
export function decodeAlert(content: Uint8Array): Alert {
  const [level, description] = content;
  if (content.length !== ALERT_LENGTH || level === undefined || description === undefined) {
    fail("BadAlert", `an alert record of ${content.length} bytes instead of ${ALERT_LENGTH}`);
  }
  if (level !== AlertLevel.Warning && level !== AlertLevel.Fatal) {
    fail("BadAlert", `an alert of level ${level} instead of warning (1) or fatal (2)`);
  }
  return { level, description };
}
