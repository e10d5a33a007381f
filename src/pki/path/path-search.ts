/**
 * Path building (RFC 4158): from a leaf upwards over every certificate that could be the issuer, best first, until a
 * path holds in full; what fails is left at once. A fault of the leaf itself does not depend on the path: no other
 * path would mend it. A second walk, made only where no path holds, follows broken paths too and reports what is wrong
 * with each. Signatures are checked once a pair, and everything is paid for from a budget.
 */
import { equalBytes } from "../../bytes/byte-arrays.ts";
import type { Fault } from "../../protocol/failure.ts";
import type { ParsedCertificate } from "../certificate.ts";
import type { AnchorIndex } from "./anchor-index.ts";
import { certificateProblems, type PathRequest, positionProblems } from "./path-checks.ts";
import { policyProblem } from "./policy-check.ts";
import type { Role } from "./profile.ts";
import { Cost, WorkBudget } from "./work-budget.ts";

/** A path that was looked at. */
export interface Attempt {
  /** Leaf first. */
  readonly path: readonly ParsedCertificate[];
  /** It ends with a trust anchor. */
  readonly anchored: boolean;
  /**
   * Everything that is wrong with its certificates and with their statements about each other; not the name of the
   * leaf.
   */
  readonly problems: readonly Fault[];
  /** Why it goes no further, if it is not anchored. */
  readonly end: string | null;
}

/**
 * A trust anchor vouches for the leaf: every signature of the path was checked and is right, whatever else is wrong.
 */
export function isVouchedFor({ anchored, problems }: Attempt): boolean {
  return anchored && !problems.some(({ reason }) => UNSIGNED.has(reason));
}

/** Reasons of a link without a known signer. */
const UNSIGNED: ReadonlySet<Fault["reason"]> = new Set([
  "BadCertificateSignature",
  "UnverifiedSignature",
  "ChainTooCostly",
]);

/**
 * What else is wrong with a path, leaf first: revocation, the limits of the trust store.
 * @param vouchedFor false: no trusted signer is known, so no responder is asked about it
 */
export type PathJudge = (
  path: readonly ParsedCertificate[],
  vouchedFor: boolean,
) => readonly Fault[];

interface Candidate {
  readonly issuer: ParsedCertificate;
  readonly role: Role;
}

interface Suspect extends Candidate {
  /** What is wrong with its signature. */
  readonly problem: Fault | null;
}

const MAX_ATTEMPTS = 8;

export class PathSearch {
  readonly budget: WorkBudget;
  readonly #diagnosis: WorkBudget;
  readonly #request: PathRequest;
  readonly #leaf: ParsedCertificate;
  readonly #intermediates: readonly ParsedCertificate[];
  readonly #anchors: AnchorIndex;
  readonly #judge: PathJudge;
  readonly #problems = new Map<ParsedCertificate, readonly Fault[]>();
  readonly #signatures = new Map<ParsedCertificate, Map<ParsedCertificate, boolean>>();

  constructor(
    request: PathRequest,
    leaf: ParsedCertificate,
    intermediates: readonly ParsedCertificate[],
    anchors: AnchorIndex,
    judge: PathJudge,
    budget: WorkBudget,
  ) {
    this.#request = request;
    this.#leaf = leaf;
    this.#intermediates = [...new Set(intermediates)].filter((other) => !anchors.has(other));
    this.#anchors = anchors;
    this.#judge = judge;
    this.budget = budget;
    this.#diagnosis = new WorkBudget(Math.ceil(budget.limit / 10));
  }

  /** Steps taken so far, those of the diagnosis too. */
  get steps(): number {
    return this.budget.spent + this.#diagnosis.spent;
  }

  /** What is wrong with the leaf itself, whatever the path. */
  get leafProblems(): readonly Fault[] {
    return this.#problemsOf(this.#leaf, "leaf");
  }

  /**
   * The first path on which nothing is wrong above the leaf, leaf first, with its anchor; null if there is none, or the
   * budget ended.
   */
  find(): readonly ParsedCertificate[] | null {
    const start = [this.#leaf];
    return this.#anchors.has(this.#leaf) ? this.#finished(start) : this.#climb(start);
  }

  /**
   * A report on the paths that do not hold, including the leaf's own faults: at most a few paths, within a
   * budget of its own. Whatever a path does not list was checked and is valid. Where the budget ends, ChainTooCostly
   * stands among its problems.
   */
  diagnose(): Attempt[] {
    const attempts: Attempt[] = [];
    const problems = this.leafProblems;
    if (this.#anchors.has(this.#leaf)) {
      attempts.push(this.#attempt([this.#leaf], problems));
    } else this.#explore([this.#leaf], problems, attempts);
    return attempts;
  }

  #climb(path: readonly ParsedCertificate[]): readonly ParsedCertificate[] | null {
    for (const { issuer, role } of this.#candidates(path)) {
      if (!this.budget.take(Cost.Candidate)) return null;
      if (this.#problemsOf(issuer, role).length > 0) continue;
      if (positionProblems(issuer, role, path, this.#request, this.budget).length > 0) continue;
      if (this.#signed(path.at(-1), issuer, this.budget) !== true) continue;
      const next = [...path, issuer];
      const found = role === "root" ? this.#finished(next) : this.#climb(next);
      if (found !== null || this.budget.exhausted) return found;
    }
    return null;
  }

  #finished(path: readonly ParsedCertificate[]): readonly ParsedCertificate[] | null {
    return policyProblem(path.slice(0, -1)) === null && this.#judge(path, true).length === 0
      ? path
      : null;
  }

  #explore(
    path: readonly ParsedCertificate[],
    problems: readonly Fault[],
    attempts: Attempt[],
  ): void {
    const budget = this.#diagnosis;
    const issuers = this.#likelyIssuers(path);
    if (issuers.length === 0) {
      attempts.push(this.#attempt(path, problems, this.#deadEnd(path)));
    }
    for (const { issuer, role, problem } of issuers) {
      if (attempts.length >= MAX_ATTEMPTS) return;
      if (!budget.take(Cost.Candidate)) {
        // Other paths that were examined in full are more informative.
        if (attempts.length === 0) attempts.push(this.#unfinished(path, problems));
        return;
      }
      const next = [...path, issuer];
      const all = [
        ...problems,
        ...(problem === null ? [] : [problem]),
        ...this.#problemsOf(issuer, role),
        ...positionProblems(issuer, role, path, this.#request, budget),
      ];
      if (role === "root") attempts.push(this.#attempt(next, all));
      else if (next.length > this.#request.maxDepth + 2) {
        const end = `more than ${this.#request.maxDepth} intermediate authorities`;
        attempts.push(this.#attempt(next, all, end));
      } else this.#explore(next, all, attempts);
    }
  }

  #unfinished(path: readonly ParsedCertificate[], problems: readonly Fault[]): Attempt {
    const end = `the ${this.#diagnosis.limit} steps of work for the diagnosis were used up`;
    const cost: Fault = { reason: "ChainTooCostly", message: end };
    return this.#attempt(path, [...problems, cost], end);
  }

  /**
   * Issuers whose signature is right, or, where there is none, those that might have been meant and those not checked.
   */
  #likelyIssuers(path: readonly ParsedCertificate[]): Suspect[] {
    const child = path.at(-1);
    const right: Suspect[] = [];
    const others: Suspect[] = [];
    for (const candidate of this.#candidates(path)) {
      const { issuer } = candidate;
      const signed = this.#signed(child, issuer, this.#diagnosis);
      if (signed === true) right.push({ ...candidate, problem: null });
      else if (child !== undefined && (signed === null || keyMatch(child, issuer) >= 0)) {
        others.push({ ...candidate, problem: linkProblem(child, issuer, signed) });
      }
    }
    return right.length > 0 ? right : others;
  }

  #deadEnd(path: readonly ParsedCertificate[]): string {
    const last = path.at(-1);
    if (last?.selfIssued === true) return "it is self-signed and not in the trust store";
    return `no trusted issuer named ${last?.issuerText}`;
  }

  /** @param end why the path goes no further; null: it ends with an anchor */
  #attempt(
    path: readonly ParsedCertificate[],
    problems: readonly Fault[],
    end: string | null = null,
  ): Attempt {
    const attempt: Attempt = { path, anchored: end === null, problems, end };
    const policy = policyProblem(attempt.anchored ? path.slice(0, -1) : path);
    return {
      ...attempt,
      problems: [
        ...problems,
        ...(policy === null ? [] : [{ reason: "PolicyRequired" as const, message: policy }]),
        ...this.#judge(path, isVouchedFor(attempt)),
      ],
    };
  }

  /** A certificate has one role in a search: leaf, anchor, or neither. */
  #problemsOf(certificate: ParsedCertificate, role: Role): readonly Fault[] {
    const known = this.#problems.get(certificate);
    if (known !== undefined) return known;
    const found = certificateProblems(certificate, role, this.#request);
    this.#problems.set(certificate, found);
    return found;
  }

  /** All certificates that bear the issuer's name and are not in the path yet: anchors first, likely ones first. */
  #candidates(path: readonly ParsedCertificate[]): Candidate[] {
    const child = path.at(-1);
    if (child === undefined) return [];
    const fresh = (issuer: ParsedCertificate): boolean =>
      !path.some((member) => sameEntity(member, issuer));
    const roots = this.#anchors.named(child.issuerName).filter(fresh);
    const others = this.#intermediates.filter(
      (other) => other.subjectName.equals(child.issuerName) && fresh(other),
    );
    const { time } = this.#request;
    const rank = (issuer: ParsedCertificate): number =>
      2 * keyMatch(child, issuer) + (time >= issuer.notBefore && time <= issuer.notAfter ? 1 : 0);
    const ranked = (issuers: readonly ParsedCertificate[], role: Role): Candidate[] =>
      [...issuers]
        .sort((one, other) => rank(other) - rank(one))
        .map((issuer) => ({ issuer, role }));
    return [...ranked(roots, "root"), ...ranked(others, "intermediate")];
  }

  /** Did the issuer's key sign the child? Null: the budget does not allow to know. */
  #signed(
    child: ParsedCertificate | undefined,
    issuer: ParsedCertificate,
    budget: WorkBudget,
  ): boolean | null {
    const algorithm = child?.signatureAlgorithm.algorithm ?? null;
    if (child === undefined || algorithm === null) return false;
    const known = this.#signatures.get(child)?.get(issuer);
    if (known !== undefined) return known;
    if (!budget.take(Cost.Signature)) return null;
    const good = issuer.publicKey?.verify(algorithm, child.tbs, child.signature) === true;
    const byIssuer = this.#signatures.get(child) ?? new Map<ParsedCertificate, boolean>();
    this.#signatures.set(child, byIssuer.set(issuer, good));
    return good;
  }
}

/** Does the child's authorityKeyIdentifier name the issuer's key? 1 yes, -1 no, 0 unknown. */
function keyMatch(child: ParsedCertificate, issuer: ParsedCertificate): number {
  const wanted = child.known.authorityKeyIdentifier?.keyIdentifier ?? null;
  const own = issuer.known.subjectKeyIdentifier;
  if (wanted === null || own === null) return 0;
  return equalBytes(wanted, own) ? 1 : -1;
}

/** The same authority by another certificate: nothing is gained by having it twice in a path. */
function sameEntity(one: ParsedCertificate, other: ParsedCertificate): boolean {
  return equalBytes(one.spki, other.spki) && one.subjectName.equals(other.subjectName);
}

/**
 * What is wrong with a signature that is not known to be right. @param signed null: the budget did not allow to know
 */
function linkProblem(
  child: ParsedCertificate,
  issuer: ParsedCertificate,
  signed: false | null,
): Fault {
  const { algorithm, name } = child.signatureAlgorithm;
  const by = `the signature of ${issuer.subjectText} on ${child.subjectText}`;
  if (algorithm === null) {
    const message = `${child.subjectText} is signed with ${name}, which is not accepted`;
    return { reason: "UnverifiedSignature", message };
  }
  if (signed === null) {
    return {
      reason: "ChainTooCostly",
      message: `${by} was not checked: the steps of work were used up`,
    };
  }
  if (issuer.publicKey === null) {
    const message = `${by} cannot be checked: the key of the issuer is of no use`;
    return { reason: "UnverifiedSignature", message };
  }
  return { reason: "BadCertificateSignature", message: `${by} is wrong` };
}
