/**
 * Does a certificate name the host (RFC 9525 §6)? DNS names with one wildcard label on the left, as browsers take them;
 * IP addresses as iPAddress only; the common name is never looked at. A period at the end, which makes a name absolute,
 * does not count on either side. A host of other characters than ASCII is mapped to its A-labels first.
 */
import { equalBytes } from "../../bytes/byte-arrays.ts";
import { harmless, harmlessList } from "../../bytes/text.ts";
import {
  asciiHost,
  comparedName,
  endsInNumber,
  isDnsName,
  withoutDot,
} from "../../protocol/host-name.ts";

/** The names that a host is compared with. */
export interface PresentedNames {
  readonly dnsNames: readonly string[];
  /** 4 or 16 bytes each. */
  readonly ipAddresses: readonly Uint8Array[];
}

/** The bytes of an IPv4 or IPv6 literal, or null if the text is none. */
export function ipBytes(text: string): Uint8Array | null {
  const literal = /^\[.*\]$/.test(text) ? text.slice(1, -1) : text;
  return literal.includes(":") ? ipv6Bytes(literal) : ipv4Bytes(literal);
}

/** Four decimal numbers without leading zeros (RFC 3986 §3.2.2). */
function ipv4Bytes(literal: string): Uint8Array | null {
  const parts = literal.split(".");
  const good = parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return good && parts.length === 4 ? Uint8Array.from(parts, Number) : null;
}

function ipv6Bytes(literal: string): Uint8Array | null {
  const halves = literal.split("::");
  if (halves.length > 2) return null;
  const head = ipv6Words(halves[0] ?? "", halves.length === 1);
  const tail = ipv6Words(halves[1] ?? "", true);
  if (head === null || tail === null) return null;
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null;
  const all = [...head, ...new Array<number>(gap).fill(0), ...tail];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}

/** 16-bit words; an IPv4 address may stand for the last two of the whole. */
function ipv6Words(half: string, atEnd: boolean): number[] | null {
  if (half === "") return [];
  const words: number[] = [];
  const parts = half.split(":");
  for (const [index, part] of parts.entries()) {
    const last = atEnd && index === parts.length - 1;
    const address = last && part.includes(".") ? ipv4Bytes(part) : null;
    if (address !== null) {
      const [a = 0, b = 0, c = 0, d = 0] = address;
      words.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      words.push(Number.parseInt(part, 16));
    } else return null;
  }
  return words;
}

/** Text of an address in the form of RFC 5952; of a range (twice as many bytes) as address/mask. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length === 16) return formatIpv6(bytes);
  if (bytes.length === 8 || bytes.length === 32) {
    const half = bytes.length / 2;
    return `${formatIp(bytes.subarray(0, half))}/${formatIp(bytes.subarray(half))}`;
  }
  return `of ${bytes.length} bytes`;
}

function formatIpv6(bytes: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  // @rfc 5952 §4.2: the first of the longest runs of two zeros or more
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (words[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  if (best.length === 1) return words.join(":");
  const head = words.slice(0, best.start).join(":");
  return `${head}::${words.slice(best.start + best.length).join(":")}`;
}

/** True if the certificate is for this DNS name or IP literal. */
export function matchesHost({ dnsNames, ipAddresses }: PresentedNames, host: string): boolean {
  const wanted = comparedName(host) ?? "";
  const address = ipBytes(wanted);
  if (address !== null) return ipAddresses.some((own) => equalBytes(own, address));
  if (!isDnsName(wanted) || endsInNumber(wanted)) return false;
  return dnsNames.some((pattern) => matchesDnsName(withoutDot(pattern.toLowerCase()), wanted));
}

/** Bytes of the names that a refusal shows. */
const MAX_NAME_LIST = 100;

/** Why a certificate is not for a host, in words. */
export function mismatch({ dnsNames, ipAddresses }: PresentedNames, host: string): string {
  const names = [...dnsNames, ...ipAddresses.map((address) => `IP address ${formatIp(address)}`)];
  const list =
    names.length === 0 ? "no DNS name or IP address" : harmlessList(names, MAX_NAME_LIST);
  const text = `the certificate is for ${list}, not for ${harmless(host)}`;
  if (names.length === 0) return `${text}; names are taken from the subjectAltName extension alone`;
  if (asciiHost(host) === null) return `${text}, which is not a name: it cannot be mapped to ASCII`;
  if (ipBytes(comparedName(host) ?? "") !== null) {
    return dnsNames.some((name) => ipBytes(name) !== null)
      ? `the certificate has ${list} as a DNS name; an address, as ${harmless(host)}, must be an iPAddress in the certificate`
      : text;
  }
  return endsInNumber(host.toLowerCase())
    ? `${harmless(host)} ends in a number, so it is neither a DNS name nor an address; the certificate is for ${list}`
    : text;
}

function matchesDnsName(pattern: string, name: string): boolean {
  if (pattern === name) return !pattern.includes("*");
  if (!pattern.startsWith("*.")) return false;
  const base = pattern.slice(2);
  const dot = name.indexOf(".");
  // The wildcard stands for one whole label, and at least two labels follow it.
  return dot > 0 && name.slice(dot + 1) === base && /^[^.*]+(\.[^.*]+)+$/.test(base);
}
