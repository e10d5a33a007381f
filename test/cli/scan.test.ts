/**
 * `sealwire scan`: what it finds out of OpenSSL's server in several settings, and of peers that do not speak TLS.
 */

import { createServer, type Server, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ScanReport } from "../../src/cli/scan/findings.ts";
import { ask } from "../../src/cli/scan/probe.ts";
import { SERVER_NAME, testAuthority } from "../interop/certificates.ts";
import { opensslServer } from "../interop/openssl.ts";
import { type Outcome, sealwire } from "./command.ts";

const scan = suite("cli: scan");
const authority = testAuthority();
const identity = authority.server("rsa");
const TRUST = ["--servername", SERVER_NAME, "--ca", authority.file, "--pause", "0"];

async function scanned(openssl: readonly string[], ...options: string[]): Promise<Outcome> {
  const server = await opensslServer([identity], "-rev", ...openssl);
  try {
    return await sealwire(["scan", `127.0.0.1:${server.port}`, ...TRUST, ...options]);
  } finally {
    await server.stop();
  }
}

const reportOf = ({ status, stdout, stderr }: Outcome): ScanReport => {
  assert.is(status, 0, stderr);
  assert.is(stderr, "");
  return JSON.parse(stdout) as ScanReport;
};

const acceptedBy = ({ versions }: ScanReport): string[] =>
  versions.filter(({ accepted }) => accepted).map(({ name }) => name);

scan("a server with sound settings is graded A, with its order and its groups", async () => {
  const report = reportOf(
    await scanned(
      [
        ...[
          "-min_protocol",
          "TLSv1.2",
          "-serverpref",
          "-alpn",
          "http/1.1",
          "-groups",
          "P-256:X25519",
        ],
        ...["-cipher", "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"],
        ...["-ciphersuites", "TLS_AES_128_GCM_SHA256"],
      ],
      "--json",
    ),
  );
  assert.is(report.grade, "A", JSON.stringify(report.reasons));
  assert.equal(report.reasons, []);
  assert.equal(acceptedBy(report), ["TLS 1.3", "TLS 1.2"]);
  assert.equal(
    report.suites.map(({ version, chosenBy, suites }) => [
      version,
      chosenBy,
      suites.map((s) => s.name),
    ]),
    [
      ["TLS 1.3", null, ["TLS_AES_128_GCM_SHA256"]],
      [
        "TLS 1.2",
        "server",
        ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
      ],
    ],
  );
  for (const { names } of report.groups) assert.equal([...names].sort(), ["secp256r1", "x25519"]);
  assert.equal(report.alpn, ["http/1.1"]);
  assert.equal(
    report.resumption.map(({ resumed }) => resumed),
    [true, true],
  );
  assert.is(report.chain.ok, true);
  assert.is(report.secureRenegotiation, true);
  assert.is(report.extendedMasterSecret, true);
  assert.is(report.compression, false);
  assert.is(report.fallbackScsv, true);
  for (const { names } of report.signatures) assert.ok(names.includes("rsa_pss_rsae_sha256"));
});

scan("old versions, weak and broken suites are found and graded F", async () => {
  const report = reportOf(
    await scanned(
      ["-min_protocol", "TLSv1", "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"],
      "--json",
    ),
  );
  assert.is(report.grade, "F");
  assert.ok(acceptedBy(report).includes("TLS 1.0"));
  const text = report.reasons.map((reason) => reason.text).join("\n");
  assert.match(text, /broken suites?: does not authenticate the server/);
  assert.match(text, /weak suites?: no forward secrecy/);
  assert.match(text, /TLS 1\.0 or 1\.1 is accepted/);
});

scan("a chain that is not trusted is graded T, and the table says why", async () => {
  const server = await opensslServer([identity], "-rev");
  try {
    const { status, stdout } = await sealwire(["scan", `127.0.0.1:${server.port}`, "--pause", "0"]);
    assert.is(status, 0);
    assert.match(stdout, /^chain +refused: /m);
    assert.match(stdout, /^grade +T\n +T: the certificate is refused/m);
  } finally {
    await server.stop();
  }
});

scan("it ends after --most connections, and says so", async () => {
  const report = reportOf(await scanned([], "--json", "--most", "7"));
  assert.is(report.connections, 7);
  assert.match(report.notes.join(), "allow more with --most");
});

async function peer(answer: (socket: Socket) => void): Promise<{ server: Server; place: string }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    answer(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { server, place: `127.0.0.1:${(server.address() as { port: number }).port}` };
}

scan("a peer that does not speak TLS is named, one that is silent is given up soon", async () => {
  const sockets: Socket[] = [];
  for (const [answer, wanted] of [
    [(socket: Socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), "speaks HTTP without TLS"],
    [(socket: Socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"), "speaks SSH here"],
    [(socket: Socket) => sockets.push(socket), "said nothing for 1 s"],
    [(socket: Socket) => socket.destroy(), "accepts no version of TLS"],
  ] as const) {
    const { server, place } = await peer(answer);
    const { status, stdout, stderr } = await sealwire([
      "scan",
      place,
      "--timeout",
      "1",
      "--pause",
      "0",
    ]);
    assert.is(status, 1, stderr);
    assert.is(stdout, "");
    assert.match(stderr, new RegExp(`^sealwire scan: [^\\n]*${wanted}[^\\n]*\\n$`));
    assert.match(stderr, place);
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

scan("whatever a server answers, a question comes to an end without an exception", async () => {
  const hello = Buffer.from(
    `160303003a020000360303${"11".repeat(32)}00c02f00000eff010001000017000000230000`,
    "hex",
  );
  for (let at = 0; at < hello.length; at++)
    for (const change of [0x01, 0x80, 0xff]) {
      const bytes = Buffer.from(hello);
      bytes[at] = (bytes[at] as number) ^ change;
      const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
      stream.push(bytes);
      stream.push(null);
      const question = {
        version: 0x0303,
        suites: [0xc02f],
        groups: [29],
        schemes: [0x0804],
        name: null,
      };
      const answer = await ask(stream, question, 1000);
      assert.ok("suite" in answer || answer.refused !== "");
    }
});

scan.run();
