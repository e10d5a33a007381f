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

/** Shared chunks, so that a class is the same one in `sealwire`, `sealwire/node` and `sealwire/web`. */
const output = (ending) => ({
  dir: "dist",
  format: "es",
  entryFileNames: `[name]${ending}`,
  chunkFileNames: `shared/[name]${ending}`,
  // Bundlers warn of imports for the sake of nothing.
  hoistTransitiveImports: false,
});

export default [
  {
    input: inputs(wanted, ".js"),
    external: isExternal,
    onwarn,
    plugins: [nodeResolve({ preferBuiltins: true }), portableEntries, executable],
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
