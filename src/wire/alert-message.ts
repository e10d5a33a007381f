/**
 * Alert (RFC 8446 §6): level (1) | description (1). A record holds one whole alert.
 */
import { fail } from "../protocol/failure.ts";

export interface Alert {
  readonly level: number;
  readonly description: number;
}

/** @param content of an alert record */
export function decodeAlert(content: Uint8Array): Alert {
  const [level, description] = content;
  if (content.length !== 2 || level === undefined || description === undefined) {
    fail("BadAlert", `an alert record of ${content.length} bytes instead of 2`);
  }
  if (level !== 1 && level !== 2) fail("BadAlert", `an alert of level ${level}`);
  return { level, description };
}
