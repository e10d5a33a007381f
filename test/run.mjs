/**
 * Runs test files in parallel processes, one process per file, so that no file depends on another.
 *
 *   node test/run.mjs [--sources] [--together] [--jobs N] [PATH ...]
 *
 * PATH is a file, or a folder whose `*.test` files run. `--sources` runs TypeScript as it is (see `register.mjs`), and
 * PATH is then below `test`; otherwise PATH is below `build/test`. `--together` gives each process a whole folder,
 * which is faster where files are small. The last lines are uvu's totals over all files. Status 0 if nothing failed.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** A file that takes longer than this hangs. */
const LIMIT_MS = 600_000;
/** How long each file took the last time: the longest begin first. */
const TIMES = join(ROOT, "build/.test-times.json");

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sources: { type: "boolean", default: false },
    together: { type: "boolean", default: false },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
});
const base = join(ROOT, options.sources ? "test" : "build/test");
const suffix = options.sources ? ".test.ts" : ".test.js";

/** The files of a path: itself, or all tests below it. */
function filesOf(path) {
  const file = [path, join(ROOT, path), join(base, path)].find(existsSync);
  if (file === undefined) throw new Error(`${path} is neither a file nor a folder of tests`);
  if (!statSync(file).isDirectory()) return [file];
  return readdirSync(file, { recursive: true })
    .filter((name) => name.endsWith(suffix))
    .map((name) => join(file, name))
    .sort();
}

/** The environment of the processes; programs that a test starts inherit the loader too. */
const env = { ...process.env };
if (options.sources && !process.features.typescript) {
  const register = pathToFileURL(join(ROOT, "test/register.mjs")).href;
  env.NODE_OPTIONS = `${env.NODE_OPTIONS ?? ""} --import=${register}`;
}

/** The arguments of a process that runs these files. */
function argumentsFor(files) {
  if (files.length === 1) return files;
  // As uvu's own command does: the suites of all files are collected first and run once.
  const program = [
    "Object.assign(globalThis, { UVU_DEFER: 1, UVU_INDEX: 0, UVU_QUEUE: [[null]] });",
    'const { exec } = await import("uvu");',
    ...files.map((file) => `await import(${JSON.stringify(pathToFileURL(file).href)});`),
    "await exec();",
  ];
  return ["--input-type=module", "--eval", program.join("\n")];
}

/** The number behind a word of uvu's totals, or null where it does not stand exactly once. */
function total(text, word) {
  const found = [...text.matchAll(new RegExp(`^ {2}${word}: +(\\d+)$`, "gm"))];
  return found.length === 1 ? Number(found[0][1]) : null;
}

/** Runs files in one process and reports what uvu counted. */
function run(files) {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argumentsFor(files), {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LIMIT_MS,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("close", (code, signal) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal are removed.
      const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
      const tests = total(plain, "Total") ?? 0;
      const passed = total(plain, "Passed") ?? 0;
      const skipped = total(plain, "Skipped") ?? 0;
      const good = code === 0 && tests > 0 && passed === tests;
      const seconds = (performance.now() - began) / 1000;
      resolve({ files, output, tests, passed, skipped, good, seconds, end: signal ?? code });
    });
  });
}

const paths = positionals.length > 0 ? positionals : [base];
const files = paths.flatMap(filesOf);
if (files.length === 0) throw new Error("no test file was found");
const times = existsSync(TIMES) ? JSON.parse(readFileSync(TIMES, "utf8")) : {};
const nameOf = (file) => relative(base, file).replace(/\.test\.[jt]s$/, "");
const secondsOf = (group) => group.reduce((sum, file) => sum + (times[nameOf(file)] ?? 5), 0);
const groups = options.together ? [...byFolder(files).values()] : files.map((file) => [file]);
groups.sort((one, other) => secondsOf(other) - secondsOf(one));

function byFolder(all) {
  const folders = new Map();
  for (const file of all) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file]);
  return folders;
}

const began = performance.now();
const sum = { tests: 0, passed: 0, skipped: 0 };
const bad = [];
const waiting = groups.values();
async function work() {
  for (const group of waiting) {
    const result = await run(group);
    const name = options.together ? relative(base, dirname(group[0])) : nameOf(group[0]);
    sum.tests += Math.max(result.tests, result.good ? 0 : 1);
    sum.passed += result.passed;
    sum.skipped += result.skipped;
    if (!options.together) times[name] = Math.round(result.seconds * 10) / 10;
    const mark = result.good ? "✔" : "✘";
    console.log(
      `${mark} ${name}  ${result.passed} of ${result.tests}  ${result.seconds.toFixed(1)} s`,
    );
    if (result.good) continue;
    bad.push(name);
    if (result.tests > 0 && result.passed === result.tests) sum.passed--;
    console.log(result.output);
    console.log(`${name} ended with ${result.end}\n`);
  }
}
await Promise.all(Array.from({ length: Math.max(1, Number(options.jobs)) }, work));

if (!options.together) {
  mkdirSync(dirname(TIMES), { recursive: true });
  writeFileSync(TIMES, JSON.stringify(times));
}
for (const name of bad) console.log(`failed: ${name}`);
console.log(`\n  Total:     ${sum.tests}\n  Passed:    ${sum.passed}\n  Skipped:   ${sum.skipped}`);
console.log(`  Duration:  ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
process.exitCode = bad.length > 0 ? 1 : 0;
