/**
 * Names of hosts as callers write them. What is compared, sent and put into certificates is ASCII: a name of other
 * characters is mapped to its A-labels by the runtime's URL parser (WHATWG URL §3.3, UTS #46), or is not a name.
 */

const ASCII = /^[\0-\x7f]*$/;
/** ASCII characters that may stand beside others in a name: the parser gives a meaning of its own to the rest. */
const PLAIN = /^[a-z0-9_.-]*$/i;
/** Characters of a name before the parser is asked; a name has at most 253 after it. */
const MAX_HOST_NAME = 253;

interface UrlParser {
  new (text: string): { readonly hostname: string };
}

/**
 * The name in ASCII. One that is ASCII stays as it is, whatever it is. Null: it cannot be mapped, because it is not a
 * name, because it would become an address, or because the runtime has no `URL`.
 */
export function asciiHost(name: string): string | null {
  if (ASCII.test(name)) return name;
  if (name.startsWith("*.")) {
    const base = asciiHost(name.slice(2));
    return base === null ? null : `*.${base}`;
  }
  const { URL: Parser } = globalThis as { readonly URL?: UrlParser };
  const plain = PLAIN.test(name.replace(/[^\0-\x7f]/g, ""));
  if (Parser === undefined || !plain || name.length > MAX_HOST_NAME) return null;
  try {
    const { hostname } = new Parser(`https://${name}/`);
    return isHostName(hostname) ? hostname : null;
  } catch {
    return null;
  }
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** True for IPv4 and IPv6 literals, the latter with or without brackets and zone. */
export function isIpLiteral(name: string): boolean {
  return IPV4.test(name) || name.includes(":");
}

/** True for an ASCII DNS name that SNI may contain. Underscores occur in practice and are harmless. */
export function isHostName(name: string): boolean {
  const plain = withoutDot(name);
  return (
    plain.length > 0 &&
    plain.length <= 253 &&
    !isIpLiteral(plain) &&
    plain.split(".").every((label) => LABEL.test(label))
  );
}

/**
 * True for a name in the preferred syntax (RFC 1034 §3.5, RFC 1123 §2.1), as RFC 5280 §4.2.1.6 demands it: letters,
 * digits and inner hyphens, no period at the end, and not what looks like an address.
 */
export function isPreferredName(name: string): boolean {
  const labels = name.split(".");
  const good = labels.every((label) => LABEL.test(label) && !label.includes("_"));
  return good && name.length <= 253 && !/^\d+$/.test(labels.at(-1) ?? "");
}

/**
 * What a host is compared as, wherever a caller names one: in ASCII, lower case, without the period that makes it
 * absolute, an IP literal without brackets and zone. Null: it cannot be mapped to ASCII.
 */
export function comparedName(host: string): string | null {
  const ascii = asciiHost(host);
  if (ascii === null) return null;
  const inner = /^\[(.*)\]$/.exec(ascii)?.[1] ?? "";
  const bare = (isIpLiteral(inner) ? inner : ascii).toLowerCase();
  if (bare.includes(":")) return bare.split("%")[0] ?? "";
  // Two periods are not one: what is compared twice must not become a name.
  return bare.endsWith("..") ? bare : withoutDot(bare);
}

/**
 * Labels as some host may have them, of letters, digits, hyphens and underscores: what else is asked for is never
 * matched.
 */
export function isDnsName(name: string): boolean {
  return name.length <= 253 && name.split(".").every((label) => /^[a-z0-9_-]{1,63}$/i.test(label));
}

/** What ends in a number is an address that could not be read, never a name (as browsers hold it). */
export function endsInNumber(name: string): boolean {
  const bare = withoutDot(name);
  return /^(\d+|0x[0-9a-f]*)$/.test(bare.slice(bare.lastIndexOf(".") + 1));
}

/** The name without the period that makes it absolute. */
export function withoutDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}
