/**
 * Why a chain was accepted or refused: every path that was looked at, as data and as a line of text. Made when it is read.
 */
import { toHex } from "../bytes/text.ts";
import type { ParsedCertificate } from "./certificate.ts";
import type { Problem } from "./path-checks.ts";
import type { Attempt } from "./path-search.ts";
import type { Role } from "./profile.ts";

export interface ExplainedCertificate {
  readonly role: Role;
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface ExplainedPath {
  /** Leaf first. */
  readonly certificates: readonly ExplainedCertificate[];
  /** It ends with a certificate of the trust store. */
  readonly trusted: boolean;
  readonly problems: readonly Problem[];
  /** Why the path goes no further, or null. */
  readonly end: string | null;
}

/** Paths in a line of text; more are in the data. */
const SHOWN = 3;

export class Explanation {
  /** What else is worth knowing: certificates that could not be read, a budget that ended. */
  readonly notes: readonly string[];
  /** Steps of the work budget that the search took. */
  readonly steps: number;
  readonly #attempts: readonly Attempt[];

  /** @param attempts the most telling first */
  constructor(attempts: readonly Attempt[], notes: readonly string[], steps: number) {
    this.#attempts = attempts;
    this.notes = notes;
    this.steps = steps;
  }

  get paths(): ExplainedPath[] {
    return this.#attempts.map(({ path, trusted, problems, end }) => ({
      certificates: path.map((certificate, index) =>
        explained(certificate, roleAt(path, index, trusted)),
      ),
      trusted,
      problems,
      end,
    }));
  }

  /** "chain: leaf CN=a → intermediate CN=b → no trusted issuer named CN=c; other path: …" */
  get text(): string {
    const lines = this.#attempts
      .slice(0, SHOWN)
      .map((attempt, index) => `${index === 0 ? "chain" : "other path"}: ${attemptText(attempt)}`);
    const more = this.#attempts.length - SHOWN;
    return [...lines, ...(more > 0 ? [`${more} more paths`] : []), ...this.notes].join("; ");
  }

  toString(): string {
    return this.text;
  }

  toJSON(): object {
    const { paths, notes, steps, text } = this;
    return { paths, notes, steps, text };
  }
}

function roleAt(path: readonly ParsedCertificate[], index: number, trusted: boolean): Role {
  if (index === 0) return "leaf";
  return trusted && index === path.length - 1 ? "root" : "intermediate";
}

function explained(certificate: ParsedCertificate, role: Role): ExplainedCertificate {
  const iso = (time: number): string => new Date(time).toISOString();
  return {
    role,
    subject: certificate.subjectName.text,
    issuer: certificate.issuerName.text,
    serialNumber: toHex(certificate.serialNumber),
    notBefore: iso(certificate.notBefore),
    notAfter: iso(certificate.notAfter),
  };
}

function attemptText({ path, trusted, problems, end }: Attempt): string {
  const steps = path.map(
    (certificate, index) => `${roleAt(path, index, trusted)} ${certificate.subjectText}`,
  );
  const way = [...steps, ...(end === null ? [] : [end])].join(" → ");
  return problems.length === 0 ? way : `${way} (${problems.map((p) => p.message).join(", ")})`;
}
