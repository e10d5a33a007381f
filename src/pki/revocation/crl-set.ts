/**
 * The CRLs that a credential or a call was given, and their answers about a certificate (RFC 5280 §6.3): scope, signer,
 * time, entry; several lists may answer together, each for some reasons.
 */

import { equalBytes } from "../../bytes/byte-arrays.ts";
import { DecodeError } from "../../bytes/byte-reader.ts";
import { TlsFailure } from "../../protocol/failure.ts";
import { KeyUsage, type ParsedCertificate } from "../certificate.ts";
import { crlsIn } from "../files/given-file.ts";
import { type Crl, readCrl } from "./crl.ts";
import {
  ALL_REASONS,
  CLOCK_SKEW,
  type DistributionPoint,
  dateText,
  distributionPoints,
  type Evidence,
  REMOVE_FROM_CRL,
  reasonText,
  signedBy,
} from "./evidence.ts";

/** Lists that are kept; fetched ones push out the oldest. */
const MAX_LISTS = 256;

/** What was read of arrays that cannot change: a server's every connection may bring the same one. */
const READ = new WeakMap<readonly (Uint8Array | string)[], readonly Crl[]>();
/** What was read of a list's bytes. They may have changed since, so they are compared with those that were read. */
const READ_BYTES = new WeakMap<Uint8Array, Crl>();
/** Signatures of lists that were checked, by list and signer. */
const SIGNERS = new WeakMap<Crl, WeakMap<ParsedCertificate, boolean>>();

export class CrlSet {
  readonly #lists: Crl[] = [];
  readonly #strict: boolean;

  /** @param strict a list without a proper CRLNumber (RFC 5280 §5.2.3) is good for nothing but to revoke */
  constructor(strict = false) {
    this.#strict = strict;
  }

  /**
   * Adds lists of DER, or of PEM with any number of them. A frozen array is read only once: its bytes must not change.
   * @throws TlsFailure UnusableCrl
   */
  add(crls: readonly (Uint8Array | string)[]): void {
    const lists = READ.get(crls) ?? readLists(crls);
    if (Object.isFrozen(crls)) READ.set(crls, lists);
    for (const list of lists) this.#lists.push(list);
    if (this.#lists.length > MAX_LISTS) this.#lists.splice(0, this.#lists.length - MAX_LISTS);
  }

  get isEmpty(): boolean {
    return this.#lists.length === 0;
  }

  /**
   * The answer of the lists, or null if none covers the certificate.
   * @param issuer the certificate above it in the path
   * @param signers certificates that may have signed a list beside the issuer: they are held to it
   * @param time milliseconds since 1970
   */
  evidence(
    certificate: ParsedCertificate,
    issuer: ParsedCertificate,
    signers: readonly ParsedCertificate[],
    time: number,
  ): Evidence | null {
    let worst: Evidence | null = null;
    let covered = 0;
    const points = distributionPoints(certificate);
    for (const list of this.#lists) {
      const reasons = reasonsFor(list, certificate, points);
      if (reasons === 0) continue;
      const found = this.#judge(list, certificate, issuer, signers, time);
      if (found.kind === "revoked") return found;
      if (found.kind === "good") covered |= reasons;
      else worst = found;
    }
    if (covered === ALL_REASONS) return { kind: "good" };
    if (covered === 0) return worst;
    const message = `the CRLs for ${certificate.subjectText} do not cover all reasons of revocation`;
    return worst ?? { kind: "useless", message };
  }

  #judge(
    list: Crl,
    certificate: ParsedCertificate,
    issuer: ParsedCertificate,
    signers: readonly ParsedCertificate[],
    time: number,
  ): Evidence {
    const what = `the CRL of ${list.issuerName.shortText}`;
    const useless = (message: string): Evidence => ({ kind: "useless", message });
    if (list.signatureAlgorithm.algorithm === null) {
      return useless(
        `${what} is signed with ${list.signatureAlgorithm.name}, which is not accepted`,
      );
    }
    const named = [issuer, ...signers].filter((one) => one.subjectName.equals(list.issuerName));
    const allowed = named.filter((one) => one.allowsUsage(KeyUsage.CrlSign));
    if (!allowed.some((one) => this.#signed(list, one, issuer, time))) {
      return named.length > 0 && allowed.length === 0
        ? useless(`${what}: its signer's key usage does not allow to sign CRLs`)
        : {
            kind: "bad",
            message: `the signature of ${what} is wrong, or its signer unknown`,
            ...(allowed.includes(issuer) ? { reason: "BadCrlSignature" } : {}),
          };
    }
    if (time + CLOCK_SKEW < list.thisUpdate) {
      const message = `${what} holds only from ${dateText(list.thisUpdate)} on`;
      return { kind: "useless", message, reason: "CrlNotYetValid" };
    }
    if (list.nextUpdate === null) return useless(`${what} has no nextUpdate`);
    if (time > list.nextUpdate + CLOCK_SKEW) {
      const message = `${what} is out of date since ${dateText(list.nextUpdate)}`;
      return { kind: "useless", message, reason: "CrlExpired" };
    }
    const found = lookUp(list, certificate, what);
    return found.kind === "good" && this.#strict && !list.numbered
      ? useless(`${what} has no CRLNumber, or a critical one`)
      : found;
  }

  /** The issuer, or one that the issuer's own key certified, valid now. */
  #signed(list: Crl, signer: ParsedCertificate, issuer: ParsedCertificate, time: number): boolean {
    const known = SIGNERS.get(list)?.get(signer);
    const trusted =
      signer === issuer ||
      (signedBy(issuer, signer) && time >= signer.notBefore && time <= signer.notAfter);
    if (!trusted) return false;
    if (known !== undefined) return known;
    const good = signedBy(signer, list);
    const signers = SIGNERS.get(list) ?? new WeakMap<ParsedCertificate, boolean>();
    SIGNERS.set(list, signers.set(signer, good));
    return good;
  }
}

function readLists(crls: readonly (Uint8Array | string)[]): readonly Crl[] {
  return crls.flatMap((given) => {
    const known = typeof given === "string" ? undefined : READ_BYTES.get(given);
    if (known !== undefined && equalBytes(known.bytes, given as Uint8Array)) return known;
    const lists = crlsIn(given).map(readCrl);
    const [only] = lists;
    if (only !== undefined && typeof given !== "string" && equalBytes(only.bytes, given)) {
      READ_BYTES.set(given, only);
    }
    return lists;
  });
}

function lookUp(list: Crl, certificate: ParsedCertificate, what: string): Evidence {
  try {
    const entry = list.find(certificate.issuerName, certificate.serialNumber);
    if (entry === null || entry.reason === REMOVE_FROM_CRL) return { kind: "good" };
    const since = `${dateText(entry.revokedAt)}${reasonText(entry.reason)}`;
    return {
      kind: "revoked",
      message: `${certificate.subjectText} was revoked on ${since} according to ${what}`,
    };
  } catch (error) {
    if (error instanceof DecodeError || error instanceof TlsFailure) {
      return { kind: "bad", message: `${what} cannot be read: ${error.message}` };
    }
    throw error;
  }
}

/** The reasons for which a list answers about a certificate; 0: it is not about it (RFC 5280 §6.3.3 b, d). */
function reasonsFor(
  { issuerName, scope }: Crl,
  certificate: ParsedCertificate,
  points: readonly DistributionPoint[],
): number {
  if (scope.only === "attribute") return 0;
  if (scope.only === "user" && certificate.isCa) return 0;
  if (scope.only === "ca" && !certificate.isCa) return 0;
  const own = issuerName.equals(certificate.issuerName);
  if (scope.names === null && own) return scope.reasons;
  const { names } = scope;
  const fits = points.filter((point) => {
    const signer =
      point.crlIssuer === null ? own : scope.indirect && namedIn(point, issuerName.encoded);
    if (!signer) return false;
    return names === null || (point.names?.some((name) => names.includes(name)) ?? false);
  });
  return scope.reasons & fits.reduce((all, point) => all | point.reasons, 0);
}

function namedIn({ crlIssuer }: DistributionPoint, name: Uint8Array): boolean {
  return (
    crlIssuer?.some((one) => one.length === name.length && one.every((b, i) => b === name[i])) ??
    false
  );
}
