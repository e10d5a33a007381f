/**
 * Counts how cases came out, by a word of theirs, and writes the counts as Markdown.
 */

export type Outcome = "pass" | "false accept" | "false reject" | "skipped";
export const OUTCOMES: readonly Outcome[] = ["pass", "false accept", "false reject", "skipped"];

export class Scoreboard {
  readonly #rows = new Map<string, Map<Outcome, number>>();

  add(word: string, outcome: Outcome): void {
    const row = this.#rows.get(word) ?? new Map<Outcome, number>();
    this.#rows.set(word, row.set(outcome, (row.get(outcome) ?? 0) + 1));
  }

  count(word: string, outcome: Outcome): number {
    return this.#rows.get(word)?.get(outcome) ?? 0;
  }

  /** A table with a row for each word, in order of the words. */
  markdown(title: string): string {
    const words = [...this.#rows.keys()].sort();
    return table(
      [title, "cases", ...OUTCOMES],
      words.map((word) => {
        const counts = OUTCOMES.map((outcome) => this.count(word, outcome));
        return [word, ...[counts.reduce((sum, count) => sum + count, 0), ...counts].map(String)];
      }),
    );
  }
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
