/**
 * Path building (RFC 4158): from a leaf upwards over every certificate that could be the issuer, best first, until a path
 * holds in full; what fails is left at once. A second walk, made only for a refusal, follows broken paths too and tells
 * what is wrong with each. Signatures are checked once a pair, and everything is paid for from a budget.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import type { AnchorIndex } from "./anchor-index.ts";
import type { ParsedCertificate } from "./certificate.ts";
import {
  certificateProblems,
  lacksMlDsa,
  nameProblem,
  type PathRequest,
  type Problem,
  positionProblems,
} from "./path-checks.ts";
import { policyProblem } from "./policy-check.ts";
import type { Role } from "./profile.ts";
import { Cost, WorkBudget } from "./work-budget.ts";

/** A path that was looked at, leaf first. */
export interface Attempt {
  readonly path: readonly ParsedCertificate[];
  /** It ends with a trust anchor. */
  readonly trusted: boolean;
  readonly problems: readonly Problem[];
  /** Why it goes no further, if it is not trusted. */
  readonly end: string | null;
}

/** Judges a path that holds otherwise; null: nothing is wrong. */
export type PathJudge = (path: readonly ParsedCertificate[]) => Problem | null;

interface Candidate {
  readonly issuer: ParsedCertificate;
  readonly role: Role;
}

interface Suspect extends Candidate {
  /** What is wrong with its signature. */
  readonly problem: Problem | null;
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
  readonly #problems = new Map<ParsedCertificate, readonly Problem[]>();
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

  /** The first path without a problem, leaf first, with its anchor; null if there is none, or the budget ended. */
  find(): readonly ParsedCertificate[] | null {
    if (this.#leafProblems().length > 0) return null;
    const start = [this.#leaf];
    return this.#anchors.has(this.#leaf) ? this.#finished(start) : this.#climb(start);
  }

  /** What there is to say of the paths that do not hold, at most a few, within a budget of its own. */
  diagnose(): Attempt[] {
    const attempts: Attempt[] = [];
    const budget = this.#diagnosis;
    const problems = this.#leafProblems();
    if (this.#anchors.has(this.#leaf)) {
      attempts.push(this.#complete([this.#leaf], problems));
    } else this.#explore([this.#leaf], problems, attempts, budget);
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
    return policyProblem(path) === null && this.#judge(path) === null ? path : null;
  }

  #explore(
    path: readonly ParsedCertificate[],
    problems: readonly Problem[],
    attempts: Attempt[],
    budget: WorkBudget,
  ): void {
    const issuers = this.#likelyIssuers(path, budget);
    if (issuers.length === 0) {
      attempts.push({ path, trusted: false, problems, end: this.#deadEnd(path) });
    }
    for (const { issuer, role, problem } of issuers) {
      if (attempts.length >= MAX_ATTEMPTS || !budget.take(Cost.Candidate)) return;
      const next = [...path, issuer];
      const all = [
        ...problems,
        ...(problem === null ? [] : [problem]),
        ...this.#problemsOf(issuer, role),
        ...positionProblems(issuer, role, path, this.#request, budget),
      ];
      if (role === "root") attempts.push(this.#complete(next, all));
      else if (next.length > this.#request.maxDepth + 2) {
        const end = `more than ${this.#request.maxDepth} intermediate authorities`;
        attempts.push({ path: next, trusted: false, problems: all, end });
      } else this.#explore(next, all, attempts, budget);
    }
  }

  /** Issuers whose signature is right, or, where there is none, those that might have been meant. */
  #likelyIssuers(path: readonly ParsedCertificate[], budget: WorkBudget): Suspect[] {
    const child = path.at(-1);
    const right: Suspect[] = [];
    const wrong: Suspect[] = [];
    for (const candidate of this.#candidates(path)) {
      const { issuer } = candidate;
      const signed = this.#signed(child, issuer, budget);
      if (signed === null) break;
      if (signed) right.push({ ...candidate, problem: null });
      else if (child !== undefined && keyMatch(child, issuer) >= 0) {
        wrong.push({ ...candidate, problem: wrongSignature(child, issuer) });
      }
    }
    return right.length > 0 ? right : wrong;
  }

  #deadEnd(path: readonly ParsedCertificate[]): string {
    const last = path.at(-1);
    if (last?.selfIssued === true) return "it is self-signed and not in the trust store";
    return `no trusted issuer named ${last?.issuerText}`;
  }

  #complete(path: readonly ParsedCertificate[], problems: readonly Problem[]): Attempt {
    const policy = policyProblem(path);
    const signed = problems.every(({ reason }) => reason !== "BadCertificateSignature");
    const judged = signed ? this.#judge(path) : null;
    return {
      path,
      trusted: true,
      problems: [
        ...problems,
        ...(policy === null ? [] : [{ reason: "CertificateRefused" as const, message: policy }]),
        ...(judged === null ? [] : [judged]),
      ],
      end: null,
    };
  }

  #leafProblems(): readonly Problem[] {
    const name = nameProblem(this.#leaf, this.#request.name);
    const problems = this.#problemsOf(this.#leaf, "leaf");
    return name === null ? problems : [...problems, name];
  }

  /** A certificate has one role in a search: leaf, anchor, or neither. */
  #problemsOf(certificate: ParsedCertificate, role: Role): readonly Problem[] {
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

/** Null where the problems of child or issuer tell it: an algorithm that nobody checks, or not this provider. */
function wrongSignature(child: ParsedCertificate, issuer: ParsedCertificate): Problem | null {
  if (child.signatureAlgorithm.algorithm === null || lacksMlDsa(issuer)) return null;
  if (issuer.publicKey === null) {
    const message = `the key of ${issuer.subjectText} is of no use`;
    return { reason: "UnsupportedCertificateKey", message };
  }
  const message = `the signature of ${issuer.subjectText} on ${child.subjectText} is wrong`;
  return { reason: "BadCertificateSignature", message };
}
