/**
 * Tests that name the rows of the reference which they check ("2.4 E1 E5, 8.1 Q7"), and the rows themselves, which are data
 * in `fixtures/schannel/`: so it can be counted which rows are checked, and that they hold.
 */
import { suite } from "uvu";
import { fixture } from "./data.ts";

export interface Rows {
  /**
   * A test of one row or several; the same row may have several tests.
   * @param ids a section and its rows, more sections behind a comma
   */
  row(ids: string, title: string, test: () => void | Promise<void>): void;
  run(): void;
}

export interface Row {
  readonly id: string;
  readonly text: string;
  /** Why no test can check it. */
  readonly unchecked?: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Constants by the section that lists them: name → value as the headers write it. */
export const CONSTANTS: Readonly<Record<string, Readonly<Record<string, string | number>>>> =
  fixture("schannel/constants.json");

/** All sections with their rows; a constant is a row. */
export const SECTIONS: readonly Section[] = fixture<readonly Section[]>("schannel/rows.json").map(
  (section) => ({
    ...section,
    rows: [
      ...Object.keys(CONSTANTS[section.id] ?? {}).map((name) => ({ id: name, text: name })),
      ...section.rows,
    ],
  }),
);

/** Tests and failures of each row ("2.4 E1"), of all files loaded so far. */
export const CHECKS: Map<string, { tests: number; passed: number }> = new Map();

/** Full row names out of "2.4 E1 E5, 8.1 Q7". */
function rowsOf(ids: string): string[] {
  return ids.split(",").flatMap((part) => {
    const [section = "", ...rows] = part.trim().split(/\s+/);
    return rows.map((row) => `${section} ${row}`);
  });
}

/** A suite of rows. */
export function rows(name: string): Rows {
  const tests = suite(name);
  return {
    row(ids, title, test) {
      const counters = rowsOf(ids).map((id) => {
        const counter = CHECKS.get(id) ?? { tests: 0, passed: 0 };
        CHECKS.set(id, counter);
        counter.tests++;
        return counter;
      });
      tests(`${ids} ${title}`, async () => {
        await test();
        for (const counter of counters) counter.passed++;
      });
    },
    run: () => tests.run(),
  };
}
