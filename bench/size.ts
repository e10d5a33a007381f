/**
 * `npm run size [-- --check]`: what an application ships of the portable entries, bundled, minified and gzipped, without
 * roots; as the table of docs/size.md, or checked against the limits.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { minify } from "terser";
import { ROOT } from "../test/support/data.ts";

interface SizeRow {
  readonly name: string;
  /** The application. */
  readonly program: string;
  /** Kilobytes, gzipped, that are wanted; null: nothing in particular. */
  readonly wanted: number | null;
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

/** What a client imports of an entry. */
const sspiClient = (entry: string): string =>
  `import { ${CLIENT_FUNCTIONS.join(", ")} } from "./src/entries/${entry}.js";
   globalThis.client = [${CLIENT_FUNCTIONS.join(", ")}];`;
const streamClient = (entry: string): string =>
  `import { overMessages, secure } from "./src/entries/${entry}.js";
   globalThis.client = [overMessages, secure];`;
const sessionClient = `import { createClientSession } from "./src/entries/session.js";
   globalThis.client = createClientSession;`;
const everything = (entry: string): string =>
  `import * as all from "./src/entries/${entry}.js"; globalThis.all = all;`;

const ROWS: readonly SizeRow[] = [
  {
    name: "`sealwire/client`: a client over the SSPI functions",
    program: sspiClient("client"),
    wanted: 70,
    limit: 86,
  },
  {
    name: "`sealwire/client`: over streams or messages (`secure`, `overMessages`)",
    program: streamClient("client"),
    wanted: 70,
    limit: 97,
  },
  {
    name: "`sealwire/client`: over the SSPI functions, with `sealwire/post-quantum`",
    program: `import { enablePostQuantum } from "./src/entries/post-quantum.js"; enablePostQuantum();
      ${sspiClient("client")}`,
    wanted: null,
    limit: 93,
  },
  {
    name: "`sealwire/client`: over the SSPI functions, with `wasmCiphers`",
    program: `import { wasmCiphers } from "./src/entries/client.js"; globalThis.ciphers = wasmCiphers;
      ${sspiClient("client")}`,
    wanted: null,
    limit: 103,
  },
  {
    name: "`sealwire`: a client over the SSPI functions, synchronous",
    program: sspiClient("sspi"),
    wanted: null,
    limit: 137,
  },
  { name: "everything of `sealwire`", program: everything("sspi"), wanted: 130, limit: 159 },
  {
    name: "`sealwire/session`: a client, synchronous",
    program: sessionClient,
    wanted: null,
    limit: 159,
  },
  { name: "everything of `sealwire/web`", program: everything("streams"), wanted: 130, limit: 163 },
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
  const smallest = await Promise.all(files.map(({ text }) => minified(text)));
  const gzipped = smallest.map((text) => gzipSync(text, { level: 9 }).length);
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  return {
    minified: sum(smallest.map((text) => Buffer.byteLength(text))),
    gzipped: sum(gzipped),
    parts: partsOf(metafile, first),
  };
}

/** esbuild's output once more, by terser with nothing unsafe: what an application that looks at kilobytes does. */
async function minified(text: string): Promise<string> {
  const { code } = await minify(text, { module: true, compress: { passes: 3 }, ecma: 2020 });
  if (code === undefined) throw new Error("terser gave no code");
  return code;
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

const kilobytes = (bytes: number): string => (bytes / KB).toFixed(1);

const measured = await Promise.all(
  ROWS.map(async (row) => ({ ...row, bundle: await bundle(row.program) })),
);

function table(): string {
  const head = ["what is imported", "minified, kB", "gzipped, kB", "wanted, kB"];
  const rows = measured.map(({ name, wanted, bundle: { minified, gzipped } }) => [
    name,
    kilobytes(minified),
    kilobytes(gzipped),
    String(wanted ?? ""),
  ]);
  return lines([head, ["---", "---:", "---:", "---:"], ...rows]);
}

/** The parts of the client over the SSPI functions. */
function weights(): string {
  const [client] = measured;
  const rows = (client?.bundle.parts ?? []).map(([name, bytes]) => [
    `\`${name}\``,
    kilobytes(bytes),
  ]);
  return lines([["part of the first row", "minified, kB"], ["---", "---:"], ...rows]);
}

const LEFT_OUT = `## What \`sealwire/client\` leaves out

It has the same functions with the same names, and the same validation of chains, limits and checks; it is run through
sessions against the full server, the chains of x509-limbo and BetterTLS, all runtimes, and Chromium and Firefox. Keys are those of WebCrypto (\`crypto.subtle\`: pages with HTTPS, workers, Node, Deno,
Bun, edge runtimes), which returns promises: the synchronous handshake function returns \`SEC_I_ASYNC_CALL_PENDING\`, and its
Async twin completes the call. X25519 is offered where the runtime has it.

| left out | what is answered | it is in |
| --- | --- | --- |
| servers: inbound credentials, \`acceptSecurityContext\`, \`role: "server"\` | SEC_E_UNSUPPORTED_FUNCTION, reason NotBuilt | \`sealwire\`, \`sealwire/web\` |
| a runtime without \`crypto.subtle\` (pages without HTTPS) | the same, at AcquireCredentialsHandle | \`sealwire\`, \`sealwire/web\` |
| external PSKs: \`sealwire.preSharedKey\`, \`preSharedKeyForHint\`; the PSK suites of TLS 1.2 | the same | \`sealwire\`, \`sealwire/web\` |
| revocation: its flags and \`sealwire.revocation\`; stapled responses are not asked for | the same | \`sealwire\`, \`sealwire/web\` |
| \`sealwire.random\` | the same | \`sealwire\`, \`sealwire/web\` |
| suites with CBC, static RSA or DHE, which are off by default everywhere | SEC_E_ALGORITHM_MISMATCH, reason NotBuilt | \`sealwire\`, \`sealwire/web\` |
| Ed25519 and Ed448 keys, X448, finite fields | the same where they are named; else they are not offered | \`sealwire\`, \`sealwire/web\` |
| ChaCha20-Poly1305, unless it is given: \`sealwire: { ciphers: [chaCha20Poly1305] }\` (+3.4 kB). Table-based AES is not constant-time in JavaScript. Give it, or \`wasmCiphers\` (+17 kB: all AEADs in WebAssembly), where others can time the client; its suites then come first | the same where its suites are named; else they are not offered | \`sealwire/client\` |
| the hybrid groups with ML-KEM, until \`enablePostQuantum()\` of \`sealwire/post-quantum\` was called | reason PostQuantumNotEnabled | \`sealwire/post-quantum\`, for all entries |
| own keys that are not PKCS#8 in PEM or DER without encryption, a CryptoKey, or an object with \`sign\`; keys for PSS alone | reason UnsupportedCertificateKey, or a TlsError | \`sealwire\`, \`sealwire/web\` |
| the check that a key matches its certificate | nothing: the peer refuses it | \`sealwire\`, \`sealwire/web\` |
| \`verifyChain\`, \`selfSignedCertificate\`, \`certContextFromPfx\`, \`certContextFromPemAsync\` | not exported | \`sealwire\` |`;

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

The size of a bundled application in kB (1,000 bytes): bundled and minified by esbuild, minified again by terser, gzipped at level 9, without root certificates.
Written by \`npm run size\`; \`npm run size -- --check\` compares with limits. Modules that are loaded on demand are
not counted: reading PFX files, \`node-forge\` for the oldest formats of keys, and in \`sealwire/web\` what reads CRLs and OCSP
responses (8 kB with PFX, when a server staples one or lists are given; faults of a list are reported then).

${table()}

Of \`sealwire\` a bundler leaves out what is not imported: the server, encrypted keys, making certificates. \`secure\` of
\`sealwire/web\` has both roles as an option. The AEADs in WebAssembly are 13 kB of \`sealwire\` and \`sealwire/web\`, and not in \`sealwire/client\`.

${LEFT_OUT}

${weights()}
`,
  );
}
