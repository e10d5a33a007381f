/**
 * pszTargetName: which name is checked, which one goes into SNI (RFC 6066 §3: DNS names only, no trailing dot, no IP
 * literals).
 */

import { isHostName, isIpLiteral, withoutDot } from "../protocol/host-name.ts";

/** Name for the check of the certificate: lower case, no trailing dot, no brackets and zone round an IPv6 literal. */
export function verifiedName(target: string): string {
  const bare = /^\[(.*)\]$/.exec(target)?.[1] ?? target;
  const name = isIpLiteral(bare) ? (bare.split("%")[0] ?? "") : withoutDot(bare);
  return name.toLowerCase();
}

/** Name for SNI, or null if the target has none. */
export function sniOf(target: string): string | null {
  return isHostName(target) ? withoutDot(target).toLowerCase() : null;
}
