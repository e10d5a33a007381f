/**
 * The verdict on a peer's chain: a path from its leaf to the trust store (RFC 5280 §6), under a profile, within a budget.
 * Several problems are told in the order of `FailureReason`: root, revocation, time, usage, signature, name, other.
 */
import { harmless } from "../bytes/text.ts";
import type { CertificateVerifier, Verdict, VerifyRequest } from "../handshake/peer-identity.ts";
import { FAILURE_REASONS, TlsFailure } from "../protocol/failure.ts";
import { AnchorIndex } from "./anchor-index.ts";
import type { CertificateParser, ParsedCertificate } from "./certificate.ts";
import { MAX_SHORT_NAME } from "./distinguished-name.ts";
import { Explanation } from "./explanation.ts";
import type { PathRequest, Problem } from "./path-checks.ts";
import { type Attempt, type PathJudge, PathSearch } from "./path-search.ts";
import { type ProfileName, topLevelOnly } from "./profile.ts";
import { constraintProblem, isPinned } from "./trust-constraints.ts";
import type { TrustStore } from "./trust-store.ts";
import { VerdictCache } from "./verdict-cache.ts";
import { DEFAULT_BUDGET, WorkBudget } from "./work-budget.ts";

export type ExplainedVerdict = Verdict & { readonly explain: Explanation };

/** What a caller may say beyond the chain and the store. */
export interface ChainOptions {
  /** Default: that of the trust store. */
  readonly profile?: ProfileName;
  /** Intermediates that are not self-issued; default 10. */
  readonly maxDepth?: number;
  /** Steps; see `work-budget.ts`. */
  readonly budget?: number;
  readonly isPublicSuffix?: (domain: string) => boolean;
  readonly judge?: PathJudge;
}

const DEFAULT_DEPTH = 10;
/** Certificates beside the leaf that are looked at. */
const MAX_INTERMEDIATES = 256;
const nothingWrong: PathJudge = () => null;

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
    const trust = this.#trust;
    if (trust === null) {
      return refusal(
        "UnknownIssuer",
        "no trust store was given (hRootStore), so no chain can be trusted",
      );
    }
    const [first, ...rest] = request.chain;
    if (first === undefined) return refusal("CertificateRefused", "the chain is empty");
    if (rest.length > MAX_INTERMEDIATES) {
      return refusal(
        "ChainTooCostly",
        `${rest.length} certificates beside the leaf, at most ${MAX_INTERMEDIATES} are looked at`,
      );
    }
    try {
      return this.#verify(trust, request, this.#context.parser.parse(first), rest);
    } catch (error) {
      if (error instanceof TlsFailure) return refusal(error.reason, error.message);
      throw error;
    }
  }

  #verify(
    trust: TrustStore,
    request: VerifyRequest,
    leaf: ParsedCertificate,
    rest: readonly Uint8Array[],
  ): ExplainedVerdict {
    const { verdicts } = this.#context;
    const notes: string[] = [];
    const intermediates = rest.flatMap((der, index) => {
      const parsed = this.#tryParse(der);
      if (parsed instanceof TlsFailure) {
        notes.push(`certificate ${index + 2} of the chain is of no use: ${parsed.message}`);
        return [];
      }
      return [parsed];
    });
    const anchors = this.#anchors(trust, [leaf, ...intermediates]);
    const judge = this.#judge(trust, request.purpose);
    const question = this.#question(trust, request);
    const known = verdicts.find(anchors, question, leaf, intermediates);
    if (known !== null && judge(known) === null) return accepted(known, notes, 0);

    const budget = new WorkBudget(this.#options.budget ?? DEFAULT_BUDGET);
    const search = new PathSearch(question, leaf, intermediates, anchors, judge, budget);
    const path = search.find();
    if (path !== null) {
      verdicts.keep(anchors, question, leaf, intermediates, path);
      return accepted(path, notes, budget.spent);
    }
    return refused(search, leaf, [...notes, ...anchors.notes]);
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
    return (path) => constraintProblem(provider, trust.constraints, path, purpose) ?? judge(path);
  }

  #tryParse(der: Uint8Array): ParsedCertificate | TlsFailure {
    try {
      return this.#context.parser.parse(der);
    } catch (error) {
      if (error instanceof TlsFailure) return error;
      throw error;
    }
  }

  #question(trust: TrustStore, { purpose, name, time }: VerifyRequest): PathRequest {
    const { profile, maxDepth, isPublicSuffix } = this.#options;
    return {
      ...{ purpose, name, time },
      profile: profile ?? trust.profile,
      rootsVetted: profile === undefined,
      maxDepth: maxDepth ?? DEFAULT_DEPTH,
      isPublicSuffix: isPublicSuffix ?? topLevelOnly,
    };
  }
}

function refusal(reason: Problem["reason"], message: string): ExplainedVerdict {
  return { ok: false, reason, message, explain: new Explanation([], [message], 0) };
}

function accepted(
  path: readonly ParsedCertificate[],
  notes: readonly string[],
  steps: number,
): ExplainedVerdict {
  const attempt: Attempt = { path, trusted: true, problems: [], end: null };
  return {
    ok: true,
    path: path.map((certificate) => certificate.der),
    explain: new Explanation([attempt], notes, steps),
  };
}

function refused(
  search: PathSearch,
  leaf: ParsedCertificate,
  anchorNotes: readonly string[],
): ExplainedVerdict {
  const { exhausted, limit } = search.budget;
  const attempts = search.diagnose().sort((one, other) => weight(one) - weight(other));
  const cost = `no path was found within ${limit} steps of work`;
  const notes = exhausted ? [...anchorNotes, cost] : anchorNotes;
  const explain = new Explanation(attempts, notes, search.steps);
  const { reason, message } = exhausted
    ? { reason: "ChainTooCostly" as const, message: cost }
    : worst(attempts[0], leaf);
  return { ok: false, reason, message: `${message}; ${explain.brief}`, explain };
}

/** Trusted paths tell more than others, and among them the one with the fewest problems. */
function weight({ trusted, problems }: Attempt): number {
  return (trusted ? 0 : 1000) + problems.length;
}

/** The problem that is told of a path. */
function worst(attempt: Attempt | undefined, leaf: ParsedCertificate): Problem {
  const order = (problem: Problem): number => FAILURE_REASONS.indexOf(problem.reason);
  if (attempt?.trusted === true) {
    const [first] = [...attempt.problems].sort((one, other) => order(one) - order(other));
    if (first !== undefined) return first;
  }
  const issuer = attempt?.path.at(-1)?.issuerText ?? harmless(leaf.issuerText, MAX_SHORT_NAME);
  return {
    reason: "UnknownIssuer",
    message: `${leaf.subjectText} leads to no trusted authority (${issuer} is not in the trust store)`,
  };
}
