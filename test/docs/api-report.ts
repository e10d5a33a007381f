/**
 * `docs/api/`: for each entry of package.json its names with their texts (NAME.md), and its declarations without texts
 * (NAME.api.md), in which a review sees what an application would notice. `npm run docs` writes, a test compares.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "@typescript/typescript6";
import { ROOT } from "../support/data.ts";
import { type Declared, type EntryNames, type Shared, writtenValue } from "./api-names.ts";
import { referenceOf } from "./api-reference.ts";
import { type Entry, type PublicApi, publicApi } from "./public-api.ts";

const NOTE = "<!-- Made by `npm run docs`. -->";
/** Names that are listed as missing, at most; if more are missing, those that are there are listed. */
const FEW = 10;
const printer = ts.createPrinter({ removeComments: true });

/** "sealwire (node)" → "sealwire-in-node", "sealwire/web" → "web". */
export function fileName({ name }: Entry): string {
  return name.replace(/ \((\w+)\)$/, "-in-$1").replace(/^sealwire\//, "");
}

/** Path below the project's folder → text, for every file of `docs/api/`. */
export function apiFiles(): ReadonlyMap<string, string> {
  const api = publicApi();
  const all = entryNames(api);
  const files = new Map<string, string>();
  files.set("docs/api/README.md", index(all));
  for (const names of all) {
    const path = `docs/api/${fileName(names.entry)}`;
    files.set(`${path}.md`, `${NOTE}\n\n${referenceOf(api, names)}`);
    files.set(`${path}.api.md`, report(names));
  }
  return files;
}

function index(all: readonly EntryNames[]): string {
  const rows = all.map(({ entry, own, shared }) => {
    const others = shared.reduce((sum, { names }) => sum + names.length, 0);
    const file = fileName(entry);
    return `| \`${entry.name}\` | [${file}.md](${file}.md) | [${file}.api.md](${file}.api.md) | ${own.length} | ${others} |`;
  });
  return [
    NOTE,
    "",
    "# API",
    "",
    "For each entry: its names with their texts, and its declarations alone. A change of a declaration is a change that an",
    "application can notice. A name that an entry before has as well is described there.",
    "",
    "| entry | names | declarations | own names | described before |",
    "| --- | --- | --- | ---: | ---: |",
    ...rows,
    "",
  ].join("\n");
}

function report({ entry, own, shared, mentioned }: EntryNames): string {
  const parts = own.map(({ text }) => text);
  for (const { from, names, butFor } of shared) {
    const but = butFor?.length ? `, but for ${butFor.join(", ")}` : "";
    const list = names.map((name) => `//   ${name}`).join("\n");
    parts.push(butFor === null ? `// As in ${from}:\n${list}` : `// All of ${from}${but}`);
  }
  if (mentioned.length > 0) {
    parts.push("// Not exported, but part of the declarations above:");
    parts.push(...mentioned.map(({ text }) => text));
  }
  return `${NOTE}\n\n# ${entry.name}\n\n\`\`\`ts\n${parts.join("\n\n")}\n\`\`\`\n`;
}

/** The entries in the order in which a name is described by the first that has it. */
function entryNames(api: PublicApi): readonly EntryNames[] {
  const declarations = new Declarations(api);
  // The small build after what it is a part of, forms for Node after those for every runtime.
  const order = ({ name }: Entry): number =>
    name.endsWith(")") ? 2 : name.endsWith("/client") ? 1 : 0;
  const seen = new Map<string, string>();
  const exported = new Set<ts.Symbol>();
  const namesOfEntry = new Map(
    api.entries.map((entry) => [entry.name, api.exportsOf(entry).map(([name]) => name)]),
  );
  const sharedOf = (from: string, names: readonly string[]): Shared => {
    const others = (namesOfEntry.get(from) ?? []).filter((name) => !names.includes(name));
    return { from, names, butFor: others.length <= FEW ? others : null };
  };
  return [...api.entries]
    .sort((a, b) => order(a) - order(b))
    .map((entry) => {
      const own: Declared[] = [];
      const shared = new Map<string, string[]>();
      for (const [name, symbol] of api.exportsOf(entry)) {
        const text = declarations.exported(name, symbol);
        const from = seen.get(text);
        if (from === undefined) own.push({ name, symbol, text });
        else shared.set(from, [...(shared.get(from) ?? []), name]);
      }
      for (const { text } of own) seen.set(text, entry.name);
      for (const [, symbol] of api.exportsOf(entry)) exported.add(symbol);
      const mentioned = declarations
        .mentionedBy(own.map(({ symbol }) => symbol))
        .filter((symbol) => !exported.has(symbol))
        .map((symbol) => ({ name: symbol.name, symbol, text: declarations.textOf(symbol) }))
        .filter(({ text }) => !seen.has(text));
      for (const { text } of mentioned) seen.set(text, entry.name);
      const taken = [...shared].map(([from, names]) => sharedOf(from, names));
      return {
        entry,
        own,
        shared: taken,
        mentioned: mentioned.sort((a, b) => (a.name < b.name ? -1 : 1)),
      };
    });
}

/** Declarations as an application's compiler reads them, without bodies and comments. */
class Declarations {
  readonly #api: PublicApi;
  readonly #files = new Map<string, ts.SourceFile>();

  constructor(api: PublicApi) {
    this.#api = api;
  }

  exported(name: string, symbol: ts.Symbol): string {
    if (!isOurs(symbol)) return `export { ${name} } from "node:tls";`;
    const text = this.textOf(symbol).replace(/^(?:export )?(?:declare )?/gm, (word) =>
      word === "" ? "" : "export ",
    );
    const value = writtenValue(name);
    if (value !== null) return `export const ${name}: ${typeIn(text)}; // ${value}`;
    return name === symbol.name ? text : `${text}\nexport { ${symbol.name} as ${name} };`;
  }

  textOf(symbol: ts.Symbol): string {
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined) throw new Error(`${symbol.name} has no declaration`);
    const file = this.#declared(declaration.getSourceFile().fileName);
    return file.statements
      .filter((statement) => namesOf(statement).includes(symbol.name))
      .map((statement) => printer.printNode(ts.EmitHint.Unspecified, statement, file))
      .join("\n");
  }

  /** Symbols of the project that the declarations of `symbols` mention, and so on. */
  mentionedBy(symbols: readonly ts.Symbol[]): readonly ts.Symbol[] {
    const found = new Set<ts.Symbol>();
    const visit = (node: ts.Node): void => {
      // What only our own code gives to a constructor is not the application's.
      if (ts.isBlock(node) || ts.isConstructorDeclaration(node) || isHidden(node)) return;
      if (ts.isIdentifier(node)) add(this.#api.targetOf(node));
      ts.forEachChild(node, (child) => {
        if (!isInitializer(node, child)) visit(child);
      });
    };
    const add = (symbol: ts.Symbol | undefined): void => {
      if (symbol === undefined || found.has(symbol) || !isTopLevel(symbol)) return;
      found.add(symbol);
      for (const declaration of symbol.declarations ?? []) visit(declaration);
    };
    for (const symbol of symbols) add(symbol);
    return [...found];
  }

  #declared(fileName: string): ts.SourceFile {
    const known = this.#files.get(fileName);
    if (known !== undefined) return known;
    const { outputText } = ts.transpileDeclaration(readFileSync(fileName, "utf8"), {
      fileName,
      compilerOptions: { target: ts.ScriptTarget.ES2022, isolatedDeclarations: true },
    });
    const file = ts.createSourceFile(fileName, outputText, ts.ScriptTarget.ES2022, true);
    this.#files.set(fileName, file);
    return file;
  }
}

const SOURCES = join(ROOT, "src").replaceAll("\\", "/");

/** The type in `export const NAME: TYPE;`; of `export const NAME = 1;` the kind of its value. */
function typeIn(text: string): string {
  const [, type, literal] = /^export const \w+(?:: (.*)| = (.*));$/.exec(text) ?? [];
  return type ?? (literal?.startsWith('"') ? "string" : "number");
}

function isOurs({ declarations }: ts.Symbol): boolean {
  return declarations?.some((one) => one.getSourceFile().fileName.startsWith(SOURCES)) === true;
}

/** A declaration of a module of ours, and not a parameter, a member or a variable inside a function. */
function isTopLevel(symbol: ts.Symbol): boolean {
  const [declaration] = symbol.declarations ?? [];
  if (declaration === undefined || !isOurs(symbol)) return false;
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return statement.parent !== undefined && ts.isSourceFile(statement.parent);
}

function isHidden(node: ts.Node): boolean {
  if (!ts.isClassElement(node)) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (
    (ts.getCombinedModifierFlags(node) & hidden) !== 0 ||
    (node.name !== undefined && ts.isPrivateIdentifier(node.name))
  );
}

/** A value whose type is written beside it says nothing of the declaration. */
function isInitializer(node: ts.Node, child: ts.Node): boolean {
  const holds =
    ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node);
  return holds && node.initializer === child;
}

function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const { name } = statement as { readonly name?: ts.Identifier };
  return name === undefined ? [] : [name.text];
}
