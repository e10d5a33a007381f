/**
 * What is said to Node about TLS holds for our sockets: flags, NODE_OPTIONS, the environment, and assignments to the defaults of
 * node:tls. Each row runs a program in a process of its own, with node:tls and with sealwire/node.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createServer, type ServerOptions } from "../../src/entries/node.ts";
import { careless, listening, OWN } from "./kit.ts";

const run = promisify(execFile);
const OURS = new URL("../../src/entries/node.js", import.meta.url).href;

/** Connects and prints the version, the suite and whether the peer is authorized, or the code of the error. */
const program = (module: string, before: string, options: string): string => `
  import nodeTls from "node:tls";
  import * as tls from ${JSON.stringify(module)};
  ${before}
  const socket = tls.connect({ port: +process.argv.at(-1), host: "127.0.0.1", servername: "localhost", ${options} });
  socket.on("secureConnect", () => {
    console.log([socket.getProtocol(), socket.getCipher().standardName, socket.authorized].join(" "));
    socket.destroy();
  });
  socket.on("error", ({ code }) => { console.log(code); socket.destroy(); });`;

interface Row {
  readonly name: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly before?: string;
  /** Of the client; default: it trusts the server. */
  readonly options?: string;
  readonly server?: ServerOptions;
  readonly stdout: RegExp;
  readonly stderr?: RegExp;
}

const TRUSTING = `ca: ${JSON.stringify(OWN.cert)}`;
const REFUSED = /^(ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION|ERR_SSL_UNSUPPORTED_PROTOCOL)$/;

const ROWS: readonly Row[] = [
  {
    name: "--tls-min-v1.3 refuses a server of TLS 1.2",
    flags: ["--tls-min-v1.3"],
    server: { maxVersion: "TLSv1.2" },
    stdout: REFUSED,
  },
  {
    name: "--tls-max-v1.2 speaks TLS 1.2",
    flags: ["--tls-max-v1.2"],
    stdout: /^TLSv1\.2 /,
  },
  {
    name: "NODE_OPTIONS with --tls-max-v1.2 speaks TLS 1.2",
    env: { NODE_OPTIONS: "--tls-max-v1.2" },
    stdout: /^TLSv1\.2 /,
  },
  {
    name: "--tls_min_v1.3, with underscores, refuses a server of TLS 1.2",
    flags: ["--tls_min_v1.3"],
    server: { maxVersion: "TLSv1.2" },
    stdout: REFUSED,
  },
  {
    name: "NODE_OPTIONS with a quoted --tls_cipher_list chooses the suite",
    env: { NODE_OPTIONS: '"--tls_cipher_list=TLS_CHACHA20_POLY1305_SHA256" --tls-min-v1.2' },
    stdout: /^TLSv1\.3 TLS_CHACHA20_POLY1305_SHA256 true$/,
  },
  {
    name: "--tls-cipher-list chooses the suite",
    flags: ["--tls-cipher-list=TLS_CHACHA20_POLY1305_SHA256"],
    stdout: /^TLSv1\.3 TLS_CHACHA20_POLY1305_SHA256 true$/,
  },
  {
    name: "an assignment to DEFAULT_MIN_VERSION of node:tls refuses a server of TLS 1.2",
    before: 'nodeTls.DEFAULT_MIN_VERSION = "TLSv1.3";',
    server: { maxVersion: "TLSv1.2" },
    stdout: REFUSED,
  },
  {
    name: "an assignment to DEFAULT_MAX_VERSION of node:tls speaks TLS 1.2",
    before: 'nodeTls.DEFAULT_MAX_VERSION = "TLSv1.2";',
    stdout: /^TLSv1\.2 /,
  },
  {
    name: "an option wins over the flag",
    flags: ["--tls-max-v1.2"],
    options: `${TRUSTING}, maxVersion: "TLSv1.3"`,
    stdout: /^TLSv1\.3 /,
  },
  {
    name: "NODE_TLS_REJECT_UNAUTHORIZED=0 lets a stranger pass, with Node's warning",
    env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    options: "",
    stdout: /^TLSv1\.3 \S+ false$/,
    stderr: /Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes/,
  },
  {
    name: "NODE_TLS_REJECT_UNAUTHORIZED=0 does not win over rejectUnauthorized: true",
    env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" },
    options: "rejectUnauthorized: true",
    stdout: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    stderr: /Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes/,
  },
  {
    name: "NODE_TLS_REJECT_UNAUTHORIZED=1 refuses a stranger",
    env: { NODE_TLS_REJECT_UNAUTHORIZED: "1" },
    options: "",
    stdout: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
  },
];

const tests = suite("node: what is said to Node");

async function outcome(row: Row, module: string): Promise<{ stdout: string; stderr: string }> {
  const server = createServer({ ...OWN, ...row.server }, (socket) => careless(socket));
  server.on("tlsClientError", () => undefined);
  const port = await listening(server);
  try {
    const text = program(module, row.before ?? "", row.options ?? TRUSTING);
    const { NODE_OPTIONS: _, ...env } = process.env;
    return await run(
      process.execPath,
      [...(row.flags ?? []), "--input-type=module", "--eval", text, String(port)],
      { env: { ...env, ...row.env }, timeout: 20_000 },
    );
  } finally {
    server.close();
  }
}

const FACES = [
  ["node:tls", "node:tls"],
  ["sealwire/node", OURS],
] as const;

for (const row of ROWS) {
  for (const [functions, module] of FACES) {
    tests(`${row.name}: ${functions}`, async () => {
      const { stdout, stderr } = await outcome(row, module);
      assert.match(stdout.trim(), row.stdout);
      assert.match(stderr, row.stderr ?? /^$/);
    });
  }
}

/** Ways to say `--tls-keylog`; FILE stands for the path. */
const KEY_LOGS: readonly (readonly [string, Pick<Row, "flags" | "env">])[] = [
  ["--tls-keylog=FILE", { flags: ["--tls-keylog=FILE"] }],
  ["--tls-keylog FILE", { flags: ["--tls-keylog", "FILE"] }],
  ["--tls_keylog=FILE", { flags: ["--tls_keylog=FILE"] }],
  [
    "--tls-keylog given twice, of which the last holds",
    { flags: ["--tls-keylog=x", "--tls_keylog=FILE"] },
  ],
  ["NODE_OPTIONS='--tls-keylog=\"FILE\"'", { env: { NODE_OPTIONS: '--tls-keylog="FILE"' } }],
  ["NODE_OPTIONS='\"--tls-keylog=FILE\"'", { env: { NODE_OPTIONS: '"--tls-keylog=FILE"' } }],
  ["NODE_OPTIONS='--tls_keylog \"FILE\"'", { env: { NODE_OPTIONS: '  --tls_keylog  "FILE"' } }],
  [
    "NODE_OPTIONS with escaped characters",
    { env: { NODE_OPTIONS: '"--tls-keylog=FILE\\ \\"b\\\\"' } },
  ],
  [
    "the command line, which wins over NODE_OPTIONS",
    { env: { NODE_OPTIONS: "--tls-keylog=x" }, flags: ["--tls-keylog=FILE"] },
  ],
];

for (const [title, said] of KEY_LOGS)
  for (const [functions, module] of FACES)
    tests(`${title} writes the key log where it says: ${functions}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "sealwire keylog-"));
      const file = join(folder, "the keys");
      const path = (text: string): string => text.replace("FILE", file);
      const quoted = said.env?.["NODE_OPTIONS"];
      const env = quoted === undefined ? {} : { NODE_OPTIONS: path(quoted) };
      const row: Row = { name: "", flags: (said.flags ?? []).map(path), env, stdout: /^TLSv1\.3/ };
      try {
        const { stdout, stderr } = await outcome(row, module);
        assert.match(stdout, row.stdout);
        assert.match(stderr, /Using --tls-keylog makes TLS connections insecure/);
        const [name = ""] = readdirSync(folder);
        assert.is(name, title.includes("escaped") ? 'the keys "b\\' : "the keys");
        const written = join(folder, name);
        assert.match(
          readFileSync(written, "utf8"),
          /^CLIENT_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]{64} [0-9a-f]+$/m,
        );
        if (process.platform !== "win32") assert.is(statSync(written).mode & 0o777, 0o600);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

tests.run();
