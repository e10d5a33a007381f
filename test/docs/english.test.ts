/**
 * Comments, messages, test titles and pages use the words of the glossary in CONTRIBUTING.md, and no comment line is too
 * long. A failure names the file, the line, the phrase and what to write instead.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { findIn, findInPage, findInSource } from "./english.ts";

/** What is searched: files, and folders with everything below them. */
const SEARCHED: readonly string[] = [
  ...["README.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md", "src/ARCHITECTURE.md"],
  "examples",
  // docs/api is generated from comments.
  ...["cli", "interop", "limits", "node-tls", "schannel", "size", "x509"].map(
    (name) => `docs/${name}.md`,
  ),
  ...["bytes", "wire", "record", "protocol", "engine", "handshake"].map((name) => `src/${name}`),
];

const english = suite("english");

for (const path of SEARCHED)
  english(`${path} contains no phrase of the list`, () => {
    assert.equal(
      findIn(path).map(
        ({ path, line, phrase, instead }) => `${path}:${line}: ${phrase} → ${instead}`,
      ),
      [],
    );
  });

english("a phrase is found in a comment, in a message and in a template, with its line", () => {
  const source = [
    "/** A name that is",
    " * no name. */",
    'const message = "the peer tells this";',
    `const template = \`\${message} says that\`;`,
  ].join("\n");
  assert.equal(
    findInSource("a.ts", source).map(({ line, phrase }) => [line, phrase]),
    [
      [1, "is no"],
      [3, "tells"],
      [4, "says"],
    ],
  );
});

english("identifiers, values without a space and names in backticks are not prose", () => {
  const source =
    'const functions = "says";\n/** The `face` of a thing. */\nexport const pump = functions;\n';
  assert.equal(findInSource("a.ts", source), []);
});

english("a comment line of more than 120 columns is found", () => {
  const found = findInSource("a.ts", `// ${"x".repeat(118)}\n`);
  assert.equal(
    found.map(({ phrase }) => phrase),
    ["a comment line of 121 columns"],
  );
});

english("a page is searched outside its code blocks", () => {
  const found = findInPage("a.md", "It is no page.\n```\nit says so\n```\n");
  assert.equal(
    found.map(({ line, phrase }) => [line, phrase]),
    [[1, "is no"]],
  );
});

english.run();
