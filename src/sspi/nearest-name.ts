/**
 * "Did you mean": the known name that differs least from a given one.
 */

/** Characters of a given name that are compared. */
const MAX_LENGTH = 64;

/**
 * The only known name that begins with the given one, or the one that differs least, without regard to case. Null if no
 * name is near: at most a third of the characters may differ.
 */
export function nearestName(given: string, names: readonly string[]): string | null {
  const folded = given.toLowerCase().slice(0, MAX_LENGTH);
  const begun = names.filter((name) => name.toLowerCase().startsWith(folded));
  if (begun.length === 1 && folded.length > 3) return begun[0] ?? null;
  let best: string | null = null;
  let least = Math.max(1, Math.floor(folded.replace(/^-{1,2}/, "").length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(folded, name.toLowerCase());
    if (distance < least) [best, least] = [name, distance];
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
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(
          (row[j] as number) + 1,
          (next[j - 1] as number) + 1,
          (row[j - 1] as number) + same,
          swapped ? (before[j - 2] as number) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}
