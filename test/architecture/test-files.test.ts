/**
 * Rules for the tests themselves: each file runs its suites (uvu says nothing about one that does not), none is
 * skipped or singled out, none measures time.
 */
import ts from "@typescript/typescript6";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lineOf, sourceFiles, visit } from "./sources.ts";

const FILES = sourceFiles("test").filter((file) => file.path.match(/\.(test|check)\.ts$/) !== null);

const rules = suite("architecture: tests");

rules("every test file ends by running its suite", () => {
  const wrong = FILES.filter((file) => !/\.run\(\);\n$/.test(file.text) && !endsInLoop(file.text));
  assert.equal(
    wrong.map((file) => file.path),
    [],
  );
});

/** A file whose suites are made in a loop runs each where it is made. */
function endsInLoop(text: string): boolean {
  return /\.run\(\);\n\s*\}+\);?\n$|\.run\(\);\n(\s*\}\)?;?\n)+$|for \([^\n]*\) [^\n]*\.run\(\);\n$/.test(
    text,
  );
}

rules("every suite that is made is run", () => {
  const wrong: string[] = [];
  for (const file of FILES) {
    let made = 0;
    let ran = 0;
    visit(file.tree, (node) => {
      if (!ts.isCallExpression(node)) return;
      if (node.expression.getText(file.tree) === "suite") made++;
      if (ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "run")
        ran++;
    });
    if (made > ran) wrong.push(`${file.path}: ${made} made, ${ran} run`);
  }
  assert.equal(wrong, []);
});

rules("no test is skipped or singled out", () => {
  const wrong: string[] = [];
  for (const file of FILES)
    visit(file.tree, (node) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
      const name = node.expression.name.text;
      const callback = node.arguments[1];
      const isTest = callback !== undefined && ts.isFunctionLike(callback);
      if ((name === "skip" || name === "only") && (isTest || node.arguments.length === 1))
        wrong.push(`${file.path}:${lineOf(file, node)}: ${name}`);
    });
  assert.equal(wrong, []);
});

rules.run();
