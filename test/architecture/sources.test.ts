/**
 * Rules for every source file that neither the compiler nor the linter holds: headers, length, forbidden names and
 * exceptions in the core, words that do not belong into published text.
 */
import ts from "@typescript/typescript6";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lineOf, type SourceFile, sourceFiles, visit } from "./sources.ts";

const SOURCES = sourceFiles("src");
const OTHERS = ["test", "bench", "examples"].flatMap(sourceFiles);
const ALL = [...SOURCES, ...OTHERS];

const CORE =
  /^src\/(bytes|protocol|wire|crypto|record|handshake|engine|sspi|legacy|message|ntlm|digest|negotiate|schannel|pki|starttls|providers\/(portable|web))\//;
const NO_PLAIN_ERRORS = /^src\/(wire|crypto|record|handshake)\//;

/** Globals and members that the core must not name: time, chance, timers, runtimes. */
const FORBIDDEN_GLOBALS: ReadonlySet<string> = new Set([
  ...["Buffer", "process", "global", "window", "document", "navigator", "self", "require"],
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "performance", "console"],
  ...["TextEncoder", "TextDecoder", "fetch", "atob", "btoa", "structuredClone", "eval"],
]);
const FORBIDDEN_MEMBERS: readonly (readonly [string, string])[] = [
  ["Date", "now"],
  ["Math", "random"],
];

const LONGEST = { source: 400, test: 600 };
const HEADER = { shortest: 1, longest: 14 };

const rules = suite("architecture: source files");

const offenders = (
  files: readonly SourceFile[],
  find: (file: SourceFile) => readonly string[],
): string[] => files.flatMap((file) => find(file).map((text) => `${file.path}${text}`));

/** Lines of text of the comment at the top, after a shebang; 0 without one. */
function headerLines(file: SourceFile): number {
  const text = file.text.replace(/^#!.*\n/, "");
  const block = /^\s*\/\*\*?([\s\S]*?)\*\//.exec(text);
  if (block === null) return 0;
  return (block[1] ?? "").split("\n").filter((line) => line.replace(/[\s*]/g, "") !== "").length;
}

rules("every file starts with a header comment", () => {
  assert.equal(
    offenders(ALL, (file) => {
      const lines = headerLines(file);
      return lines < HEADER.shortest || lines > HEADER.longest ? [`: ${lines} header lines`] : [];
    }),
    [],
  );
});

rules("no file is too long", () => {
  const limit = (file: SourceFile): number =>
    file.path.startsWith("src/") ? LONGEST.source : LONGEST.test;
  assert.equal(
    offenders(ALL, (file) =>
      file.lines > limit(file) ? [`: ${file.lines} lines, limit ${limit(file)}`] : [],
    ),
    [],
  );
});

rules("the core names no clock, chance, timer or runtime", () => {
  const core = SOURCES.filter((file) => CORE.test(file.path));
  assert.equal(offenders(core, forbiddenNames), []);
});

function forbiddenNames(file: SourceFile): string[] {
  const found: string[] = [];
  visit(file.tree, (node) => {
    if (ts.isPropertyAccessExpression(node)) {
      const member = FORBIDDEN_MEMBERS.find(
        ([object, name]) =>
          node.expression.getText(file.tree) === object && node.name.text === name,
      );
      if (member !== undefined) found.push(`:${lineOf(file, node)}: ${member.join(".")}`);
    }
    if (ts.isIdentifier(node) && FORBIDDEN_GLOBALS.has(node.text) && isGlobalUse(node))
      found.push(`:${lineOf(file, node)}: ${node.text}`);
  });
  return found;
}

/** An identifier that is read as a value, not the name of a member, parameter or property. */
function isGlobalUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return (
    ts.isCallExpression(parent) ||
    ts.isNewExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isTypeOfExpression(parent)
  );
}

rules("below the engine, refusals are `fail(…)`, not plain exceptions", () => {
  const files = SOURCES.filter((file) => NO_PLAIN_ERRORS.test(file.path));
  assert.equal(
    offenders(files, (file) => {
      const found: string[] = [];
      visit(file.tree, (node) => {
        if (ts.isNewExpression(node) && node.expression.getText(file.tree) === "Error")
          found.push(`:${lineOf(file, node)}`);
      });
      return found;
    }),
    [],
  );
});

rules("no default exports, no assertions against the compiler, no notes to self", () => {
  assert.equal(
    offenders(ALL, (file) => {
      const found: string[] = [];
      visit(file.tree, (node) => {
        // node:tls has one, whose place it takes.
        if (ts.isExportAssignment(node) && file.path !== "src/entries/node.ts")
          found.push(`:${lineOf(file, node)}: default export`);
        if (ts.isNonNullExpression(node)) found.push(`:${lineOf(file, node)}: non-null assertion`);
        if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`:${lineOf(file, node)}: any`);
      });
      file.text.split("\n").forEach((line, index) => {
        if (NOTES.test(line)) found.push(`:${index + 1}: ${line.trim()}`);
      });
      return found;
    }),
    [],
  );
});

/** In two halves, so that this file does not find itself. */
const NOTES = new RegExp(`\\b(${"TO"}DO|${"FIX"}ME)\\b`);

rules("keys of node are generated in the one place that cannot hang over it", () => {
  const users = SOURCES.filter((file) => file.text.includes("generateKeyPair"));
  assert.equal(
    users.map((file) => file.path),
    ["src/providers/node/key-objects.ts"],
  );
});

rules("every exported function of the core has a doc comment", () => {
  const core = SOURCES.filter((file) => CORE.test(file.path));
  assert.equal(
    offenders(core, (file) => {
      const found: string[] = [];
      for (const statement of file.tree.statements) {
        if (!ts.isFunctionDeclaration(statement)) continue;
        const exported = statement.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
        if (exported && ts.getJSDocCommentsAndTags(statement).length === 0)
          found.push(`:${lineOf(file, statement)}: ${statement.name?.text ?? "?"}`);
      }
      return found;
    }),
    [],
  );
});

rules(
  "no module waits while it is loaded: parts of a bundle that import one another would wait for ever",
  () => {
    const waits = (node: ts.Node): boolean =>
      ts.isAwaitExpression(node) ||
      (!ts.isFunctionLike(node) && (ts.forEachChild(node, waits) ?? false));
    assert.equal(
      SOURCES.filter(({ tree }) => waits(tree)).map(({ path }) => path),
      [],
    );
  },
);

rules.run();
