/**
 * The published package as strangers meet it: packed, installed into an empty project, imported and required, compiled
 * against by a strict user, and looked at by publint and attw. Needs `npm run build` before; see `check:package`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../support/data.ts";

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin: Readonly<Record<string, string>>;
}

interface Context {
  folder: string;
  tarball: string;
  files: string[];
}

const MANIFEST = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;

/** Import specifiers of the code entries: "sealwire", "sealwire/node", … */
const ENTRIES = Object.keys(MANIFEST.exports)
  .filter((key) => !key.endsWith(".json"))
  .map((key) => MANIFEST.name + key.slice(1));

/** One name that each entry must export. */
const LANDMARKS: Readonly<Record<string, string>> = {
  sealwire: "initializeSecurityContext",
  "sealwire/node": "SecureSocket",
  "sealwire/web": "secure",
  "sealwire/client": "initializeSecurityContextAsync",
  "sealwire/session": "createClientSession",
  "sealwire/packages": "ntlm",
  "sealwire/legacy-keys": "enableLegacyKeys",
  "sealwire/post-quantum": "enablePostQuantum",
};

const pack = suite<Context>("package", { folder: "", tarball: "", files: [] });

/** What a command prints. @throws Error with all that it printed */
function run(command: string, parameters: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, parameters, { cwd, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { message, stdout } = error as Error & { stdout: string };
    throw new Error(`${message}\n${stdout}`);
  }
}

const tool = (name: string): string => join(ROOT, "node_modules/.bin", name);

pack.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), "sealwire-package-"));
  const [packed] = JSON.parse(
    run("npm", ["pack", "--json", "--pack-destination", context.folder], ROOT),
  ) as { filename: string; files: { path: string }[] }[];
  assert.ok(packed);
  context.tarball = join(context.folder, packed.filename);
  context.files = packed.files.map((file) => file.path);
  writeFileSync(join(context.folder, "package.json"), '{ "type": "module", "private": true }');
  run("npm", ["install", "--no-audit", "--no-fund", context.tarball], context.folder);
});

pack.after((context) => rmSync(context.folder, { recursive: true, force: true }));

pack("holds what is needed and nothing else", ({ files }) => {
  const wanted = [
    ...["package.json", "README.md", "LICENSE", "CHANGELOG.md", "wasm/LICENSES.txt"],
    ...Object.values(MANIFEST.bin),
    ...targets(MANIFEST.exports),
  ].map((path) => path.replace(/^\.\//, ""));
  assert.equal(
    wanted.filter((path) => !files.includes(path)),
    [],
  );
  const strangers = files.filter((path) => !wanted.includes(path) && !/^(dist|src)\//.test(path));
  assert.equal(strangers, []);
});

pack("maps of bundles and declarations lead to sources that are in the package", ({ folder }) => {
  const root = join(folder, "node_modules", MANIFEST.name);
  const paths = readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" });
  const maps = paths.filter((path) => path.endsWith(".map"));
  const kinds = [".js", ".d.ts"].map((kind) => paths.filter((path) => path.endsWith(kind)).length);
  assert.is(maps.length, (kinds[0] ?? 0) + (kinds[1] ?? 0));
  for (const path of maps) {
    const map = join(root, "dist", path);
    const { sources, mappings } = JSON.parse(readFileSync(map, "utf8")) as {
      sources: string[];
      mappings: string;
    };
    assert.ok(path.includes("index.js") || path === "node.js.map" || mappings !== "", path);
    const absent = sources.filter((source) => !existsSync(join(dirname(map), source)));
    assert.equal(absent, [], path);
  }
});

pack("declarations have the names of the sources, one file for each", ({ folder }) => {
  const types = join(folder, "node_modules", MANIFEST.name, "dist/types");
  const paths = readdirSync(types, { recursive: true, encoding: "utf8" });
  for (const path of paths.filter((name) => name.endsWith(".d.ts"))) {
    const text = readFileSync(join(types, path), "utf8");
    // A bundler's way to make short names.
    assert.not.match(text, /\{[^{}]*\b[A-Za-z$_]\w? as \w[^{}]*\} from/, path);
    assert.not.match(text, /from "\.[^"]*\.ts"/, path);
  }
});

pack("the tarball is smaller than 1.7 MB", ({ tarball }) => {
  assert.ok(statSync(tarball).size < 1_700_000, String(statSync(tarball).size));
});

pack("a stack trace names lines of the sources", ({ folder }) => {
  const program = `import { certContextFromPem } from "sealwire"; certContextFromPem(42);`;
  const { stderr } = spawnSync(
    "node",
    ["--enable-source-maps", "--input-type=module", "-e", program],
    { cwd: folder, encoding: "utf8" },
  );
  assert.match(stderr, /node_modules\/sealwire\/src\/pki\/files\/[a-z-]+\.ts:\d+/);
});

/** All paths in a tree of conditions. */
function targets(tree: unknown): string[] {
  if (typeof tree === "string") return [tree];
  return Object.values(tree as Record<string, unknown>).flatMap(targets);
}

for (const entry of ENTRIES) {
  const name = LANDMARKS[entry] ?? "default";

  pack(`import "${entry}"`, ({ folder }) => {
    const program = `import { ${name} as it } from "${entry}"; console.log(typeof it);`;
    assert.match(
      run("node", ["--input-type=module", "-e", program], folder),
      /^(function|object)\n$/,
    );
  });

  pack(`require("${entry}")`, ({ folder }) => {
    const program = `console.log(typeof require("${entry}").${name});`;
    assert.match(
      run("node", ["--input-type=commonjs", "-e", program], folder),
      /^(function|object)\n$/,
    );
  });
}

pack("a class is the same one through every entry", ({ folder }) => {
  const program = `
    const entries = ${JSON.stringify(ENTRIES)}.map((entry) => require(entry));
    const shared = entries.flatMap((entry) => Object.entries(entry)).filter(([, value]) => typeof value === "function" && /^class/.test(String(value)));
    const seen = new Map();
    for (const [name, value] of shared) {
      if (seen.has(name) && seen.get(name) !== value) throw new Error(name + " exists twice");
      seen.set(name, value);
    }
    console.log("ok");`;
  assert.is(run("node", ["--input-type=commonjs", "-e", program], folder), "ok\n");
});

pack("the command runs", ({ folder }) => {
  const command = join(folder, "node_modules/.bin", Object.keys(MANIFEST.bin)[0] ?? "");
  assert.match(run(command, ["--help"], folder), "sealwire demo");
});

const RESOLUTIONS = [
  ["ESNext", "bundler"],
  ["NodeNext", "nodenext"],
] as const;

for (const [module, resolution] of RESOLUTIONS) {
  pack(`a strict user compiles with moduleResolution ${resolution}`, ({ folder }) => {
    const project = join(folder, resolution);
    mkdirSync(project);
    const options = {
      compilerOptions: {
        ...{ strict: true, isolatedModules: true, exactOptionalPropertyTypes: true, noEmit: true },
        ...{ target: "ES2022", lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"] },
        ...{ types: ["node"], typeRoots: [join(ROOT, "node_modules/@types")] },
        ...{ module, moduleResolution: resolution },
      },
      include: ["user.ts"],
    };
    const lines = ENTRIES.map(
      (entry, index) => `import * as entry${index} from "${entry}"; export { entry${index} };`,
    );
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify(options));
    writeFileSync(join(project, "user.ts"), [...lines, USER].join("\n"));
    run(tool("tsc"), ["-p", "tsconfig.json"], project);
  });
}

/** Entries with streams have the types of those; nobody but `sealwire/node` needs those of Node. */
const WITH_STREAMS = /\/(web|client)$/;
const WITHOUT_NODE = ENTRIES.filter((entry) => !entry.endsWith("/node"));

for (const [title, entries, lib] of [
  ["a language alone", WITHOUT_NODE.filter((entry) => !WITH_STREAMS.test(entry)), ["ES2023"]],
  ["a browser", WITHOUT_NODE, ["ES2023", "DOM", "DOM.AsyncIterable"]],
] as const) {
  pack(
    `without @types/node, with the types of ${title}, ${entries.length} entries compile`,
    ({ folder }) => {
      assert.ok(entries.length >= 3);
      for (const [module, resolution] of RESOLUTIONS) {
        const project = join(folder, `${title.replaceAll(" ", "-")}-${resolution}`);
        mkdirSync(project);
        const compilerOptions = {
          ...{ strict: true, skipLibCheck: false, noEmit: true, types: [], typeRoots: [] },
          ...{ target: "ES2022", lib, module, moduleResolution: resolution },
        };
        const lines = entries.map(
          (entry, index) => `import * as entry${index} from "${entry}"; export { entry${index} };`,
        );
        const settings = JSON.stringify({ compilerOptions, include: ["user.ts"] });
        writeFileSync(join(project, "tsconfig.json"), settings);
        writeFileSync(join(project, "user.ts"), lines.join("\n"));
        run(tool("tsc"), ["-p", "tsconfig.json"], project);
      }
    },
  );
}

/** A user who relies on the types of attributes and buffers. */
const USER = `
import {
  encryptMessage, initializeSecurityContext, queryContextAttributes, SECBUFFER_DATA, SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER, SECBUFFER_TOKEN, SecBuffer, SecBufferDesc, SECPKG_ATTR_STREAM_SIZES, type SECURITY_STATUS,
} from "sealwire";
export function write(data: Uint8Array): SECURITY_STATUS {
  const { context } = initializeSecurityContext({ contextReq: 0, output: new SecBufferDesc([new SecBuffer(SECBUFFER_TOKEN)]) });
  const sizes = queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES).value;
  if (sizes === undefined) return 1;
  const header: number = sizes.cbHeader;
  return encryptMessage(context, 0, new SecBufferDesc([
    new SecBuffer(SECBUFFER_STREAM_HEADER, new Uint8Array(header)),
    new SecBuffer(SECBUFFER_DATA, data),
    new SecBuffer(SECBUFFER_STREAM_TRAILER, new Uint8Array(sizes.cbTrailer)),
  ]));
}
`;

pack("publint finds nothing", ({ tarball }) => {
  assert.match(run(tool("publint"), ["--strict", tarball], ROOT), "All good");
});

pack("attw finds nothing", ({ tarball }) => {
  run(tool("attw"), [tarball, "--profile", "esm-only", "--no-color"], ROOT);
});

pack.run();
