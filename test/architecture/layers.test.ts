/**
 * Who may import whom: the layers, no cycles (type-only imports count), and where third parties are allowed.
 * The table of `src/ARCHITECTURE.md` is made of the same data.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MAY_IMPORT } from "./layer-table.ts";
import { type SourceFile, sourceFiles } from "./sources.ts";

/** The entries of the package: which are there in every runtime, and which stand on the transports. */
const FACE = ["src/index.ts", "src/node-index.ts", "src/post-quantum.ts", "src/legacy-keys.ts"];
const FRIENDLY = ["src/client.ts", "src/node.ts", "src/node-web.ts", "src/web.ts"];
/** The entries that take the provider of node:crypto. */
const NODE_ENTRIES: ReadonlySet<string> = new Set(["src/node-index.ts", "src/node-web.ts"]);

/** Single doors in the walls, each with its reason. */
const ALSO: readonly { from: string; to: RegExp; because: string }[] = [
  { from: "pki", to: /^src\/schannel\/environment\.ts$/, because: "pki implements this contract" },
  { from: "pki", to: /^src\/schannel\/credential-types\.ts$/, because: "what its loaders return" },
  {
    from: "cli",
    to: /^src\/providers\/node\/provider\.ts$/,
    because: "the ladder opens records with the key log",
  },
  {
    from: "transports",
    to: /^src\/schannel\/(credential-types|constants|application-protocols)\.ts$/,
    because: "arguments of the face: the pump is given the face's functions, not an entry",
  },
  {
    from: "face",
    to: /^src\/providers\/portable\//,
    because: "entries choose a provider",
  },
  {
    from: "wiring",
    to: /^src\/providers\/subtle\//,
    because: "a client whose provider is part of what makes it small",
  },
  {
    from: "wiring",
    to: /^src\/providers\/portable\/ml-kem\.ts$/,
    because: "code that is brought for all providers",
  },
  {
    from: "friendly",
    to: /^src\/providers\/(web|subtle)\//,
    because: "entries choose a provider",
  },
];

const ALLOWED_PACKAGES: readonly { package: RegExp; files: RegExp }[] = [
  {
    package: /^node:/,
    files: /^src\/(providers\/node\/|transports\/node|cli\/|wiring\/node-|node\.ts$)/,
  },
  { package: /^@noble\//, files: /^src\/providers\/(portable|subtle)\// },
  { package: /^node-forge$/, files: /^src\/pki\// },
];

function layerOf(path: string): string {
  if (FACE.includes(path)) return "face";
  if (FRIENDLY.includes(path)) return "friendly";
  const [, folder = "", second = ""] = path.split("/");
  return folder === "providers" ? `providers/${second}` : folder;
}

const FILES: readonly SourceFile[] = sourceFiles("src");
const layers = suite("architecture: layers");

layers("every file belongs to a layer of the table", () => {
  const strangers = FILES.filter((file) => MAY_IMPORT[layerOf(file.path)] === undefined);
  assert.equal(
    strangers.map((file) => file.path),
    [],
  );
});

layers("imports go downwards only", () => {
  const wrong: string[] = [];
  for (const file of FILES) {
    const from = layerOf(file.path);
    for (const { target } of file.imports) {
      if (target === null) continue;
      const to = layerOf(target);
      const door = ALSO.some((rule) => rule.from === from && rule.to.test(target));
      // The Node entry is the one face that may name the Node provider.
      const nodeDoor = NODE_ENTRIES.has(file.path) && to === "providers/node";
      if (to === from || MAY_IMPORT[from]?.includes(to) || door || nodeDoor) continue;
      wrong.push(`${file.path} (${from}) imports ${target} (${to})`);
    }
  }
  assert.equal(wrong, []);
});

layers("relative imports name an existing file with its ending", () => {
  const known = new Set(FILES.map((file) => file.path));
  const wrong = FILES.flatMap((file) =>
    file.imports
      .filter(({ target }) => target !== null && !known.has(target))
      .map(({ specifier }) => `${file.path}: ${specifier}`),
  );
  assert.equal(wrong, []);
});

layers("third parties only where they are allowed", () => {
  const wrong: string[] = [];
  for (const file of FILES) {
    for (const { specifier, target } of file.imports) {
      if (target !== null) continue;
      const rule = ALLOWED_PACKAGES.find((item) => item.package.test(specifier));
      if (rule === undefined || !rule.files.test(file.path))
        wrong.push(`${file.path}: ${specifier}`);
    }
  }
  assert.equal(wrong, []);
});

layers("no cycles, type-only imports included", () => {
  assert.equal(cycles(FILES), []);
});

layers("the portable entries reach no Node name", () => {
  const reached = new Map<string, string>();
  const byPath = new Map(FILES.map((file) => [file.path, file]));
  const walk = (path: string, way: string): void => {
    if (reached.has(path)) return;
    reached.set(path, way);
    for (const { target, specifier } of byPath.get(path)?.imports ?? []) {
      if (target === null) reached.set(specifier, `${way} > ${specifier}`);
      else walk(target, `${way} > ${target}`);
    }
  };
  for (const entry of ["src/index.ts", "src/web.ts"]) if (byPath.has(entry)) walk(entry, entry);
  const wrong = [...reached].filter(([name]) => name.startsWith("node:")).map(([, way]) => way);
  assert.equal(wrong, []);
});

/** Cycles of the import graph, each once, as "a > b > a". Depth first, three colours. */
function cycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map((file) => [file.path, file.imports]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      found.push([...trail.slice(start), path].join(" > "));
      return;
    }
    if (done.has(path)) return;
    for (const { target } of graph.get(path) ?? [])
      if (target !== null) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const file of files) walk(file.path, []);
  return found;
}

layers.run();
