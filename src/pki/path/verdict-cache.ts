/**
 * Paths that were found and on which nothing is wrong, so that the next handshake with the same chain checks no
 * signature. An entry belongs to a leaf, as it was parsed, and goes with it when the parser forgets it; it holds for
 * one store, one question, and as long as every certificate of the path is valid. The name is not part of the question:
 * an entry keeps the names that the leaf was found to be for.
 */
import type { ParsedCertificate } from "../certificate.ts";
import type { PathRequest } from "./path-checks.ts";

export interface KnownPath {
  /** Leaf first, with its anchor. */
  readonly path: readonly ParsedCertificate[];
  /** Names that the leaf is for, as far as they were asked. */
  readonly names: Set<string>;
}

interface Entry extends KnownPath {
  readonly store: object;
  readonly request: Omit<PathRequest, "time">;
  readonly intermediates: readonly ParsedCertificate[];
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Entries of one leaf: it may be sent with other intermediates, or asked for under other rules. */
const MAX_PER_LEAF = 4;
/** Names of one entry. */
const MAX_NAMES = 16;

export class VerdictCache {
  readonly #entries = new WeakMap<ParsedCertificate, Entry[]>();

  /**
   * The path that was found for the same question, or null.
   * @param store changes when the anchors do
   */
  find(
    store: object,
    request: PathRequest,
    leaf: ParsedCertificate,
    intermediates: readonly ParsedCertificate[],
  ): KnownPath | null {
    const second = Math.floor(request.time / 1000) * 1000;
    const entry = this.#entries
      .get(leaf)
      ?.find(
        (item) =>
          item.store === store &&
          second >= item.notBefore &&
          second <= item.notAfter &&
          sameQuestion(item.request, request) &&
          item.intermediates.length === intermediates.length &&
          item.intermediates.every((certificate, i) => certificate === intermediates[i]),
      );
    return entry ?? null;
  }

  keep(
    store: object,
    request: PathRequest,
    leaf: ParsedCertificate,
    intermediates: readonly ParsedCertificate[],
    path: readonly ParsedCertificate[],
  ): KnownPath {
    const entry: Entry = {
      ...{ store, request, intermediates, path },
      names: new Set(),
      notBefore: path.reduce(
        (latest, { notBefore }) => Math.max(latest, notBefore),
        Number.NEGATIVE_INFINITY,
      ),
      notAfter: path.reduce(
        (first, { notAfter }) => Math.min(first, notAfter),
        Number.POSITIVE_INFINITY,
      ),
    };
    const others = this.#entries.get(leaf) ?? [];
    this.#entries.set(leaf, [entry, ...others].slice(0, MAX_PER_LEAF));
    return entry;
  }
}

/** Keeps that the leaf of a path is for a name. */
export function keepName({ names }: KnownPath, name: string): void {
  if (names.size < MAX_NAMES) names.add(name);
}

function sameQuestion(one: Omit<PathRequest, "time">, other: PathRequest): boolean {
  return (
    one.purpose === other.purpose &&
    one.leafUsage === other.leafUsage &&
    one.profile === other.profile &&
    one.rootsVetted === other.rootsVetted &&
    one.maxDepth === other.maxDepth &&
    one.isPublicSuffix === other.isPublicSuffix
  );
}
