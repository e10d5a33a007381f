/**
 * Serves the page, with `openssl s_server` behind the bridge: `npm run example:browser [PORT]`, then open the address
 * that is printed.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { selfSignedCertificate } from "../../src/entries/streams.ts";
import { type PageFile, servePages } from "./page-server.ts";

const HERE = "examples/browser";
const NAME = "localhost";

const { certificatePem, privateKeyPem } = selfSignedCertificate({ names: [NAME] });

/** A loopback port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}

async function startOpenssl(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-page-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  writeFileSync(cert, certificatePem);
  writeFileSync(key, privateKeyPem);
  const port = await freePort();
  const openssl = spawn(
    "openssl",
    ["s_server", "-www", "-accept", `127.0.0.1:${port}`, "-cert", cert, "-key", key],
    { stdio: "ignore" },
  );
  openssl.once("error", (error) => {
    console.error(`openssl cannot be started: ${error.message}`);
    process.exit(1);
  });
  process.on("exit", () => openssl.kill());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
  return port;
}

/** The page's program and its imports as one file. */
async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [`build/${HERE}/app.js`],
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  return outputFiles[0]?.contents ?? new Uint8Array(0);
}

const html = (name: string): PageFile => ({
  type: "text/html; charset=utf-8",
  body: readFileSync(`${HERE}/${name}`),
});
const files: Readonly<Record<string, PageFile>> = {
  "/": html("index.html"),
  "/style.css": { type: "text/css", body: readFileSync(`${HERE}/style.css`) },
  "/app.js": { type: "text/javascript", body: await bundle() },
  "/settings.json": {
    type: "application/json",
    body: JSON.stringify({ serverName: NAME, ca: certificatePem }),
  },
};

const tlsPort = await startOpenssl();
const { port } = await servePages({
  file: (path) => files[path] ?? null,
  bridge: (name) => (name === "server" ? tlsPort : null),
  port: Number(process.argv[2] ?? 0),
});
console.log(`open http://localhost:${port}`);
