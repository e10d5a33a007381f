/**
 * Why a chain was accepted or refused: every path that was looked at, as data and as a line of text. Made when it is
 * read.
 */
import { harmless, MAX_QUOTED, toHex, utf8Length } from "../../bytes/text.ts";
import type { Fault } from "../../protocol/failure.ts";
import type { ParsedCertificate } from "../certificate.ts";
import { type Attempt, isVouchedFor } from "./path-search.ts";
import type { Role } from "./profile.ts";

/** A certificate of a path that was looked at. */
export interface ExplainedCertificate {
  /** Its place in the path. */
  readonly role: Role;
  /** Its subject as text. */
  readonly subject: string;
  /** Its issuer as text. */
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** ISO 8601. */
  readonly notBefore: string;
  /** ISO 8601: valid until then. */
  readonly notAfter: string;
}

/** A path that was looked at, and what is wrong with it. */
export interface ExplainedPath {
  /** Leaf first. */
  readonly certificates: readonly ExplainedCertificate[];
  /** It ends with a certificate of the trust store, and every signature was checked and is right. */
  readonly trusted: boolean;
  /** Everything that is wrong with the path, the name of the leaf included. */
  readonly problems: readonly Fault[];
  /** Why the path goes no further, or null. */
  readonly end: string | null;
}

/** Paths in a line of text; more are in the data. */
const MAX_SHOWN_PATHS = 3;
/** Problems of a path in a line of text. */
const MAX_SHOWN_PROBLEMS = 8;

/** Why a chain was accepted or refused. It is made when it is read. */
export class Explanation {
  /** What else is worth knowing: certificates that could not be read, a budget that ended. */
  readonly notes: readonly string[];
  /** Steps of the work budget that the search took. */
  readonly steps: number;
  readonly #attempts: readonly Attempt[];

  /**
   * Explanations are made by verifyChain.
   * @param attempts - the most informative first
   * @param notes - what else is worth knowing
   * @param steps - of the work budget
   */
  constructor(attempts: readonly Attempt[], notes: readonly string[], steps: number) {
    this.#attempts = attempts;
    this.notes = notes;
    this.steps = steps;
  }

  /** Every path that was looked at, the most informative first. */
  get paths(): ExplainedPath[] {
    return this.#attempts.map((attempt) => ({
      certificates: attempt.path.map((certificate, index) =>
        explained(certificate, roleAt(attempt, index)),
      ),
      trusted: isVouchedFor(attempt),
      problems: attempt.problems,
      end: attempt.end,
    }));
  }

  /** "chain: leaf CN=a → intermediate CN=b → no trusted issuer named CN=c; other path: …" */
  get text(): string {
    return this.#textWithin(MAX_QUOTED);
  }

  /** As `text`, shorter: for a message that quotes certificates itself. */
  get brief(): string {
    return this.#textWithin(MAX_QUOTED / 2);
  }

  /** @param most bytes that are taken from certificates */
  #textWithin(most: number): string {
    const quote = quoting(most);
    const lines = this.#attempts
      .slice(0, MAX_SHOWN_PATHS)
      .map(
        (attempt, index) =>
          `${index === 0 ? "chain" : "other path"}: ${attemptText(attempt, quote)}`,
      );
    const more = this.#attempts.length - MAX_SHOWN_PATHS;
    const notes = this.notes.map(quote);
    return [...lines, ...(more > 0 ? [`${more} more paths`] : []), ...notes].join("; ");
  }

  /** The same as `text`. */
  toString(): string {
    return this.text;
  }

  /** `paths`, `notes`, `steps` and `text` as one object. */
  toJSON(): object {
    const { paths, notes, steps, text } = this;
    return { paths, notes, steps, text };
  }
}

function roleAt({ path, anchored }: Attempt, index: number): Role {
  if (index === 0) return "leaf";
  return anchored && index === path.length - 1 ? "root" : "intermediate";
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

function attemptText(attempt: Attempt, quote: (text: string) => string): string {
  const { path, problems, end } = attempt;
  const steps = path.map(
    (certificate, index) => `${roleAt(attempt, index)} ${quote(certificate.subjectText)}`,
  );
  const way = [...steps, ...(end === null ? [] : [quote(end)])].join(" → ");
  if (problems.length === 0) return way;
  const more = problems.length - MAX_SHOWN_PROBLEMS;
  const list = problems.slice(0, MAX_SHOWN_PROBLEMS).map(({ message }) => quote(message));
  return `${way} (${[...list, ...(more > 0 ? [`${more} more problems`] : [])].join(", ")})`;
}

/** Makes texts harmless that have `most` bytes together; what comes after is "…". */
function quoting(most: number): (text: string) => string {
  let left = most;
  return (text) => {
    const shown = harmless(text, left);
    left = Math.max(0, left - utf8Length(text));
    return shown;
  };
}
