/**
 * The built package on every runtime: the black box on Node 20 to the newest, Deno and Bun; the portable bundle in
 * workerd. Needs `npm run build` and `npm ci` in this folder before, which brings the runtimes as npm packages.
 */
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { freePort, start } from "../interop/processes.ts";
import { ROOT } from "../support/data.ts";

const HERE = join(ROOT, "test/runtimes");
/** For one program of one runtime. */
const LIMIT_MS = 300_000;
const FILES = ["black-box.js", "face-session.js", "worker.js"];

/** The programs that run beside node:tls. */
const BESIDE_NODE_TLS = readdirSync(join(ROOT, "build/test/node")).filter((name) =>
  /^(same-.*|exact-words)\.test\.js$/.test(name),
);

interface Runtime {
  readonly name: string;
  /** Below this folder's node_modules. */
  readonly program: string;
  readonly parameters: readonly string[];
}

const node = (folder: string): Runtime => ({
  name: folder,
  program: `${folder}/bin/node`,
  parameters: [],
});

const RUNTIMES: readonly Runtime[] = [
  ...["node20", "node22", "node24", "node-newest"].map(node),
  {
    name: "deno",
    program: "@deno/linux-x64-glibc/deno",
    parameters: ["run", "--allow-all", "--node-modules-dir=manual"],
  },
  { name: "bun", program: "@oven/bun-linux-x64/bin/bun", parameters: [] },
];

const WORKERD = join(HERE, "node_modules/@cloudflare/workerd-linux-64/bin/workerd");

interface Context {
  /** A project that has the package and nothing else. */
  folder: string;
}

const check = suite<Context>("runtimes", { folder: "" });

check.before((context) => {
  if (!existsSync(join(ROOT, "dist/web.js"))) throw new Error("dist/ is missing: npm run build");
  context.folder = mkdtempSync(join(tmpdir(), "sealwire-runtimes-"));
  mkdirSync(join(context.folder, "node_modules"));
  symlinkSync(ROOT, join(context.folder, "node_modules/sealwire"));
  for (const file of FILES) copyFileSync(join(HERE, file), join(context.folder, file));
  const manifest = { private: true, type: "module", dependencies: { sealwire: "*" } };
  writeFileSync(join(context.folder, "package.json"), JSON.stringify(manifest));
});

check.after(({ folder }) => rmSync(folder, { recursive: true, force: true }));

const run = (program: string, parameters: readonly string[], cwd: string): string =>
  execFileSync(program, parameters, { cwd, encoding: "utf8", stdio: "pipe", timeout: LIMIT_MS });

for (const { name, program, parameters } of RUNTIMES) {
  const path = join(HERE, "node_modules", program);

  check(`the black box on ${name}`, ({ folder }) => {
    const [version = ""] = run(path, ["--version"], folder).split("\n");
    console.log(`  ${name}: ${version}`);
    const said = run(path, [...parameters, "black-box.js"], folder);
    assert.match(said, /^\d\d+ passed, 0 failed$/m, said);
  });

  if (name === "node24" || name === "node-newest") {
    check(`ML-DSA on ${name}`, ({ folder }) => {
      const said = run(path, [join(ROOT, "build/test/pki/ml-dsa.test.js")], folder);
      assert.match(said, "node:crypto has ML-DSA: true");
    });
  }
  if (!name.startsWith("node")) continue;
  for (const file of BESIDE_NODE_TLS) {
    check(`${file} on ${name}: sockets do as those of node:tls`, () => {
      const said = run(path, [join(ROOT, "build/test/node", file)], ROOT);
      assert.match(said, /Passed:\s+\d+/);
    });
  }
  check(`require on ${name}`, ({ folder }) => {
    const file = join(folder, "user.cjs");
    writeFileSync(
      file,
      `const { SEC_E_OK, statusName } = require("sealwire");
       const { connect } = require("sealwire/node");
       console.log(statusName(SEC_E_OK), typeof connect, typeof require("sealwire/web").secure);`,
    );
    assert.is(run(path, [file], folder), "SEC_E_OK function function\n");
  });
}

check("sessions in workerd", async ({ folder }) => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { run } from "./worker.js";
        export default { async fetch() { return Response.json(await run()); } };`,
      resolveDir: folder,
    },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["workerd", "worker"],
    write: false,
  });
  const port = await freePort();
  writeFileSync(join(folder, "worker.mjs"), outputFiles[0]?.contents ?? "");
  const configuration = join(folder, "worker.capnp");
  writeFileSync(
    configuration,
    `using Workerd = import "/workerd/workerd.capnp";
     const config :Workerd.Config = (
       services = [( name = "main", worker = (
         modules = [( name = "worker.mjs", esModule = embed "worker.mjs" )],
         compatibilityDate = "2025-01-01" ) )],
       sockets = [( name = "http", address = "127.0.0.1:${port}", http = (), service = "main" )] );`,
  );
  const worker = start(WORKERD, ["serve", configuration]);
  try {
    const answer = await (await answered(`http://127.0.0.1:${port}/`)).json();
    // The small client has ChaCha20-Poly1305 only if it is given.
    assert.equal(answer, [
      { ...FACTS, version: "TLSv1.2", cipherSuiteName: `${ECDHE_ECDSA}_CHACHA20_POLY1305_SHA256` },
      { ...FACTS, version: "TLSv1.3", cipherSuiteName: "TLS_CHACHA20_POLY1305_SHA256" },
      { ...FACTS, version: "TLSv1.2", cipherSuiteName: `${ECDHE_ECDSA}_AES_256_GCM_SHA384` },
      { ...FACTS, version: "TLSv1.3", cipherSuiteName: "TLS_AES_256_GCM_SHA384" },
    ]);
  } catch (error) {
    throw new Error(`${String(error)}\n${worker.output()}`);
  } finally {
    await worker.stop();
  }
});

const ECDHE_ECDSA = "TLS_ECDHE_ECDSA_WITH";
/** Workers may not compile WebAssembly out of bytes. */
const FACTS = { length: 100_000, hasNode: false, cipherTiers: ["noble"] };

/** What a server answers that is about to listen. */
async function answered(url: string): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(url);
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

check.run();
