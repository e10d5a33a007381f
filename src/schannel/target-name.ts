/**
 * pszTargetName: which name is checked, which one goes into SNI (RFC 6066 §3: DNS names only, no trailing dot, no IP
 * literals).
 */

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** True for IPv4 and IPv6 literals, the latter with or without brackets and zone. */
export function isIpLiteral(name: string): boolean {
  return IPV4.test(name) || name.includes(":");
}

/** True for a DNS name in ASCII that may stand in SNI. Underscores occur and do no harm. */
export function isHostName(name: string): boolean {
  const plain = withoutDot(name);
  return (
    plain.length > 0 &&
    plain.length <= 253 &&
    !isIpLiteral(plain) &&
    plain.split(".").every((label) => LABEL.test(label))
  );
}

/** Name for the check of the certificate: lower case, no trailing dot, no brackets and zone round an IPv6 literal. */
export function verifiedName(target: string): string {
  const bare = /^\[(.*)\]$/.exec(target)?.[1] ?? target;
  const name = isIpLiteral(bare) ? bare.replace(/%.*$/, "") : withoutDot(bare);
  return name.toLowerCase();
}

/** Name for SNI, or null if the target has none. */
export function sniOf(target: string): string | null {
  return isHostName(target) ? withoutDot(target).toLowerCase() : null;
}

function withoutDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}
