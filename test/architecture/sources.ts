/**
 * The project's own source files, parsed, for the tests that hold its rules. Reads `src`, `test`, `bench` and
 * `examples`; nothing is compiled or run.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import ts from "@typescript/typescript6";
import { ROOT } from "../support/data.ts";

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path below the project's folder for a relative import, else null. */
  readonly target: string | null;
}

export interface Literal {
  readonly text: string;
  readonly line: number;
}

export interface SourceFile {
  /** Path below the project's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** Every `.ts` file below `folder` (of the project), in order of path. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  const root = join(ROOT, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
    .sort()
    .map((name) => read(join(root, name)));
}

function read(file: string): SourceFile {
  const path = relative(ROOT, file).replaceAll("\\", "/");
  const text = readFileSync(file, "utf8");
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  return {
    path,
    text,
    lines: text.split("\n").length - 1,
    tree,
    imports: importsOf(tree, path),
  };
}

function importsOf(tree: ts.SourceFile, path: string): readonly Import[] {
  const found: Import[] = [];
  visit(tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier === null) return;
    const target = specifier.startsWith(".") ? posix.join(dirname(path), specifier) : null;
    found.push({ specifier, target });
  });
  return found;
}

function specifierOf(node: ts.Node): string | null {
  const literal =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined;
  return literal !== undefined && ts.isStringLiteral(literal) ? literal.text : null;
}

/** Calls `callback` for every node below `node`. */
export function visit(node: ts.Node, callback: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    callback(child);
    visit(child, callback);
  });
}

/** String literals of a file, types and import specifiers left out. */
export function stringLiterals(file: SourceFile): readonly Literal[] {
  const found: Literal[] = [];
  visit(file.tree, (node) => {
    if (!ts.isStringLiteralLike(node)) return;
    if (ts.isLiteralTypeNode(node.parent) || specifierOf(node.parent) !== null) return;
    found.push({ text: node.text, line: lineOf(file, node) });
  });
  return found;
}

/** Numeric literals of a file, as written. */
export function numberLiterals(file: SourceFile): readonly Literal[] {
  const found: Literal[] = [];
  visit(file.tree, (node) => {
    if (ts.isNumericLiteral(node))
      found.push({ text: node.getText(file.tree), line: lineOf(file, node) });
  });
  return found;
}

/** Line of a node, counted from 1. */
export function lineOf(file: SourceFile, node: ts.Node): number {
  return file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1;
}
