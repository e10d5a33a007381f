/**
 * Stands for `test/support/data.ts` in a page: the same data, from the server of the page.
 */
import { ask } from "./ask.ts";

/** Parsed JSON of a file below `fixtures/`. */
export function fixture<T>(path: string): T {
  return ask<T>("/fixture", { path });
}
