/**
 * No suite name, OID, IANA number, status or key in hexadecimal is written down in two places of `src`.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { SIGNATURE_SCHEMES } from "../../src/protocol/signature-scheme.ts";
import {
  type Literal,
  numberLiterals,
  type SourceFile,
  sourceFiles,
  stringLiterals,
} from "./sources.ts";

const FILES = sourceFiles("src");

const hex4 = (code: number): string => `0x${code.toString(16).padStart(4, "0")}`;

/** Names and numbers that belong to one registry file. */
const REGISTRIES: readonly { file: string; names: readonly string[]; codes: readonly number[] }[] =
  [
    {
      file: "src/protocol/cipher-suite.ts",
      names: CIPHER_SUITES.map((row) => row.name),
      codes: CIPHER_SUITES.map((row) => row.code),
    },
    {
      file: "src/protocol/signature-scheme.ts",
      names: SIGNATURE_SCHEMES.map((row) => row.name).filter((name) => name.includes("_")),
      codes: SIGNATURE_SCHEMES.map((row) => row.code),
    },
    { file: "src/protocol/named-group.ts", names: [], codes: NAMED_GROUPS.map((row) => row.code) },
  ];

const literals = suite("architecture: written once");

/** Places of every literal that `wanted` accepts, by its text. */
function places(
  read: (file: SourceFile) => readonly Literal[],
  wanted: (text: string) => boolean,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of FILES)
    for (const { text, line } of read(file))
      if (wanted(text)) found.set(text, [...(found.get(text) ?? []), `${file.path}:${line}`]);
  return found;
}

const twice = (found: Map<string, string[]>): string[] =>
  [...found]
    .filter(([, where]) => where.length > 1)
    .map(([text, where]) => `${text}: ${where.join(", ")}`);

literals("object identifiers", () => {
  assert.equal(twice(places(stringLiterals, (text) => /^\d(\.\d+){3,}$/.test(text))), []);
});

literals("suite names", () => {
  assert.equal(twice(places(stringLiterals, (text) => /^TLS_[A-Z0-9_]+$/.test(text))), []);
});

literals("long hexadecimal strings", () => {
  assert.equal(twice(places(stringLiterals, (text) => /^[0-9a-f]{16,}$/i.test(text))), []);
});

literals("labels of the key schedules", () => {
  const isLabel = (text: string): boolean =>
    /^((c|s|e|exp|res) (hs traffic|ap traffic|e traffic|master|binder)|ext binder|traffic upd|(client|server) finished|(extended )?master secret|key expansion|tls13 .*)$/.test(
      text,
    );
  assert.equal(twice(places(stringLiterals, isLabel)), []);
});

literals("status codes", () => {
  assert.equal(twice(places(numberLiterals, (text) => /^0x80(09|0b)[0-9a-f]{4}$/i.test(text))), []);
});

for (const registry of REGISTRIES) {
  literals(`what ${registry.file} names is named nowhere else`, () => {
    const names = new Set(registry.names);
    const codes = new Set(registry.codes.map(hex4));
    const all = [
      ...places(stringLiterals, (text) => names.has(text)),
      ...places(numberLiterals, (text) => codes.has(text.toLowerCase())),
    ];
    const wrong = all
      .map(
        ([text, where]) => [text, where.filter((p) => !p.startsWith(`${registry.file}:`))] as const,
      )
      .filter(([, where]) => where.length > 0)
      .map(([text, where]) => `${text}: ${where.join(", ")}`);
    assert.equal(wrong, []);
  });
}

literals.run();
