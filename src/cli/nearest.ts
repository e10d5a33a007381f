/**
 * "Did you mean": the known word that differs least from a given one.
 */

/** The word that it begins, or the nearest one, or null if none is near: at most a third of the characters may differ. */
export function nearest(given: string, words: readonly string[]): string | null {
  const folded = given.toLowerCase().slice(0, 64);
  const most = Math.max(1, Math.floor(folded.replace(/^-+/, "").length / 3));
  const begun = words.filter((word) => word.toLowerCase().startsWith(folded));
  if (begun.length === 1 && folded.length > 3) return begun[0] ?? null;
  let best: string | null = null;
  let least = most + 1;
  for (const word of words) {
    const distance = editDistance(folded, word.toLowerCase());
    if (distance < least) [best, least] = [word, distance];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const costs = [
        (row[j] as number) + 1,
        (next[j - 1] as number) + 1,
        (row[j - 1] as number) + same,
      ];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) costs.push((before[j - 2] as number) + 1);
      next.push(costs.reduce((least, cost) => Math.min(least, cost)));
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}
