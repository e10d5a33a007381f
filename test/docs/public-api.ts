/**
 * What an editor shows of the package: every export of every entry that package.json names, by TypeScript's language service
 * over the sources.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "@typescript/typescript6";
import { ROOT } from "../support/data.ts";
import { read } from "./blocks.ts";

/** A name, with what an editor shows for it. */
export interface ShownName {
  /** "SecBuffer", "SecBuffer.cbBuffer". */
  readonly name: string;
  /** The documentation, without tags. */
  readonly text: string;
  /** Parameters of the first signature, each with its text. */
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  /** The other tags: "returns", "throws", "see". */
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

/** One entry of package.json. */
export interface Entry {
  /** "sealwire/client"; with the condition where an entry has two forms: "sealwire (node)". */
  readonly name: string;
  /** Path of its source below the project's folder. */
  readonly source: string;
}

type Conditions = { readonly [condition: string]: string | Conditions };

/** The entries of package.json, in its order. The declaration file `dist/types/NAME.d.ts` is made of `src/NAME.ts`. */
export function entries(): readonly Entry[] {
  const { name, exports } = JSON.parse(read("package.json")) as {
    name: string;
    exports: Record<string, string | Conditions>;
  };
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === "string" ? [] : typed(target, name + path.slice(1)),
  );
}

function typed(target: Conditions, name: string): Entry[] {
  const { types } = target;
  if (typeof types === "string") {
    return [{ name, source: types.replace("./dist/types/", "src/").replace(/\.d\.ts$/, ".ts") }];
  }
  return Object.entries(target).flatMap(([condition, inner]) =>
    typeof inner === "string"
      ? []
      : typed(inner, condition === "default" ? name : `${name} (${condition})`),
  );
}

const PROBE = join(ROOT, "src/probe-of-the-test.ts");

/** The language service over a program of one file, whose text can be changed. */
function serviceOver(probe: () => string): ts.LanguageService {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const host: ts.LanguageServiceHost = {
    getScriptFileNames: () => [PROBE],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      if (path === PROBE) return ts.ScriptSnapshot.fromString(probe());
      return ts.sys.fileExists(path)
        ? ts.ScriptSnapshot.fromString(readFileSync(path, "utf8"))
        : undefined;
    },
    getCurrentDirectory: () => ROOT,
    getCompilationSettings: () => ({ ...options, incremental: false, noEmit: true }),
    getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
    fileExists: (path) => path === PROBE || ts.sys.fileExists(path),
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  };
  return ts.createLanguageService(host);
}

/** The package's names, as an editor shows them. One compilation serves all entries. */
export class PublicApi {
  readonly entries: readonly Entry[] = entries();
  readonly #text: string;
  readonly #service: ts.LanguageService;
  readonly #program: ts.Program;
  readonly checker: ts.TypeChecker;
  /** What was asked for, by symbol and by the name under which it is exported. */
  readonly #shown = new Map<ts.Symbol, Map<string, readonly ShownName[]>>();

  constructor() {
    this.#text = this.entries
      .map(({ source }, index) => `export * as e${index} from "./${source.slice("src/".length)}";`)
      .join("\n");
    this.#service = serviceOver(() => this.#text);
    const program = this.#service.getProgram();
    if (program === undefined) throw new Error("the language service has no program");
    this.#program = program;
    this.checker = program.getTypeChecker();
  }

  /** The exports of an entry in the order of their names, each with the symbol that it stands for. */
  exportsOf({ source }: Entry): readonly (readonly [name: string, symbol: ts.Symbol])[] {
    const file = this.#program.getSourceFile(join(ROOT, source));
    const module = file === undefined ? undefined : this.checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`${source} has no exports`);
    return this.checker
      .getExportsOfModule(module)
      .map((symbol) => [symbol.name, this.#target(symbol)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** What an editor shows for an export, and for the public members that it declares. */
  shown(name: string, symbol: ts.Symbol): readonly ShownName[] {
    const byName = this.#shown.get(symbol) ?? new Map<string, readonly ShownName[]>();
    const shown = byName.get(name) ?? this.#look(name, symbol);
    this.#shown.set(symbol, byName.set(name, shown));
    return shown;
  }

  #look(name: string, symbol: ts.Symbol): readonly ShownName[] {
    return [
      this.#shownName(name, symbol),
      ...this.members(symbol).map((member) => {
        const [declaration] = member.declarations ?? [];
        const word = declaration === undefined ? member.name : nameOf(declaration);
        return this.#shownName(`${name}.${word}`, member);
      }),
    ];
  }

  /** Public members that sources of the project declare. A computed name is shown with the text of its constant. */
  members(symbol: ts.Symbol): readonly ts.Symbol[] {
    if (
      (symbol.flags &
        (ts.SymbolFlags.Class | ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) ===
      0
    ) {
      return [];
    }
    const type = this.checker.getDeclaredTypeOfSymbol(symbol);
    const parts = type.isUnion() ? type.types : [type];
    const own = parts
      .filter((part) => (part.flags & ts.TypeFlags.Object) !== 0 || part.isIntersection())
      .flatMap((part) => this.checker.getPropertiesOfType(part));
    const statics = [...(symbol.exports?.values() ?? [])];
    return [...new Set([...own, ...statics])].filter((member) =>
      (member.declarations ?? []).some(isPublicMember),
    );
  }

  #shownName(name: string, symbol: ts.Symbol): ShownName {
    const [declaration] = symbol.declarations ?? [];
    const shownAt = declaration === undefined ? undefined : ts.getNameOfDeclaration(declaration);
    const info =
      shownAt === undefined
        ? undefined
        : this.#service.getQuickInfoAtPosition(
            shownAt.getSourceFile().fileName,
            shownAt.getStart(),
          );
    const [signature] = this.signatures(symbol);
    return {
      name,
      text: ts.displayPartsToString(info?.documentation),
      tags: (signature?.getJsDocTags() ?? symbol.getJsDocTags(this.checker))
        .filter(({ name: tag }) => tag !== "param")
        .map((tag) => ({ name: tag.name, text: ts.displayPartsToString(tag.text) })),
      parameters: (signature?.getParameters() ?? []).map((parameter) => ({
        name: parameter.name,
        text: ts.displayPartsToString(parameter.getDocumentationComment(this.checker)),
      })),
    };
  }

  /** Call signatures of a function, method or function value; the constructors of a class. */
  signatures(symbol: ts.Symbol): readonly ts.Signature[] {
    const { valueDeclaration } = symbol;
    // An option that is a function describes its arguments in its own text.
    if (
      valueDeclaration === undefined ||
      ts.isPropertySignature(valueDeclaration) ||
      ts.isPropertyDeclaration(valueDeclaration)
    ) {
      return [];
    }
    const type = this.checker.getTypeOfSymbolAtLocation(symbol, valueDeclaration);
    if ((symbol.flags & ts.SymbolFlags.Class) !== 0) {
      return type
        .getConstructSignatures()
        .filter(({ declaration }) => declaration?.kind === ts.SyntaxKind.Constructor);
    }
    return type.getNonNullableType().getCallSignatures();
  }

  /** What an identifier stands for, through imports. */
  targetOf(node: ts.Identifier): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(node);
    return symbol === undefined ? undefined : this.#target(symbol);
  }

  #target(symbol: ts.Symbol): ts.Symbol {
    return (symbol.flags & ts.SymbolFlags.Alias) === 0
      ? symbol
      : this.checker.getAliasedSymbol(symbol);
  }
}

let known: PublicApi | null = null;

/** The package's names; compiled once in a process. */
export function publicApi(): PublicApi {
  known ??= new PublicApi();
  return known;
}

function nameOf(declaration: ts.Declaration): string {
  return ts.getNameOfDeclaration(declaration)?.getText() ?? "(nameless)";
}

function isPublicMember(declaration: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(declaration);
  if (name === undefined || ts.isPrivateIdentifier(name) || ts.isComputedPropertyName(name)) {
    return false;
  }
  // Node's streams call their implementations by such names.
  if (name.getText().startsWith("_")) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (
    (ts.getCombinedModifierFlags(declaration) & hidden) === 0 &&
    declaration.getSourceFile().fileName.startsWith(join(ROOT, "src").replaceAll("\\", "/"))
  );
}
