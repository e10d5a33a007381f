/**
 * What the server of the pages answers: bundles of compiled modules, data for the suites, keys that Node makes for them.
 */
import { generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import type { PageFile } from "../../examples/browser/page-server.ts";
import { fixture, ROOT } from "../support/data.ts";

const BUILD = join(ROOT, "build");
const PAGE = join(BUILD, "test/browser/page");
/** The entries as they are published, which take the place of the compiled ones. */
const PUBLISHED = join(ROOT, "dist");
const BUFFER = `import "./test/browser/page/buffer.js";`;
const SUITES = ["providers", "record"];

/** Modules that a page cannot have → their stand-ins. */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [/^node:crypto$/, "node-crypto.js"],
  [/\/support\/data\.js$|^\.\/data\.js$/, "data.js"],
  [/\/subjects\.js$/, "subjects.js"],
];

const standIns: Plugin = {
  name: "stand-ins",
  setup({ onResolve }) {
    for (const [filter, file] of STAND_INS)
      onResolve({ filter }, ({ importer }) =>
        importer.startsWith(PAGE) ? undefined : { path: join(PAGE, file) },
      );
  },
};

const published: Plugin = {
  name: "published",
  setup({ onResolve }) {
    onResolve({ filter: /\/src\/entries\/(streams|client)\.js$/ }, ({ path }) => ({
      path: join(PUBLISHED, path.endsWith("client.js") ? "client.js" : "web.js"),
    }));
  },
};

async function bundle(source: string, plugins: Plugin[]): Promise<PageFile> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: BUILD },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    // The package says that its modules do nothing by being imported; tests do.
    ignoreAnnotations: true,
    plugins,
  });
  return script(outputFiles[0]?.contents ?? new Uint8Array(0));
}

const script = (body: Uint8Array): PageFile => ({ type: "text/javascript", body });
const html = (body: string): PageFile => ({ type: "text/html; charset=utf-8", body });
const json = (value: unknown): PageFile => ({
  type: "application/json",
  body: JSON.stringify(value),
});
const page = (program: string, policy = ""): PageFile =>
  html(
    `<!doctype html><meta charset="utf-8">${policy}<link rel="icon" href="data:,"><script type="module" src="${program}"></script>`,
  );
/** Without wasm-unsafe-eval. */
const POLICY = `<meta http-equiv="Content-Security-Policy" content="script-src 'self'">`;

/** All files of the pages; `settings` is what the example's page is told. */
export async function pageFiles(
  settings: object,
): Promise<(path: string, query: URLSearchParams) => PageFile | null> {
  if (!existsSync(join(PUBLISHED, "web.js")))
    throw new Error("dist/web.js is missing: npm run build");
  const tests = SUITES.flatMap((folder) =>
    readdirSync(join(BUILD, "test", folder))
      .filter((name) => name.endsWith(".test.js"))
      .map((name) => `import "./test/${folder}/${name}";`),
  );
  const example = (name: string): Buffer => readFileSync(join(ROOT, "examples/browser", name));
  const files: Readonly<Record<string, PageFile>> = {
    "/suites": page("/suites.js"),
    "/suites.js": await bundle([BUFFER, ...tests].join("\n"), [standIns]),
    "/sessions": page("/sessions.js"),
    "/no-wasm": page("/sessions.js", POLICY),
    "/sessions.js": await bundle('import "./test/browser/page/sessions.js";', [published]),
    "/worker.js": await bundle('import "./test/browser/page/server-worker.js";', [published]),
    "/": { type: "text/html; charset=utf-8", body: example("index.html") },
    "/style.css": { type: "text/css", body: example("style.css") },
    "/app.js": await bundle('import "./examples/browser/app.js";', [published]),
    "/settings.json": json(settings),
  };
  return (path, query) => {
    const value = (name: string): string => query.get(name) ?? "";
    if (path === "/fixture") return json(fixture(value("path")));
    if (path === "/key-pair") return json(keyPair(value("type"), value("options")));
    if (path === "/certificate-key") {
      const { publicKey } = new X509Certificate(Buffer.from(value("der"), "hex"));
      return json({ spki: spki(publicKey) });
    }
    return files[path] ?? null;
  };
}

const spki = (key: KeyObject): string =>
  key.export({ format: "der", type: "spki" }).toString("hex");

/** What a suite's call of `generateKeyPairSync` makes, in hexadecimal. */
function keyPair(type: string, options: string): object {
  const generate = generateKeyPairSync as (
    type: string,
    options: object,
  ) => { publicKey: KeyObject; privateKey: KeyObject };
  const { publicKey, privateKey } = generate(type, JSON.parse(options) as object);
  return {
    spki: spki(publicKey),
    pkcs8: privateKey.export({ format: "der", type: "pkcs8" }).toString("hex"),
    ...(type === "ec" ? { jwk: publicKey.export({ format: "jwk" }) } : {}),
  };
}
