/**
 * `npm run size [-- --check]`: what an application ships of the portable entries, bundled, minified and gzipped, without
 * roots; as the table of docs/size.md, or checked against the limits.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { ROOT } from "../test/support/data.ts";

interface SizeRow {
  readonly name: string;
  /** The application. */
  readonly program: string;
  /** Kilobytes, gzipped, that are wanted. */
  readonly wanted: number;
  /** Kilobytes that are not to be exceeded. */
  readonly limit: number;
}

const KB = 1000;
const MAIN = "main.js";
/** Formats of decades ago; imported only when such a file is read. */
const ON_DEMAND = ["node-forge"];

const CLIENT_FUNCTIONS = [
  ...["acquireCredentialsHandle", "initializeSecurityContext", "queryContextAttributes"],
  ...["encryptMessage", "decryptMessage", "applyControlToken", "deleteSecurityContext"],
];

const ROWS: readonly SizeRow[] = [
  {
    name: "a client over the SSPI face",
    program: `import { ${CLIENT_FUNCTIONS.join(", ")} } from "./src/index.js";
      globalThis.client = [${CLIENT_FUNCTIONS.join(", ")}];`,
    wanted: 70,
    limit: 115,
  },
  {
    name: "a client over streams or messages (`secure`, `overMessages`)",
    program: `import { overMessages, secure } from "./src/web.js";
      globalThis.client = [overMessages, secure];`,
    wanted: 70,
    limit: 135,
  },
  {
    name: "everything of `sealwire`",
    program: `import * as all from "./src/index.js"; globalThis.all = all;`,
    wanted: 130,
    limit: 140,
  },
  {
    name: "everything of `sealwire/web`",
    program: `import * as all from "./src/web.js"; globalThis.all = all;`,
    wanted: 130,
    limit: 145,
  },
];

interface Bundle {
  readonly minified: number;
  readonly gzipped: number;
  /** Bytes of minified code by part, the largest first. */
  readonly parts: readonly (readonly [name: string, bytes: number])[];
}

/** The first piece of the bundle: what is imported on demand is in pieces of its own. */
async function bundle(program: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: join(ROOT, "build"), sourcefile: MAIN },
    ...{ bundle: true, minify: true, splitting: true, format: "esm", platform: "browser" },
    ...{ target: "es2022", outdir: "out", write: false, metafile: true, external: ON_DEMAND },
  });
  const first = firstPieces(metafile);
  const files = outputFiles.filter(({ path }) => first.some((name) => path.endsWith(name)));
  const gzipped = files.map(({ contents }) => gzipSync(contents, { level: 9 }).length);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    minified: sum(files.map(({ contents }) => contents.length)),
    gzipped: sum(gzipped),
    parts: partsOf(metafile, first),
  };
}

/** The entry and what it imports at once. */
function firstPieces({ outputs }: Metafile): readonly string[] {
  const entry = Object.keys(outputs).find((name) => outputs[name]?.entryPoint?.endsWith(MAIN));
  if (entry === undefined) throw new Error("the bundle has no entry");
  const reached = [entry];
  for (const name of reached)
    for (const { path, kind } of outputs[name]?.imports ?? [])
      if (kind === "import-statement" && !reached.includes(path) && path in outputs)
        reached.push(path);
  return reached;
}

function partsOf({ outputs }: Metafile, names: readonly string[]): Bundle["parts"] {
  const parts = new Map<string, number>();
  for (const name of names)
    for (const [path, { bytesInOutput }] of Object.entries(outputs[name]?.inputs ?? {})) {
      const part =
        /node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(path)?.[1] ??
        /build\/src\/([^/]+)\//.exec(path)?.[1] ??
        "entries";
      parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
    }
  return [...parts].sort((a, b) => b[1] - a[1]);
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / KB)}`;

const measured = await Promise.all(
  ROWS.map(async (row) => ({ ...row, bundle: await bundle(row.program) })),
);

function table(): string {
  const head = ["what is imported", "minified, kB", "gzipped, kB", "wanted, kB"];
  const rows = measured.map(({ name, wanted, bundle: { minified, gzipped } }) => [
    name,
    kilobytes(minified),
    kilobytes(gzipped),
    String(wanted),
  ]);
  return lines([head, ["---", "---:", "---:", "---:"], ...rows]);
}

/** The parts of the client over the SSPI face. */
function weights(): string {
  const [client] = measured;
  const rows = (client?.bundle.parts ?? []).map(([name, bytes]) => [
    `\`${name}\``,
    kilobytes(bytes),
  ]);
  return lines([["part of the first row", "minified, kB"], ["---", "---:"], ...rows]);
}

const lines = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `| ${row.join(" | ")} |`).join("\n");

console.log(`${table()}\n\n${weights()}`);

if (process.argv.includes("--check")) {
  for (const { name, limit, bundle: found } of measured) {
    if (found.gzipped <= limit * KB) continue;
    console.error(`${name}: ${kilobytes(found.gzipped)} kB, more than ${limit}`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(
    join(ROOT, "docs/size.md"),
    `# Size

What an application ships, in thousands of bytes: bundled by esbuild, minified, gzipped at level 9, no roots among it.
Written by \`npm run size\`; \`npm run size -- --check\` compares with limits. Pieces that are imported on demand are
not counted: reading PFX files, and \`node-forge\` for the oldest formats of keys.

${table()}

Of \`sealwire\` a bundler leaves out what is not imported: the server, encrypted keys, making certificates. \`secure\` has both
roles as an option.

${weights()}
`,
  );
}
