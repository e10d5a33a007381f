/**
 * The verdict on a peer's chain: a path from its leaf to the trust store (RFC 5280 §6), under a profile, within a
 * budget. The path is decided first, without regard to the name, and the name by itself afterwards. A refusal has every
 * fault of the best path, in the order of `FailureReason`, so that a caller who tolerates a fault sees all others.
 */
import { harmless } from "../../bytes/text.ts";
import {
  type CertificateVerifier,
  refusalFor,
  type Verdict,
  type VerifyRequest,
} from "../../handshake/peer-identity.ts";
import { type Fault, gravestFirst, gravityOf, TlsFailure } from "../../protocol/failure.ts";
import type { CertificateParser, ParsedCertificate } from "../certificate.ts";
import { MAX_SHORT_NAME } from "../distinguished-name.ts";
import { TrustStore } from "../trust-store.ts";
import { AnchorIndex } from "./anchor-index.ts";
import { Explanation } from "./explanation.ts";
import { nameProblem, type PathRequest } from "./path-checks.ts";
import { type Attempt, isVouchedFor, type PathJudge, PathSearch } from "./path-search.ts";
import { type ProfileName, topLevelOnly } from "./profile.ts";
import { constraintProblems, isPinned } from "./trust-constraints.ts";
import { type KnownPath, keepName, VerdictCache } from "./verdict-cache.ts";
import { MAX_PATH_STEPS, WorkBudget } from "./work-budget.ts";

export type ExplainedVerdict = Verdict & { readonly explain: Explanation };

/** What a caller may provide beyond the chain and the store. */
export interface ChainOptions {
  /** Default: that of the trust store. */
  readonly profile?: ProfileName;
  /** Intermediates that are not self-issued; default 10. */
  readonly maxDepth?: number;
  /** Steps; see `work-budget.ts`. */
  readonly budget?: number;
  readonly isPublicSuffix?: (domain: string) => boolean;
  /**
   * Bits of `keyUsage`, one of which the leaf has to allow. Default: it is not asked, as a handshake asks it itself.
   */
  readonly leafUsage?: number;
  readonly judge?: PathJudge;
}

const MAX_DEPTH = 10;
/** Certificates beside the leaf that are looked at. */
const MAX_INTERMEDIATES = 256;
const nothingWrong: PathJudge = () => [];
const NO_TRUST = /* @__PURE__ */ new TrustStore([]);

/** What verifiers of one provider share: parsed certificates, indexed stores, found paths. */
export class ChainContext {
  readonly parser: CertificateParser;
  readonly verdicts: VerdictCache = new VerdictCache();
  readonly #indexes = new WeakMap<TrustStore, { generation: number; index: AnchorIndex }>();

  constructor(parser: CertificateParser) {
    this.parser = parser;
  }

  anchors(trust: TrustStore): AnchorIndex {
    const { generation } = trust;
    const known = this.#indexes.get(trust);
    if (known?.generation === generation) return known.index;
    const index = new AnchorIndex(this.parser, trust.anchors);
    this.#indexes.set(trust, { generation, index });
    return index;
  }
}

export class ChainVerifier implements CertificateVerifier {
  readonly #context: ChainContext;
  readonly #trust: TrustStore | null;
  readonly #options: ChainOptions;

  /** @param trust null: none was given, every chain is refused */
  constructor(context: ChainContext, trust: TrustStore | null, options: ChainOptions = {}) {
    this.#context = context;
    this.#trust = trust;
    this.#options = options;
  }

  verify(request: VerifyRequest): ExplainedVerdict {
    const [first, ...rest] = request.chain;
    if (first === undefined) {
      return unread({ reason: "CertificateRefused", message: "the chain is empty" });
    }
    try {
      return this.#verify(request, this.#context.parser.parse(first), rest);
    } catch (error) {
      if (error instanceof TlsFailure) return unread(error);
      throw error;
    }
  }

  #verify(
    request: VerifyRequest,
    leaf: ParsedCertificate,
    rest: readonly Uint8Array[],
  ): ExplainedVerdict {
    const trust = this.#trust ?? NO_TRUST;
    const { verdicts } = this.#context;
    const notes: string[] = [];
    const intermediates = this.#intermediates(rest, notes);
    const anchors = this.#anchors(trust, [leaf, ...intermediates]);
    const judge = this.#judge(trust, request.purpose);
    const question = this.#question(trust, request);
    const tooMany = rest.length > MAX_INTERMEDIATES;
    const known = tooMany ? null : verdicts.find(anchors, question, leaf, intermediates);
    if (known !== null && judge(known.path, true).length === 0) {
      return named(known, request.name, notes, 0);
    }
    const budget = new WorkBudget(this.#options.budget ?? MAX_PATH_STEPS);
    const search = new PathSearch(question, leaf, intermediates, anchors, judge, budget);
    const path = search.find();
    if (path !== null && search.leafProblems.length === 0 && !tooMany) {
      const found = verdicts.keep(anchors, question, leaf, intermediates, path);
      return named(found, request.name, notes, budget.spent);
    }
    const name = nameProblem(leaf, request.name);
    const nameFaults = name === null ? [] : [name];
    const attempts: Attempt[] =
      path === null
        ? search.diagnose().sort(byWorth)
        : [{ path, anchored: true, problems: search.leafProblems, end: null }];
    const costs = [
      ...(tooMany ? [tooManyCertificates(rest.length)] : []),
      ...(budget.exhausted ? [searchEnded(budget.limit)] : []),
    ];
    const [best] = attempts;
    const explain = new Explanation(
      attempts.map((one) => ({ ...one, problems: [...one.problems, ...nameFaults] })),
      [...notes, ...anchors.notes, ...costs.map(({ message }) => message)],
      search.steps,
    );
    return refused(
      [
        ...costs,
        ...(best?.problems ?? []),
        ...(best?.anchored === true || costs.length > 0 || isUnfinished(best)
          ? []
          : [unknownIssuer(leaf, best, this.#trust === null)]),
        ...nameFaults,
      ],
      explain,
    );
  }

  #intermediates(rest: readonly Uint8Array[], notes: string[]): ParsedCertificate[] {
    const found: ParsedCertificate[] = [];
    for (const [index, der] of rest.entries()) {
      if (index >= MAX_INTERMEDIATES) break;
      const parsed = this.#tryParse(der);
      if (parsed instanceof TlsFailure) {
        notes.push(`certificate ${index + 2} of the chain is of no use: ${parsed.message}`);
      } else found.push(parsed);
    }
    return found;
  }

  /** Where a store holds keys only, the certificates with these keys are the anchors. */
  #anchors(trust: TrustStore, chain: readonly ParsedCertificate[]): AnchorIndex {
    const { parser } = this.#context;
    const { pins } = trust.constraints;
    if (pins === undefined || trust.anchors.length > 0) return this.#context.anchors(trust);
    const pinned = chain.filter((certificate) => isPinned(parser.provider, pins, certificate));
    return new AnchorIndex(
      parser,
      pinned.map(({ der }) => der),
    );
  }

  #judge(trust: TrustStore, purpose: VerifyRequest["purpose"]): PathJudge {
    const { provider } = this.#context.parser;
    const judge = this.#options.judge ?? nothingWrong;
    const { constraints } = trust;
    return (path, vouchedFor) => {
      const problems = constraintProblems(provider, constraints, path, purpose);
      const others = judge(path, vouchedFor);
      return problems.length === 0 ? others : [...problems, ...others];
    };
  }

  #tryParse(der: Uint8Array): ParsedCertificate | TlsFailure {
    try {
      return this.#context.parser.parse(der);
    } catch (error) {
      if (error instanceof TlsFailure) return error;
      throw error;
    }
  }

  #question(trust: TrustStore, { purpose, time }: VerifyRequest): PathRequest {
    const { profile, maxDepth, isPublicSuffix, leafUsage } = this.#options;
    return {
      purpose,
      time,
      leafUsage: leafUsage ?? null,
      profile: profile ?? trust.profile,
      rootsVetted: profile === undefined,
      maxDepth: maxDepth ?? MAX_DEPTH,
      isPublicSuffix: isPublicSuffix ?? topLevelOnly,
    };
  }
}

/** The verdict on a chain of which nothing could be read. */
function unread(fault: Fault): ExplainedVerdict {
  return { ...refusalFor(fault), explain: new Explanation([], [fault.message], 0) };
}

/** The verdict on a path on which nothing is wrong: the name decides. */
function named(
  known: KnownPath,
  name: string | null,
  notes: readonly string[],
  steps: number,
): ExplainedVerdict {
  const { path, names } = known;
  const [leaf] = path;
  if (name !== null && leaf !== undefined && !names.has(name)) {
    const problem = nameProblem(leaf, name);
    if (problem !== null) {
      const attempt: Attempt = { path, anchored: true, problems: [problem], end: null };
      return refused([problem], new Explanation([attempt], notes, steps));
    }
    keepName(known, name);
  }
  const attempt: Attempt = { path, anchored: true, problems: [], end: null };
  return {
    ok: true,
    path: path.map((certificate) => certificate.der),
    explain: new Explanation([attempt], notes, steps),
  };
}

/** @param found in any order */
function refused(found: readonly Fault[], explain: Explanation): ExplainedVerdict {
  const faults = gravestFirst(found);
  const [first] = faults;
  if (first === undefined)
    throw new RangeError("a chain was refused, and nothing is wrong with it");
  const { reason } = first;
  const others = new Set(faults.map((fault) => fault.reason).filter((other) => other !== reason));
  const also = others.size === 0 ? "" : `; also ${[...others].join(", ")}`;
  const message = `${first.message}${also}; ${explain.brief}`;
  return { ok: false, reason, message, faults, explain };
}

/**
 * Which of two broken paths is more informative: one that an anchor signed, one that ends with an anchor, one
 * with fewer faults, one whose gravest fault is less grave.
 */
function byWorth(one: Attempt, other: Attempt): number {
  const standing = (attempt: Attempt): number =>
    isVouchedFor(attempt) ? 0 : attempt.anchored ? 1 : 2;
  const gravest = ({ problems }: Attempt): number =>
    problems.reduce(
      (least, { reason }) => Math.min(least, gravityOf(reason)),
      Number.POSITIVE_INFINITY,
    );
  return (
    standing(one) - standing(other) ||
    one.problems.length - other.problems.length ||
    gravest(other) - gravest(one)
  );
}

/** The budget ended before the path was followed to its end. */
function isUnfinished(attempt: Attempt | undefined): boolean {
  return attempt?.problems.some(({ reason }) => reason === "ChainTooCostly") === true;
}

function searchEnded(limit: number): Fault {
  return {
    reason: "ChainTooCostly",
    message: `no path was found within ${limit} steps of work`,
  };
}

function tooManyCertificates(count: number): Fault {
  return {
    reason: "ChainTooCostly",
    message: `${count} certificates beside the leaf, at most ${MAX_INTERMEDIATES} are looked at`,
  };
}

function unknownIssuer(
  leaf: ParsedCertificate,
  attempt: Attempt | undefined,
  noStore: boolean,
): Fault {
  const issuer = attempt?.path.at(-1)?.issuerText ?? harmless(leaf.issuerText, MAX_SHORT_NAME);
  const message = noStore
    ? "no trust store was given (hRootStore), so no chain can be trusted"
    : `${leaf.subjectText} leads to no trusted authority (${issuer} is not in the trust store)`;
  return { reason: "UnknownIssuer", message };
}
