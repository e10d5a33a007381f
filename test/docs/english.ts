/**
 * The phrases that the project does not use, and the search for them: in comments, in strings that are prose, and in
 * Markdown pages. `english.test.ts` enforces the list; CONTRIBUTING.md has the glossary.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "@typescript/typescript6";
import { ROOT } from "../support/data.ts";

/** The longest line that holds a comment, in columns. */
export const LONGEST_COMMENT_LINE = 120;

/** A phrase to avoid and what to write instead. */
export interface Phrase {
  readonly pattern: RegExp;
  readonly instead: string;
}

/** A phrase that was found, with its line counted from 1. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly phrase: string;
  readonly instead: string;
}

/** A comparison after "is no": "is no longer", "are no more than". */
const COMPARISONS =
  "longer|more|less|fewer|later|earlier|other|different|better|worse|slower|faster|larger|smaller|bigger|shorter|greater";

/** Phrases in prose. A name in backticks is not prose. */
export const PHRASES: readonly Phrase[] = [
  {
    pattern: new RegExp(`(?<!\\bt?here )\\b(is|are|was|were) no (?!(${COMPARISONS})\\b)`, "i"),
    instead: '"is not a", "must be a"',
  },
  { pattern: /\bwish(es|ed)?\b/i, instead: '"option" or "request"' },
  {
    pattern: /\b(tells?|told|telling)\b(?!( \S+){0,6} apart)/i,
    instead: '"reports", "shows", "states", "distinguishes"',
  },
  { pattern: /\b(says?|said)\b/i, instead: '"states", "contains", "specifies", "reports"' },
  {
    pattern: /\b(agreed on outside|keys? (from )?outside TLS|keys? from outside)\b/i,
    instead: '"external PSK"',
  },
  { pattern: /\b(nobody|somebody)\b/i, instead: '"no peer", "no caller", "someone"' },
  { pattern: /\bpass(es|ed|ing)? over\b/i, instead: '"ignored", "skipped"' },
  { pattern: /\b(by name only|only by name)\b/i, instead: '"opt-in", "off by default"' },
  { pattern: /\bof (ours|theirs|others)\b/i, instead: '"our", "their", "third-party"' },
  { pattern: /(?<![-/\w.])faces?\b(?![-./])/i, instead: '"API", "SSPI functions", "entry"' },
  { pattern: /(?<![-/\w.])pumps?\b(?![-./])/, instead: '"session"' },
  { pattern: /\b(whoever|whom)\b/i, instead: "the noun: the caller, the peer" },
  { pattern: /\bfor who\b/i, instead: "the noun: for readers who" },
  { pattern: /\bbelongs? into\b/i, instead: '"belongs in", "is not allowed in"' },
  { pattern: /\bfor ever\b/i, instead: '"forever", "without end"' },
  {
    pattern: /\bhas not(?= (of|the|a|any|that|all)\b|[,;:.])/i,
    instead: '"does not have", "lacks"',
  },
  { pattern: /\bcomes? along\b/i, instead: "what happens" },
  {
    pattern: /\bstands? (twice|once|there|in|at|before|after|behind)\b/i,
    instead: '"appears", "is"',
  },
  { pattern: /\b(is|are) wanted\b/i, instead: '"is required", "is expected"' },
  { pattern: /\b(not|what|none) of that\b/i, instead: "the noun" },
];

/** Searches a text. Names in backticks are left out. */
export function findPhrases(text: string): readonly { phrase: string; instead: string }[] {
  const prose = text.replace(/`[^`]*`/g, "`…`");
  return PHRASES.flatMap(({ pattern, instead }) => {
    const found = pattern.exec(prose);
    return found === null ? [] : [{ phrase: found[0].trim(), instead }];
  });
}

/** Searches the comments and the prose strings of a TypeScript file. */
export function findInSource(path: string, text: string): readonly Finding[] {
  const findings: Finding[] = [];
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const add = (position: number, words: string): void => {
    const first = tree.getLineAndCharacterOfPosition(position).line + 1;
    // A phrase may be broken over two lines: the lines are searched joined, and then each alone for its number.
    const lines = words.split("\n").map((line) => line.replace(/^\s*(\*|\/\/)\s?/, ""));
    for (const found of findPhrases(lines.join(" "))) {
      const at = lines.findIndex((line) =>
        findPhrases(line).some(({ instead }) => instead === found.instead),
      );
      findings.push({ path, line: first + Math.max(at, 0), ...found });
    }
  };
  for (const { pos, end } of commentsOf(tree)) add(pos, text.slice(pos, end));
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && isProse(node.text)) add(node.getStart(tree), node.text);
    if (ts.isTemplateExpression(node)) {
      const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
      if (parts.some(isProse)) add(node.getStart(tree), parts.join("…"));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const commented = new Set(
    commentsOf(tree).flatMap(({ pos, end }) => {
      const first = tree.getLineAndCharacterOfPosition(pos).line;
      const last = tree.getLineAndCharacterOfPosition(end).line;
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    }),
  );
  text.split("\n").forEach((line, index) => {
    if (commented.has(index) && line.length > LONGEST_COMMENT_LINE)
      findings.push({
        ...{ path, line: index + 1, phrase: `a comment line of ${line.length} columns` },
        instead: `at most ${LONGEST_COMMENT_LINE}`,
      });
  });
  return findings;
}

/** A string without a space is a name or a value. */
function isProse(text: string): boolean {
  return /[a-z] [a-z]/i.test(text);
}

/** Every comment of a file, in order. */
function commentsOf(tree: ts.SourceFile): readonly ts.TextRange[] {
  const found = new Map<number, ts.TextRange>();
  const collect = (node: ts.Node): void => {
    const start = node.getFullStart();
    for (const range of ts.getLeadingCommentRanges(tree.text, start) ?? [])
      found.set(range.pos, range);
    for (const range of ts.getTrailingCommentRanges(tree.text, node.getEnd()) ?? [])
      found.set(range.pos, range);
    for (const child of node.getChildren(tree)) collect(child);
  };
  collect(tree);
  return [...found.values()].sort((one, other) => one.pos - other.pos);
}

/** Searches a Markdown page. Code blocks are left out, and so are names in backticks. */
export function findInPage(path: string, text: string): readonly Finding[] {
  const findings: Finding[] = [];
  let code = false;
  text.split("\n").forEach((line, index) => {
    if (line.startsWith("```")) code = !code;
    else if (!code)
      for (const found of findPhrases(line)) findings.push({ path, line: index + 1, ...found });
  });
  return findings;
}

/** Searches a file, or all files below a folder. Paths are those of the project, with forward slashes. */
export function findIn(path: string): readonly Finding[] {
  const files = /\.(ts|md)$/.test(path)
    ? [path]
    : readdirSync(join(ROOT, path), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(ts|md)$/.test(name) && !name.includes("node_modules"))
        .map((name) => `${path}/${name.replaceAll("\\", "/")}`)
        .sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    return file.endsWith(".ts") ? findInSource(file, text) : findInPage(file, text);
  });
}
