/**
 * What the trust of a store is limited to: keys that must be in the path (pins), names, purposes, dates of issue. Looked at
 * when a path is complete, so that another path may still do.
 */

import { toBase64 } from "../bytes/base64.ts";
import { toHex } from "../bytes/text.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { ParsedCertificate } from "./certificate.ts";
import { ipBytes } from "./host-name.ts";
import type { Problem } from "./path-checks.ts";

export interface TrustConstraints {
  /**
   * SHA-256 of SubjectPublicKeyInfo in base64, with or without "sha256/" before it: one of these keys must be in the path. A
   * store that has pins and no certificates trusts the keys themselves.
   */
  readonly pins?: readonly string[];
  /** DNS names below which, and IP literals for which, certificates may be issued: every name of the leaf must fit. */
  readonly names?: readonly string[];
  /** Whose certificates the anchors may vouch for; default both. */
  readonly purposes?: readonly ("server" | "client")[];
  /** Certificates (of peers) issued later are not trusted: for an authority that is being phased out. */
  readonly issuedBefore?: Date;
}

/** Is the certificate's key pinned? */
export function isPinned(
  provider: CryptoProvider,
  pins: readonly string[],
  { spki }: ParsedCertificate,
): boolean {
  const digest = provider.digest("sha256", spki);
  const text = toBase64(digest);
  // Compared whole: a digest may begin with a slash itself.
  const forms = [text, `sha256/${text}`, `sha256//${text}`];
  return pins.some((pin) => forms.includes(pin));
}

/** What a path, leaf first, holds against the limits of its store, or null. */
export function constraintProblem(
  provider: CryptoProvider,
  constraints: TrustConstraints,
  path: readonly ParsedCertificate[],
  purpose: "server" | "client",
): Problem | null {
  const { pins, names, purposes, issuedBefore } = constraints;
  const [leaf] = path;
  if (leaf === undefined) return null;
  const refuse = (message: string): Problem => ({ reason: "UntrustedByConstraint", message });
  if (pins !== undefined && !path.some((one) => isPinned(provider, pins, one))) {
    return refuse(`no key of the path of ${leaf.subjectText} is pinned`);
  }
  if (purposes !== undefined && !purposes.includes(purpose)) {
    return refuse(`the trust store is not for certificates of TLS ${purpose}s`);
  }
  if (issuedBefore !== undefined && leaf.notBefore >= issuedBefore.getTime()) {
    return refuse(
      `${leaf.subjectText} was issued after ${issuedBefore.toISOString()}, when the trust store's trust ends`,
    );
  }
  const stranger = names === undefined ? undefined : strangerIn(leaf, names);
  return stranger === undefined
    ? null
    : refuse(`${leaf.subjectText} is also for ${stranger}, which the trust store is not for`);
}

/** A name of the certificate that is outside the allowed ones. */
function strangerIn(leaf: ParsedCertificate, names: readonly string[]): string | undefined {
  const domains = names.map((name) => name.toLowerCase().replace(/^\./, ""));
  const isWithin = (name: string): boolean =>
    domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
  const addresses = names.flatMap((name) => {
    const bytes = ipBytes(name);
    return bytes === null ? [] : [toHex(bytes)];
  });
  return (
    leaf.dnsNames.find((name) => !isWithin(name.toLowerCase().replace(/^\*\./, ""))) ??
    leaf.ipAddresses.map(toHex).find((address) => !addresses.includes(address))
  );
}
