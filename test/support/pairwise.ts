/**
 * Thins out a product of parameters: a list of combinations in which every two values that can meet do meet.
 */

type Parameters = Readonly<Record<string, readonly unknown[]>>;
export type Combination<P extends Parameters> = { readonly [K in keyof P]: P[K][number] };

/**
 * Greedy: out of all legal combinations the one that brings most pairs not seen yet, until all were seen.
 * Deterministic. Meant for some hundred thousand combinations at most.
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
  const ids = all.map((indices) => indices.map((index, i) => (offsets[i] ?? 0) + index));
  const seen = new Uint8Array(size * size);
  const gain = (row: readonly number[]): number => {
    let fresh = 0;
    for (let i = 0; i < row.length; i++)
      for (let j = i + 1; j < row.length; j++)
        if (seen[(row[i] as number) * size + (row[j] as number)] === 0) fresh++;
    return fresh;
  };
  const chosen: Combination<P>[] = [];
  const most = (names.length * (names.length - 1)) / 2;
  // Gains only shrink, so an old one is a bound: a row is looked at again only if its bound is still the best.
  const bound = new Array<number>(ids.length).fill(most);
  for (let best = most; best > 0; best--) {
    for (let at = 0; at < ids.length; at++) {
      if ((bound[at] as number) < best) continue;
      const row = ids[at] as readonly number[];
      const fresh = gain(row);
      bound[at] = fresh;
      if (fresh < best) continue;
      for (let i = 0; i < row.length; i++)
        for (let j = i + 1; j < row.length; j++)
          seen[(row[i] as number) * size + (row[j] as number)] = 1;
      bound[at] = 0;
      chosen.push(combinationOf<P>(names, values, all[at] as readonly number[]));
    }
  }
  return chosen;
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
