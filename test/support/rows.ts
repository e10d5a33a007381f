/**
 * Tests that carry the number of a row of the reference ("2.5 R4"), so that the rows can be counted: the number is the
 * start of the test's name and is kept in `CHECKED_ROWS`.
 */
import { suite } from "uvu";

export interface Rows {
  /** A test of one row; the same row may have several. */
  row(id: string, title: string, test: () => void | Promise<void>): void;
  run(): void;
}

/** Row numbers with the titles of their tests, of all files loaded so far. */
export const CHECKED_ROWS: Map<string, string[]> = new Map();

/** A suite of rows. */
export function rows(name: string): Rows {
  const tests = suite(name);
  return {
    row(id, title, test) {
      const titles = CHECKED_ROWS.get(id) ?? [];
      titles.push(title);
      CHECKED_ROWS.set(id, titles);
      tests(`${id} ${title}`, test);
    },
    run: () => tests.run(),
  };
}
