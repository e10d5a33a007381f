/**
 * Makes a Node that does not read TypeScript run it: `node --import ./test/register.mjs FILE.ts`. Types are removed by
 * esbuild as each file is loaded. Nothing is checked and nothing is written.
 */
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { transformSync } from "esbuild";

/** The hook of `node:module`: Node calls it in a thread of its own. */
export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return next(url, context);
  const sourcefile = fileURLToPath(url);
  const { code } = transformSync(readFileSync(sourcefile, "utf8"), {
    ...{ loader: "ts", format: "esm", target: "node20", sourcefile, sourcemap: "inline" },
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return { format: "module", source: code, shortCircuit: true };
}

if (isMainThread && !process.features.typescript) register(import.meta.url);
