/**
 * `npm run build:native [-- --sanitize]`: compiles `native/src/seal.c` with the C compiler of the machine (`CC`, default: cc) into
 * `native/build/seal.node`, and puts the package where Node finds it, so that tests and benchmarks use it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const sanitize = process.argv.includes("--sanitize");
const { include_dir: headers } = createRequire(import.meta.url)("node-api-headers");

const flags = [
  ...["-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-fstack-protector-strong"],
  ...["-Wall", "-Wextra", "-Werror", "-Wconversion", "-Wno-sign-conversion"],
  // A runtime that lacks a symbol refuses the file when it is loaded.
  ...(process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : ["-Wl,-z,now"]),
  ...(sanitize ? ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"] : []),
];
const output = join(HERE, "build", sanitize ? "seal-sanitized.node" : "seal.node");
mkdirSync(dirname(output), { recursive: true });
execFileSync(
  process.env.CC ?? "cc",
  [...flags, `-I${headers}`, join(HERE, "src/seal.c"), "-o", output],
  { stdio: "inherit" },
);
// In the project itself, tests and benchmarks find the package as users do.
const modules = join(dirname(HERE), "node_modules");
if (existsSync(join(dirname(HERE), "src/entries")) && existsSync(modules)) {
  const link = join(modules, "sealwire-native");
  rmSync(link, { recursive: true, force: true });
  symlinkSync("../native", link, "dir");
}
process.stdout.write(`built: ${output}\n`);
