/**
 * Paths that were found, so that the next handshake with the same chain checks no signature. An entry belongs to a leaf,
 * as it was parsed, and goes with it when the parser forgets it; it holds for one store, one question, and as long as every
 * certificate of the path is valid.
 */
import type { ParsedCertificate } from "./certificate.ts";
import type { PathRequest } from "./path-checks.ts";

interface Entry {
  readonly store: object;
  readonly request: Omit<PathRequest, "time">;
  readonly intermediates: readonly ParsedCertificate[];
  readonly path: readonly ParsedCertificate[];
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Entries of one leaf: it may be asked for under several names. */
const PER_LEAF = 4;

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
  ): readonly ParsedCertificate[] | null {
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
    return entry?.path ?? null;
  }

  keep(
    store: object,
    request: PathRequest,
    leaf: ParsedCertificate,
    intermediates: readonly ParsedCertificate[],
    path: readonly ParsedCertificate[],
  ): void {
    const entry: Entry = {
      ...{ store, request, intermediates, path },
      notBefore: Math.max(...path.map((certificate) => certificate.notBefore)),
      notAfter: Math.min(...path.map((certificate) => certificate.notAfter)),
    };
    const others = this.#entries.get(leaf) ?? [];
    this.#entries.set(leaf, [entry, ...others].slice(0, PER_LEAF));
  }
}

function sameQuestion(one: Omit<PathRequest, "time">, other: PathRequest): boolean {
  return (
    one.name === other.name &&
    one.purpose === other.purpose &&
    one.profile === other.profile &&
    one.rootsVetted === other.rootsVetted &&
    one.maxDepth === other.maxDepth &&
    one.isPublicSuffix === other.isPublicSuffix
  );
}
