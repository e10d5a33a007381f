/**
 * What the trust of a store is limited to: keys that must be in the path (pins), names, purposes, dates of issue.
 * Looked at when a path is complete, so that another path may still do.
 */

import { toBase64 } from "../../bytes/base64.ts";
import { harmless, toHex } from "../../bytes/text.ts";
import type { CryptoProvider } from "../../crypto/provider.ts";
import type { Fault } from "../../protocol/failure.ts";
import { comparedName, withoutDot } from "../../protocol/host-name.ts";
import { fitting, list, oneOf, readOptions, type Shape, text } from "../../sspi/option-shape.ts";
import type { ParsedCertificate } from "../certificate.ts";
import { MAX_SHORT_NAME } from "../distinguished-name.ts";
import { ipBytes } from "./host-name.ts";

/** What the trust of a store is limited to. */
export interface TrustConstraints {
  /**
   * SHA-256 of SubjectPublicKeyInfo in base64, with or without "sha256/" before it: one of these keys must be in the
   * path. A store that has pins and no certificates trusts the keys themselves.
   */
  readonly pins?: readonly string[];
  /** DNS names below which, and IP literals for which, certificates may be issued: every name of the leaf must fit. */
  readonly names?: readonly string[];
  /** Whose certificates the anchors may vouch for; default both. */
  readonly purposes?: readonly ("server" | "client")[];
  /** Certificates (of peers) issued later are not trusted: for an authority that is being phased out. */
  readonly issuedBefore?: Date;
}

export const CONSTRAINTS: Shape<TrustConstraints> = /* @__PURE__ */ (() => ({
  pins: list(text, "an array of SHA-256 values in base64"),
  names: list(text, "an array of DNS names and IP literals"),
  purposes: list(oneOf("server", "client"), 'an array of "server" and "client"'),
  issuedBefore: fitting(
    "a valid Date",
    (value) => value instanceof Date && Number.isFinite(value.getTime()),
  ),
}))();

/** @throws TlsError UnknownOption, WrongOption, OptionThatThrows */
export function readConstraints(given: TrustConstraints): TrustConstraints {
  return readOptions(given, { shape: CONSTRAINTS, path: "constraints" });
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

/** Everything that a path, leaf first, has against the limits of its store. */
export function constraintProblems(
  provider: CryptoProvider,
  constraints: TrustConstraints,
  path: readonly ParsedCertificate[],
  purpose: "server" | "client",
): Fault[] {
  const { pins, names, purposes, issuedBefore } = constraints;
  const [leaf] = path;
  const problems: Fault[] = [];
  const limits = pins ?? names ?? purposes ?? issuedBefore;
  if (leaf === undefined || limits === undefined) return problems;
  const refuse = (message: string): void => {
    problems.push({ reason: "UntrustedByConstraint", message });
  };
  if (pins !== undefined && !path.some((one) => isPinned(provider, pins, one))) {
    refuse(`no key of the path of ${leaf.subjectText} is pinned`);
  }
  if (purposes !== undefined && !purposes.includes(purpose)) {
    refuse(`the trust store is not for certificates of TLS ${purpose}s`);
  }
  if (issuedBefore !== undefined && leaf.notBefore >= issuedBefore.getTime()) {
    refuse(
      `${leaf.subjectText} was issued after ${issuedBefore.toISOString()}, when the trust store's trust ends`,
    );
  }
  const stranger = names === undefined ? undefined : strangerIn(leaf, names);
  if (stranger !== undefined) {
    refuse(
      `${leaf.subjectText} is also for ${harmless(stranger, MAX_SHORT_NAME)}, which the trust store is not for`,
    );
  }
  return problems;
}

/** A name of the certificate that is outside the allowed ones. */
function strangerIn(leaf: ParsedCertificate, names: readonly string[]): string | undefined {
  const canonical = (name: string): string => withoutDot(name.toLowerCase());
  const own = names.map((name) => comparedName(name) ?? name);
  const domains = own.map((name) => name.replace(/^\./, ""));
  const isWithin = (name: string): boolean =>
    domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
  const addresses = own.flatMap((name) => {
    const bytes = ipBytes(name);
    return bytes === null ? [] : [toHex(bytes)];
  });
  return (
    leaf.dnsNames.find((name) => !isWithin(canonical(name).replace(/^\*\./, ""))) ??
    leaf.ipAddresses.map(toHex).find((address) => !addresses.includes(address))
  );
}
