/**
 * Bundles what tsc emitted into `build/` as the published files: one JavaScript file and one declaration file per
 * entry and what they share in `dist/shared`, dependencies left as imports. An entry that `package.json` names and nobody has written is an error; the
 * portable entries must not name Node.
 */
import { existsSync, readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { dts } from "rollup-plugin-dts";

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const dependencies = Object.keys(manifest.dependencies);

/** Entry → its compiled module, and whether it has to run without Node. */
const ENTRIES = [
  { name: "index", module: "index", portable: true },
  { name: "client", module: "client", portable: true },
  { name: "node-index", module: "node-index", portable: false },
  { name: "node", module: "node", portable: false },
  { name: "web", module: "web", portable: true },
  { name: "node-web", module: "node-web", portable: false },
  { name: "legacy-keys", module: "legacy-keys", portable: true },
  { name: "post-quantum", module: "post-quantum", portable: true },
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

const missing = ENTRIES.filter((entry) => !existsSync(`build/src/${entry.module}.js`));
if (missing.length > 0) {
  const text = `not built, their source is missing: ${missing.map((entry) => entry.name).join(", ")}`;
  if (process.env.CI) throw new Error(text);
  console.warn(text);
}

const wanted = ENTRIES.filter((entry) => !missing.includes(entry));

/** Modules by the name of what is made of them, without the last ending: "index", "index.d". */
const inputs = (entries, ending) =>
  Object.fromEntries(
    entries.map((entry) => [
      entry.name + ending.slice(0, ending.lastIndexOf(".")),
      `build/src/${entry.module}${ending}`,
    ]),
  );

/** The entries that import a module without waiting, by their names; for every module of the bundle. */
const importers = new Map();

/** Walks the imports once, from all entries. */
const whoImports = {
  name: "who-imports",
  buildEnd() {
    importers.clear();
    for (const { name, module } of wanted) {
      const entry = [...this.getModuleIds()].find((id) => id.endsWith(`/build/src/${module}.js`));
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
const COMMON = ["index", "client", "web"];

/**
 * The chunk of a module: its layer, of which a bundler takes what is used; what only Node's entries need is apart. Bundlers keep
 * whole a file that is imported on demand, so such a file has no chunk with others.
 */
function chunkOf(id) {
  const path = /\/build\/src\/(.*)\.js$/.exec(id)?.[1];
  const folders = path?.split("/").slice(0, -1) ?? [];
  const names = importers.get(id);
  if (folders.length === 0 || names === undefined) return null;
  const layer = folders[0] === "providers" ? folders.join("-") : folders[0];
  if (COMMON.some((name) => names.has(name))) return layer;
  const isNode = wanted.some((entry) => !entry.portable && names.has(entry.name));
  return isNode ? `${layer}-node` : null;
}

/** Shared chunks, so that a class is the same one in `sealwire`, `sealwire/node` and `sealwire/web`. */
const output = (ending) => ({
  dir: "dist",
  format: "es",
  entryFileNames: `[name]${ending}`,
  chunkFileNames: `shared/[name]${ending}`,
  ...(ending === ".js" ? { manualChunks: chunkOf } : {}),
  // Bundlers warn of imports for the sake of nothing.
  hoistTransitiveImports: false,
});

export default [
  {
    input: inputs(wanted, ".js"),
    external: isExternal,
    onwarn,
    plugins: [nodeResolve({ preferBuiltins: true }), whoImports, portableEntries, executable],
    output: output(".js"),
  },
  {
    input: inputs(
      wanted.filter((entry) => !entry.executable),
      ".d.ts",
    ),
    external: isExternal,
    onwarn,
    plugins: [dts()],
    output: output(".ts"),
  },
];
