/**
 * Makes the published files of what tsc emitted into `build/package/`: one JavaScript file per entry and what they share in
 * `dist/shared`, dependencies left as imports; and in `dist/types` the declarations as tsc wrote them, one file per source
 * file. Both have maps to the sources, which are published too. An entry that `package.json` names and nobody has written is
 * an error; the portable entries must not name Node.
 */
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const dependencies = Object.keys(manifest.dependencies);

/** Entry → its compiled module, and whether it has to run without Node. */
const ENTRIES = [
  { name: "index", module: "entries/sspi", portable: true },
  { name: "client", module: "entries/client", portable: true },
  { name: "node-index", module: "entries/sspi-node", portable: false },
  { name: "node", module: "entries/node", portable: false },
  { name: "web", module: "entries/streams", portable: true },
  { name: "node-web", module: "entries/streams-node", portable: false },
  { name: "session", module: "entries/session", portable: true },
  { name: "node-session", module: "entries/session-node", portable: false },
  { name: "packages", module: "entries/packages", portable: true },
  { name: "node-packages", module: "entries/packages-node", portable: false },
  { name: "legacy-keys", module: "entries/legacy-keys", portable: true },
  { name: "post-quantum", module: "entries/post-quantum", portable: true },
  { name: "cli", module: "cli/main", portable: false, executable: true },
];

const isExternal = (id) =>
  id.startsWith("node:") || dependencies.some((name) => id === name || id.startsWith(`${name}/`));

/** Fails the build if a portable entry would reach a Node module, through whatever chunk. */
const portableEntries = {
  name: "portable-entries",
  generateBundle(_, bundle) {
    const walk = (file, seen) => {
      if (file.startsWith("node:"))
        this.error(`${[...seen].join(" > ")} must run everywhere but imports ${file}`);
      if (seen.has(file) || bundle[file]?.type !== "chunk") return;
      seen.add(file);
      for (const next of [...bundle[file].imports, ...bundle[file].dynamicImports])
        walk(next, new Set(seen));
    };
    for (const entry of wanted.filter((item) => item.portable)) walk(`${entry.name}.js`, new Set());
  },
};

/** Sets the executable bit, which npm keeps in the tarball. */
const executable = {
  name: "executable",
  async writeBundle(options) {
    for (const entry of wanted.filter((item) => item.executable))
      await chmod(`${options.dir}/${entry.name}.js`, 0o755);
  },
};

const onwarn = (warning) => {
  throw new Error(`rollup: ${warning.message}`);
};

/** Where tsc's files are. */
const COMPILED = "build/package/src";
const TYPES = "dist/types";

/** Hands tsc's maps to rollup. */
const sourceMaps = {
  name: "source-maps",
  async load(id) {
    if (!id.startsWith(resolve(COMPILED))) return null;
    const [code, map] = await Promise.all([readFile(id, "utf8"), readFile(`${id}.map`, "utf8")]);
    return { code: code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"), map: JSON.parse(map) };
  },
};

/** The declaration files that entries reach, with their maps. */
const declarations = {
  name: "declarations",
  async writeBundle() {
    await rm(TYPES, { recursive: true, force: true });
    const reached = new Set(
      wanted.filter((entry) => !entry.executable).map(({ module }) => `${module}.d.ts`),
    );
    for (const file of reached) {
      const text = await readFile(join(COMPILED, file), "utf8");
      const published = text.replace(
        /((?:from|import\()\s*")(\.{1,2}\/[^"]+)\.ts"/g,
        (_, before, path) => {
          reached.add(join(dirname(file), `${path}.d.ts`));
          return `${before}${path}.js"`;
        },
      );
      const map = JSON.parse(await readFile(join(COMPILED, `${file}.map`), "utf8"));
      const target = join(TYPES, file);
      map.sources = map.sources.map((source) =>
        relative(dirname(target), join(COMPILED, dirname(file), source)),
      );
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, published);
      await writeFile(`${target}.map`, JSON.stringify(map));
    }
  },
};

const missing = ENTRIES.filter((entry) => !existsSync(`${COMPILED}/${entry.module}.js`));
if (missing.length > 0) {
  const text = `not built, their source is missing: ${missing.map((entry) => entry.name).join(", ")}`;
  if (process.env.CI) throw new Error(text);
  console.warn(text);
}

const wanted = ENTRIES.filter((entry) => !missing.includes(entry));

/** Modules by the name of what is made of them. */
const inputs = Object.fromEntries(
  wanted.map(({ name, module }) => [name, `${COMPILED}/${module}.js`]),
);

/** The entries that import a module without waiting, by their names; for every module of the bundle. */
const importers = new Map();

/** Walks the imports once, from all entries. */
const whoImports = {
  name: "who-imports",
  buildEnd() {
    importers.clear();
    for (const { name, module } of wanted) {
      const entry = [...this.getModuleIds()].find((id) => id.endsWith(`/${COMPILED}/${module}.js`));
      const reached = entry === undefined ? [] : [entry];
      for (const id of reached) {
        const names = importers.get(id) ?? new Set();
        importers.set(id, names);
        if (names.has(name)) continue;
        names.add(name);
        reached.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
    }
  },
};

/** What most applications import; the other portable entries bring what nobody else is to carry. */
const COMMON = ["index", "client", "web", "session"];

/**
 * The chunk of a module: its layer, of which a bundler takes what is used; what only Node's entries need is apart. Bundlers keep
 * whole a file that is imported on demand, so such a file has no chunk with others.
 */
function chunkOf(id) {
  const path = /\/build\/package\/src\/(.*)\.js$/.exec(id)?.[1];
  const folders = path?.split("/").slice(0, -1) ?? [];
  const names = importers.get(id);
  if (path === undefined || folders[0] === "entries" || names === undefined) return null;
  const layer = ["providers", "adapters"].includes(folders[0])
    ? folders.slice(0, 2).join("-")
    : folders[0];
  if (COMMON.some((name) => names.has(name))) return layer;
  // Shared by both forms of the entry, so it must not lie beside what needs Node.
  if (names.has("packages")) return `${layer}-packages`;
  const isNode = wanted.some((entry) => !entry.portable && names.has(entry.name));
  return isNode ? `${layer}-node` : null;
}

export default {
  input: inputs,
  external: isExternal,
  onwarn,
  plugins: [
    nodeResolve({ preferBuiltins: true }),
    sourceMaps,
    whoImports,
    portableEntries,
    executable,
    declarations,
  ],
  output: {
    dir: "dist",
    format: "es",
    entryFileNames: "[name].js",
    // Shared, so that a class is the same one in `sealwire`, `sealwire/node` and `sealwire/web`.
    chunkFileNames: "shared/[name].js",
    manualChunks: chunkOf,
    // Bundlers warn of imports for the sake of nothing.
    hoistTransitiveImports: false,
    sourcemap: true,
    // The sources are files of the package.
    sourcemapExcludeSources: true,
  },
};
