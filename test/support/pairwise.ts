/**
 * Thins out long lists of cases: to those that meet every requirement, or every two parameters that can meet.
 */

type Parameters = Readonly<Record<string, readonly unknown[]>>;
export type Combination<P extends Parameters> = { readonly [K in keyof P]: P[K][number] };

/**
 * Greedy: the row that meets most requirements that none has met yet, the first of several, until all are met. So the
 * selection is not the smallest, but always the same. Meant for some hundred thousand rows at most.
 * @param needs of a row: what it meets, as numbers from 0, none twice; each answer may be the same array
 * @param size how many requirements there are
 */
export function covering<T>(
  rows: readonly T[],
  needs: (row: T) => readonly number[],
  size: number,
): T[] {
  const met = new Uint8Array(size);
  const chosen: T[] = [];
  // Gains only shrink, so an old one is a bound: a row is looked at again only if its bound is still the best.
  const bounds = rows.map((row) => needs(row).length);
  for (let best = bounds.reduce((a, b) => Math.max(a, b), 0); best > 0; best--) {
    for (const [at, row] of rows.entries()) {
      if ((bounds[at] as number) < best) continue;
      const mine = needs(row);
      let fresh = 0;
      for (const need of mine) if (met[need] === 0) fresh++;
      bounds[at] = fresh;
      if (fresh < best) continue;
      for (const need of mine) met[need] = 1;
      bounds[at] = 0;
      chosen.push(row);
    }
  }
  return chosen;
}

/**
 * Of all legal combinations so many that every two values that can meet do meet.
 * @param legal which combinations can be at all
 */
export function pairwise<const P extends Parameters>(
  parameters: P,
  legal: (combination: Combination<P>) => boolean,
): Combination<P>[] {
  const names = Object.keys(parameters);
  const values = names.map((name) => parameters[name] ?? []);
  const offsets: number[] = [];
  let size = 0;
  for (const list of values) {
    offsets.push(size);
    size += list.length;
  }
  const all = product(values.map((list) => list.length)).filter((indices) =>
    legal(combinationOf<P>(names, values, indices)),
  );
  const pairs = new Array<number>((names.length * (names.length - 1)) / 2);
  const pairsOf = (indices: readonly number[]): number[] => {
    let count = 0;
    for (let i = 0; i < indices.length; i++) {
      const row = ((offsets[i] as number) + (indices[i] as number)) * size;
      for (let j = i + 1; j < indices.length; j++)
        pairs[count++] = row + (offsets[j] as number) + (indices[j] as number);
    }
    return pairs;
  };
  return covering(all, pairsOf, size * size).map((indices) =>
    combinationOf<P>(names, values, indices),
  );
}

/** How many values of each parameter occur in combinations of them. */
export function valuesMet(
  combinations: readonly Readonly<Record<string, unknown>>[],
): Record<string, number> {
  const values = new Map<string, Set<unknown>>();
  for (const combination of combinations)
    for (const [name, value] of Object.entries(combination))
      values.set(name, (values.get(name) ?? new Set()).add(value));
  return Object.fromEntries([...values].map(([name, found]) => [name, found.size]));
}

function product(sizes: readonly number[]): number[][] {
  let rows: number[][] = [[]];
  for (const size of sizes)
    rows = rows.flatMap((row) => Array.from({ length: size }, (_, index) => [...row, index]));
  return rows;
}

function combinationOf<P extends Parameters>(
  names: readonly string[],
  values: readonly (readonly unknown[])[],
  indices: readonly number[],
): Combination<P> {
  const entries = names.map((name, i) => [name, values[i]?.[indices[i] ?? 0]] as const);
  return Object.fromEntries(entries) as Combination<P>;
}
