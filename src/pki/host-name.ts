/**
 * Does a certificate name the host (RFC 9525 §6)? DNS names with one wildcard label on the left, IP addresses as
 * iPAddress only; the common name is never looked at.
 */
import type { ParsedCertificate } from "./certificate.ts";

/** The bytes of an IPv4 or IPv6 literal, or null if the text is none. */
export function ipBytes(text: string): Uint8Array | null {
  const literal = text.replace(/^\[|\]$/g, "");
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(literal)) {
    const parts = literal.split(".").map(Number);
    return parts.every((part) => part < 256) ? Uint8Array.from(parts) : null;
  }
  return literal.includes(":") ? ipv6Bytes(literal) : null;
}

function ipv6Bytes(literal: string): Uint8Array | null {
  const halves = literal.split("::");
  if (halves.length > 2) return null;
  const words = (half: string): number[] | null => {
    if (half === "") return [];
    const parts = half.split(":");
    return parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part))
      ? parts.map((part) => Number.parseInt(part, 16))
      : null;
  };
  const head = words(halves[0] ?? "");
  const tail = halves.length === 2 ? words(halves[1] ?? "") : [];
  if (head === null || tail === null) return null;
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null;
  const all = [...head, ...new Array<number>(gap).fill(0), ...tail];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}

/** True if the certificate is for this DNS name or IP literal. */
export function matchesHost(certificate: ParsedCertificate, host: string): boolean {
  const address = ipBytes(host);
  if (address !== null) {
    return certificate.ipAddresses.some(
      (own) => own.length === address.length && own.every((byte, i) => byte === address[i]),
    );
  }
  const wanted = host.toLowerCase().replace(/\.$/, "");
  return certificate.dnsNames.some((pattern) => matchesDnsName(pattern.toLowerCase(), wanted));
}

function matchesDnsName(pattern: string, name: string): boolean {
  if (!pattern.startsWith("*.")) return pattern === name;
  const dot = name.indexOf(".");
  // The wildcard stands for one whole label, and at least two labels follow it.
  return dot > 0 && name.slice(dot + 1) === pattern.slice(2) && pattern.slice(2).includes(".");
}
