/**
 * No regular expression of `src` backtracks more than its text is long: each is analysed.
 */
import ts from "@typescript/typescript6";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { growthOf } from "./regular-expressions.ts";
import { sourceFiles } from "./sources.ts";

/** Expressions whose text is short, each with the reason why. */
const SHORT: Readonly<Record<string, string>> = {
  "src/cli/inspect/packet.ts: /(^|:)0(:0)+(:|$)/": "the eight groups of an address",
  "src/cli/advice.ts: / .*$/": "a message of ours",
  "src/cli/advice.ts: /chain: leaf [^→]* → no trusted issuer named (.+?)(?: \\(|$|;)/":
    "a message of ours",
  "src/cli/openssl-peer.ts: /^<<< .*Alert \\[.*\\], (.+)$/": "lines of our own openssl",
};
/** Expressions that are made while the program runs, each with the reason why they do not backtrack. */
const MADE: Readonly<Record<string, string>> = {
  'src/adapters/node/sni.ts: new RegExp(`^${labels.join("\\\\.")}$`, "i")':
    "labels that the caller gives: a star stands for characters other than the period behind it",
};

const rules = suite("architecture: regular expressions");

const found = new Set<string>();
const made: string[] = [];
for (const { path, tree } of sourceFiles("src")) {
  const walk = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.add(`${path}: ${node.text}`);
    const called = ts.isNewExpression(node) || ts.isCallExpression(node);
    if (called && node.expression.getText(tree) === "RegExp")
      made.push(`${path}: ${node.getText(tree)}`);
    ts.forEachChild(node, walk);
  };
  walk(tree);
}

for (const place of found) {
  rules(`${place} takes time linear in its text`, () => {
    const [, source = "", flags = ""] = /: \/(.*)\/([a-z]*)$/.exec(place) ?? [];
    assert.ok(place in SHORT || growthOf(source, flags) === "linear", growthOf(source, flags));
  });
}

rules("no other regular expression is made of a text", () => {
  assert.equal(
    made.filter((place) => !(place in MADE)),
    [],
  );
});

const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^a+$/, "linear"],
  [/\s+/, "linear"],
  [/^(?:[a-z]{2} )*$/, "linear"],
  [/\s+$/, "polynomial"],
  [/%.*$/, "polynomial"],
  [/^\s*.*x$/, "polynomial"],
  [/^.*a.*b$/, "polynomial"],
  [/^(?:[0-9a-f]{2,4} ?)+ .*$/, "exponential"],
  [/^(a+)+b$/, "exponential"],
  [/^(a*)*b$/, "exponential"],
];
for (const [expression, growth] of KNOWN)
  rules(`the analysis calls ${expression} ${growth}`, () =>
    assert.is(growthOf(expression.source, expression.flags), growth),
  );

rules.run();
