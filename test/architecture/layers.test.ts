/**
 * Who may import whom: the layers, no cycles (type-only imports count), and where third parties are allowed.
 * The table of `src/ARCHITECTURE.md` is made of the same data.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LAYERS, layerOf } from "./layer-table.ts";
import { type SourceFile, sourceFiles } from "./sources.ts";

const FILES: readonly SourceFile[] = sourceFiles("src");
const layers = suite("architecture: layers");

layers("every file belongs to a layer of the table", () => {
  const strangers = FILES.filter((file) => layerOf(file.path) === undefined);
  assert.equal(
    strangers.map((file) => file.path),
    [],
  );
});

layers("imports go to the layers that the table allows", () => {
  const wrong: string[] = [];
  for (const file of FILES) {
    const from = layerOf(file.path);
    for (const { target } of file.imports) {
      if (target === null) continue;
      const to = layerOf(target);
      if (to === from || (to !== undefined && from?.imports.includes(to.name))) continue;
      wrong.push(`${file.path} (${from?.name}) imports ${target} (${to?.name})`);
    }
  }
  assert.equal(wrong, []);
});

layers("a layer imports only layers above it in the table", () => {
  const wrong = LAYERS.flatMap(({ name, imports }, index) => {
    const above = LAYERS.slice(0, index).map((layer) => layer.name);
    return imports.filter((other) => !above.includes(other)).map((other) => `${name} > ${other}`);
  });
  assert.equal(wrong, []);
});

layers("the table allows no import that no file makes", () => {
  const unused = LAYERS.flatMap(({ name, imports }) => {
    const used = new Set(
      FILES.filter(({ path }) => layerOf(path)?.name === name).flatMap((file) =>
        file.imports.map(({ target }) => (target === null ? "" : layerOf(target)?.name)),
      ),
    );
    return imports.filter((other) => !used.has(other)).map((other) => `${name} > ${other}`);
  });
  assert.equal(unused, []);
});

layers("the core is compiled without Node and DOM", () => {
  const text = readFileSync("src/tsconfig.core.json", "utf8").replace(/^\s*\/\/.*$/gm, "");
  const { include } = JSON.parse(text) as { include: string[] };
  assert.equal(
    include.sort(),
    LAYERS.filter(({ core = true }) => core)
      .map(({ name }) => name)
      .sort(),
  );
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

layers("third parties are imported only where the table allows them", () => {
  const wrong: string[] = [];
  for (const file of FILES) {
    const { packages = [] } = layerOf(file.path) ?? {};
    for (const { specifier, target } of file.imports) {
      if (target !== null || packages.some((name) => specifier.startsWith(name))) continue;
      wrong.push(`${file.path}: ${specifier}`);
    }
  }
  assert.equal(wrong, []);
});

layers("the core is compiled without the types of Node", () => {
  const { stdout } = spawnSync(
    process.execPath,
    [
      join("node_modules", "typescript", "bin", "tsc"),
      "-p",
      "src/tsconfig.core.json",
      "--listFilesOnly",
    ],
    { encoding: "utf8" },
  );
  const files = stdout.split("\n");
  assert.ok(files.some((file) => file.endsWith("src/engine/engine.ts")));
  assert.equal(
    files.filter((file) => file.includes("@types/node/")),
    [],
  );
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
  for (const entry of ["src/entries/sspi.ts", "src/entries/client.ts", "src/entries/streams.ts"])
    if (byPath.has(entry)) walk(entry, entry);
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
