/**
 * Parts of the documentation that are made from the code. A document holds `<!-- made: NAME -->` … `<!-- end -->`; what
 * stands between is replaced by what the block of that name says. `npm run docs` writes, a test compares.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/data.ts";

/** Name → text of the block, without the line ends around it. */
export type Blocks = Readonly<Record<string, () => string>>;

const BLOCK = /(<!-- made: ([a-z0-9-]+) -->\n)(?:[\s\S]*?\n)??(<!-- end -->)/g;

/** Paths, from the project's folder, of the documents that may hold blocks. */
export function documents(): string[] {
  const docs = existsSync(join(ROOT, "docs"))
    ? readdirSync(join(ROOT, "docs"))
        .filter((name) => name.endsWith(".md"))
        .map((name) => `docs/${name}`)
    : [];
  return ["README.md", "src/ARCHITECTURE.md", ...docs].filter((path) =>
    existsSync(join(ROOT, path)),
  );
}

/** A document's text with its blocks made anew. Throws for a name that no block has. */
export function renewed(text: string, blocks: Blocks): string {
  return text.replace(BLOCK, (_all, begin: string, name: string, end: string) => {
    const make = blocks[name];
    if (make === undefined) throw new Error(`nothing makes the block "${name}"`);
    return `${begin}${make()}\n${end}`;
  });
}

/** Names of the blocks in a text. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(BLOCK)].map((match) => match[2] ?? "");
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Writes what changed; returns its paths. */
export function renewAll(blocks: Blocks): string[] {
  return documents().filter((path) => {
    const before = read(path);
    const after = renewed(before, blocks);
    if (after !== before) writeFileSync(join(ROOT, path), after);
    return after !== before;
  });
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
