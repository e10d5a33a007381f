/**
 * The built package in Chromium and Firefox without a window: the suites of provider and record layer, TLS sessions
 * through a WebSocket bridge to `openssl s_server`, with a worker, over a data channel; the example's page as a person
 * uses it; and the browser's own TLS against `sealwire/node`. Needs `npm run build` and `npm ci` in this folder before.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, type Test } from "uvu";
import * as assert from "uvu/assert";
import { type PageServer, servePages } from "../../examples/browser/page-server.ts";
import { enablePostQuantum } from "../../src/api/enable-post-quantum.ts";
import { selfSignedCertificate } from "../../src/api/node.ts";
import { createServer } from "../../src/entries/node.ts";
import type { Version } from "../../src/entries/streams.ts";
import { SERVER_NAME, testAuthority } from "../interop/certificates.ts";
import { freePort, type Program, start } from "../interop/processes.ts";
import { ROOT } from "../support/data.ts";
import { type Browser, type BrowserName, type Page, startBrowser, textOf } from "./browsers.ts";
import type { Download, DownloadWish } from "./page/sessions.ts";
import { pageFiles } from "./pages.ts";

/** An authority that vouches for nobody here. */
const STRANGER = selfSignedCertificate({ names: ["stranger.example"] }).certificatePem;
const MIB = 1 << 20;
const SUITES_LIMIT_MS = 120_000;
const SCREENSHOTS = join(ROOT, "build/screenshots");

interface Context {
  browser: Browser;
  server: PageServer;
  folder: string;
  programs: Program[];
  /** SHA-256 of the file that s_server serves. */
  sha256: string;
}

const authority = testAuthority();

const whole = (context: Partial<Context>): Context => context as Context;

/** `openssl s_server` that serves the files of `folder`, and wants a client's certificate where told so. */
async function startOpenssl(context: Context, version: Version, mutual: boolean): Promise<number> {
  const port = await freePort();
  const { certificateFile, keyFile } = authority.server("p256");
  // s_server serves the files of the folder it is started in.
  const program = start("sh", [
    ...["-c", 'cd "$0" && exec "$@"', context.folder],
    ...[
      "openssl",
      "s_server",
      "-accept",
      `127.0.0.1:${port}`,
      "-cert",
      certificateFile,
      "-key",
      keyFile,
    ],
    ...[version === "TLSv1.3" ? "-tls1_3" : "-tls1_2"],
    ...(mutual ? ["-Verify", "1", "-verify_return_error", "-CAfile", authority.file] : ["-www"]),
    ...(mutual ? ["-WWW"] : []),
  ]);
  context.programs.push(program);
  await program.until(/ACCEPT/);
  return port;
}

interface OpenPage {
  readonly page: Page;
  /** What the page wrote to its console, and errors that nobody caught. */
  readonly said: string[];
}

async function open({ browser, server }: Context, path: string): Promise<OpenPage> {
  const page = await browser.newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(`uncaught: ${error.message}`));
  await page.goto(`http://localhost:${server.port}${path}`);
  return { page, said };
}

/** Calls one of the functions of `page/sessions.ts`. */
async function call<T>(page: Page, name: string, ...parameters: unknown[]): Promise<T> {
  return (await page.evaluate(`sessions.${name}(...${JSON.stringify(parameters)})`)) as T;
}

/** Sends a piece so many times, as fast as it is taken. */
function sendTimes(response: ServerResponse, piece: Uint8Array, times: number): void {
  let left = times;
  const more = (): void => {
    let room = true;
    while (left > 0 && room) {
      left--;
      room = response.write(piece);
    }
    if (left === 0) response.end();
  };
  response.on("drain", more);
  more();
}

/** The checks in one browser. */
function suiteFor(browserName: BrowserName): Test<Partial<Context>> {
  const check = suite<Partial<Context>>(browserName, {});

  check.before(async (given) => {
    const context = whole(given);
    context.programs = [];
    context.folder = mkdtempSync(join(tmpdir(), "sealwire-browser-"));
    mkdirSync(SCREENSHOTS, { recursive: true });
    const body = randomBytes(10 * MIB);
    writeFileSync(join(context.folder, "large.bin"), body);
    writeFileSync(join(context.folder, "small.bin"), body.subarray(0, 1000));
    context.sha256 = createHash("sha256").update(body).digest("hex");
    const ports = new Map([
      ["server", await startOpenssl(context, "TLSv1.3", false)],
      ["TLSv1.3", await startOpenssl(context, "TLSv1.3", true)],
      ["TLSv1.2", await startOpenssl(context, "TLSv1.2", true)],
    ]);
    context.server = await servePages({
      file: await pageFiles({ serverName: SERVER_NAME, ca: authority.pem }),
      bridge: (name) => ports.get(name) ?? null,
    });
    context.browser = await startBrowser(browserName);
  });

  check.after(async (given) => {
    const { browser, server, folder, programs } = given;
    await browser?.close();
    await server?.stop();
    for (const program of programs ?? []) await program.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  check("the suites of provider and record layer", async (given) => {
    const { page, said } = await open(whole(given), "/suites");
    const deadline = Date.now() + SUITES_LIMIT_MS;
    while (!said.some((text) => text.includes("Duration:")) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 200));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of the runner
    const text = said.join("\n").replace(/\x1b\[[0-9;]*m/g, "");
    const count = (word: string): number =>
      Number(new RegExp(`${word}:\\s+(\\d+)`).exec(text)?.[1]);
    assert.ok(count("Total") > 100, text);
    assert.is(count("Passed"), count("Total"), text);
    console.log(`  ${count("Passed")} tests in the page`);
    await page.close();
  });

  for (const version of ["TLSv1.3", "TLSv1.2"] as const) {
    for (const entry of ["web", "client"] as const) {
      check(
        `10 MiB from openssl s_server, ${version}, with a client's certificate, by sealwire/${entry}`,
        async (given) => {
          const context = whole(given);
          const { page, said } = await open(context, "/sessions");
          const { certificate, key } = authority.client("p256");
          const wish: DownloadWish = {
            ...{ bridge: version, path: "/large.bin", version, ca: authority.pem, entry },
            ...{ serverName: SERVER_NAME, cert: certificate, key },
          };
          const { length, sha256, ...facts } = await call<Download>(page, "download", wish);
          assert.is(facts.version, version);
          assert.equal(facts.cipherTiers, [entry === "web" ? "wasm" : "noble"]);
          assert.is(length, 10 * MIB);
          assert.is(sha256, context.sha256);
          assert.equal(said, []);
          await page.close();
        },
      );
    }

    for (const [path, tier] of [
      ["/sessions", "wasm"],
      ["/no-wasm", "noble"],
    ] as const) {
      for (const entry of ["web", "client"] as const) {
        check(`${version}: ciphers of sealwire/${entry} in ${path} are ${tier}`, async (given) => {
          const { page, said } = await open(whole(given), path);
          const { certificate, key } = authority.client("p256");
          const wish: DownloadWish = {
            ...{ bridge: version, path: "/small.bin", version, ca: authority.pem, entry },
            ...{ serverName: SERVER_NAME, cert: certificate, key, wasm: entry === "client" },
          };
          const { cipherTiers, cipherSuiteName, length } = await call<Download>(
            page,
            "download",
            wish,
          );
          assert.equal(cipherTiers, [tier]);
          assert.match(cipherSuiteName, "CHACHA20_POLY1305");
          assert.is(length, 1000);
          // Firefox names what a policy forbids.
          assert.equal(
            said.filter((text) => !text.includes("blocked WebAssembly")),
            [],
          );
          await page.close();
        });
      }
    }

    check(`${version}: what is refused in the page`, async (given) => {
      const { page } = await open(whole(given), "/sessions");
      const wish: DownloadWish = {
        ...{ bridge: version, path: "/", version, ca: authority.pem, serverName: SERVER_NAME },
      };
      assert.is(await call(page, "refusal", { ...wish, serverName: "other.test" }), "NameMismatch");
      assert.is(await call(page, "refusal", { ...wish, ca: STRANGER }), "UnknownIssuer");
      // The server wants a certificate: its alert is what the client is told.
      assert.is(await call(page, "refusal", wish), "AlertReceived");
      assert.is(await call(page, "refusal", { ...wish, bridge: "nowhere" }), "TransportFailed");
      await page.close();
    });
  }

  check("a worker as the server, over a MessagePort", async (given) => {
    const { page } = await open(whole(given), "/sessions");
    assert.match(await call<string>(page, "worker", "/worker.js", MIB), /^TLS_/);
    await page.close();
  });

  check("over an RTCDataChannel", async (given) => {
    const { page } = await open(whole(given), "/sessions");
    assert.match(await call<string>(page, "dataChannel", MIB), /^TLS_/);
    await page.close();
  });

  check("the example's page as a person uses it", async (given) => {
    const { page, said } = await open(whole(given), "/");
    const press = async (version: string, end: RegExp, name: string): Promise<void> => {
      await page.select("#version", version);
      await page.click("#connect");
      await page.waitForFunction("!document.getElementById('connect').disabled", {
        timeout: 30_000,
      });
      await page.screenshot({
        path: join(SCREENSHOTS, `${browserName}-${name}.png`),
        fullPage: true,
      });
      assert.match(await textOf(page, "#state"), end);
    };
    await page.setViewport({ width: 1100, height: 900 });
    await press("TLSv1.3", /^done: .* bytes, closed by both ends$/, "tls13");
    assert.match(await textOf(page, "#facts"), /TLSv1\.3.*TLS_CHACHA20_POLY1305_SHA256/);
    assert.match(await textOf(page, "#records"), /ClientHello.*ServerHello/);
    assert.match(await textOf(page, "#answer"), /s_server/);
    await page.click("#trust");
    await press("TLSv1.3", /UNABLE_TO_GET_ISSUER_CERT_LOCALLY/, "not-trusted");
    await page.click("#trust");
    await page.setViewport({ width: 400, height: 800 });
    await press("TLSv1.2", /protocol_version/, "refused-narrow");
    assert.equal(said, []);
    await page.close();
  });

  check("its own TLS fetches 100 MiB from sealwire/node, in X25519MLKEM768", async (given) => {
    const piece = randomBytes(MIB);
    let sum = 0;
    for (let i = 0; i < 100; i++) for (const byte of piece) sum = (sum * 31 + byte) | 0;
    const http = createHttpServer((_, response) => {
      response.writeHead(200, { "access-control-allow-origin": "*" });
      sendTimes(response, piece, 100);
    });
    const { certificate, key } = authority.server("p256");
    enablePostQuantum();
    const server = createServer({ cert: certificate, key, ecdhCurve: "X25519MLKEM768" });
    server.on("secureConnection", (socket) => http.emit("connection", socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { page } = await open(whole(given), "/sessions");
    try {
      const url = `https://localhost:${port}/`;
      const found = await call<{ length: number; sum: number }>(page, "fetched", url);
      assert.equal(found, { length: 100 * MIB, sum });
    } finally {
      await page.close();
      http.closeAllConnections();
      server.close();
    }
  });

  return check;
}

for (const name of ["chromium", "firefox"] as const) suiteFor(name).run();
