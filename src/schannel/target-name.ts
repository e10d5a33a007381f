/**
 * pszTargetName: which name is checked, which one goes into SNI (RFC 6066 §3: DNS names only, no trailing dot, no IP
 * literals).
 */

import { comparedName, isHostName, withoutDot } from "../protocol/host-name.ts";

/** Name for the check of the certificate, of one that `asciiHost` gave. */
export function verifiedName(target: string): string {
  return comparedName(target) ?? "";
}

/** Name for SNI, or null if the target has none. */
export function sniOf(target: string): string | null {
  return isHostName(target) ? withoutDot(target).toLowerCase() : null;
}
