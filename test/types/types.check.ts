/**
 * The types of the published package, packed and installed: programs that must not compile, each with the diagnostics that it
 * names at the ends of its lines (`// TS2345`), and programs that must, in the folders `refused` and `accepted` beside this
 * file. Needs `npm run build` before; see `check:package`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../support/data.ts";

const PROGRAMS = join(ROOT, "test/types");
const KINDS = ["refused", "accepted"] as const;
const FEWEST = 40;

/** A program by "refused/name.ts". */
type Programs = ReadonlyMap<string, string>;

/** A way to compile. */
interface Mode {
  readonly title: string;
  readonly module: string;
  readonly moduleResolution: string;
  readonly type: "module" | "commonjs";
  /** Rewrites programs for it, line by line. */
  readonly rewritten?: (program: string) => string;
}

const MODES: readonly Mode[] = [
  { title: "nodenext", module: "nodenext", moduleResolution: "nodenext", type: "module" },
  { title: "bundler", module: "esnext", moduleResolution: "bundler", type: "module" },
  {
    title: "nodenext, CommonJS",
    ...{ module: "nodenext", moduleResolution: "nodenext", type: "commonjs" },
  },
  {
    // TypeScript lets such files have ES modules by import() only.
    title: "node16, CommonJS",
    ...{ module: "node16", moduleResolution: "node16", type: "commonjs" },
    rewritten: byDynamicImport,
  },
];

const programs: Programs = new Map(
  KINDS.flatMap((kind) =>
    readdirSync(join(PROGRAMS, kind)).map((name): [string, string] => [
      `${kind}/${name}`,
      readFileSync(join(PROGRAMS, kind, name), "utf8"),
    ]),
  ),
);

/** "refused/name.ts:5: TS2345" for each diagnostic that programs name. */
const wanted = [...programs]
  .flatMap(([path, text]) =>
    text.split("\n").flatMap((line, index) => {
      const [, code] = / \/\/ (TS\d+)$/.exec(line) ?? [];
      return code === undefined ? [] : [`${path}:${index + 1}: ${code}`];
    }),
  )
  .sort();

/** The program with the package imported inside of a function; lines stay where they are. */
function byDynamicImport(program: string): string {
  const imports: string[] = [];
  const head = program.replace(
    /^import ([^;]*) from ("sealwire[^"]*");$/gm,
    (statement: string, what: string, from: string) => {
      const isType = what.startsWith("type ");
      const [, list = `default as ${what}`] = /\{([^}]*)\}/.exec(what) ?? [];
      const names = list.split(",").flatMap((name) => name.trim() || []);
      const values = names.filter((name) => !isType && !name.startsWith("type "));
      const renamed = values.map((name) => name.replace(" as ", ": "));
      if (values.length > 0)
        imports.push(`const { ${renamed.join(", ")} } = await import(${from});`);
      const types = names.map((name) => name.replace(/^type /, "")).join(", ");
      const lines = "\n".repeat(statement.split("\n").length - 1);
      return `import type { ${types} } from ${from} with { "resolution-mode": "import" };${lines}`;
    },
  );
  const last = [...head.matchAll(/^import [^;]*;$/gm)].at(-1);
  const end = (last?.index ?? 0) + (last?.[0].length ?? 0);
  const body = head.slice(end).replace(/^export /gm, "");
  return `${head.slice(0, end)} async function program() { ${imports.join(" ")}${body}}\nvoid program;\n`;
}

interface Context {
  folder: string;
}

const types = suite<Context>("package: types", { folder: "" });

types.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "sealwire-types-"));
  const run = (parameters: readonly string[], cwd: string): string =>
    execFileSync("npm", parameters, { cwd, encoding: "utf8", stdio: "pipe" });
  const [packed] = JSON.parse(
    run(["pack", "--json", "--pack-destination", context.folder], ROOT),
  ) as { filename: string }[];
  assert.ok(packed);
  writeFileSync(join(context.folder, "package.json"), '{ "private": true }');
  run(
    [
      "install",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      join(context.folder, packed.filename),
    ],
    context.folder,
  );
});

types.after((context) => rmSync(context.folder, { recursive: true, force: true }));

types("there are programs of both kinds, and each that is refused says why", () => {
  for (const kind of KINDS) {
    const own = [...programs.keys()].filter((path) => path.startsWith(kind));
    assert.ok(own.length >= FEWEST, `${own.length} are ${kind}`);
    const silent = own.filter((path) => !wanted.some((line) => line.startsWith(`${path}:`)));
    assert.equal(silent, kind === "refused" ? [] : own);
  }
});

for (const mode of MODES) {
  types(
    `${mode.title}: ${programs.size} programs compile, or are refused as they say`,
    ({ folder }) => {
      const project = join(folder, mode.title.replaceAll(/\W+/g, "-"));
      for (const kind of KINDS) mkdirSync(join(project, kind), { recursive: true });
      for (const [path, text] of programs) {
        writeFileSync(join(project, path), mode.rewritten?.(text) ?? text);
      }
      const compilerOptions = {
        ...{ strict: true, noEmit: true, skipLibCheck: false },
        ...{ target: "ES2022", lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"] },
        ...{ types: ["node"], typeRoots: [join(ROOT, "node_modules/@types")] },
        ...{ module: mode.module, moduleResolution: mode.moduleResolution },
      };
      writeFileSync(join(project, "package.json"), JSON.stringify({ type: mode.type }));
      writeFileSync(
        join(project, "tsconfig.json"),
        JSON.stringify({ compilerOptions, include: ["refused", "accepted"] }),
      );
      const { stdout } = spawnSync(
        join(ROOT, "node_modules/.bin/tsc"),
        ["-p", "tsconfig.json", "--pretty", "false"],
        { cwd: project, encoding: "utf8" },
      );
      // What is not about a program is a fault of the package.
      const found = stdout
        .split("\n")
        .filter((line) => /error TS\d+/.test(line))
        .map((line) => line.replace(/^(\S+)\((\d+),\d+\): error (TS\d+): .*$/, "$1:$2: $3"))
        .sort();
      assert.equal(found, wanted, stdout);
    },
  );
}

types.run();
