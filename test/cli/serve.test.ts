/**
 * `sealwire serve` with `openssl s_client`, `curl`-like requests of node:https, and itself as clients.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { connect as connectTls } from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SERVER_NAME, testAuthority } from "../interop/certificates.ts";
import { opensslClient } from "../interop/openssl.ts";
import { type ServeProgram, sealwire, serve } from "./command.ts";

const server = suite("cli: serve");
const authority = testAuthority();
const identity = authority.server("p256");
const client = authority.client("rsa");
const OWN = ["--cert", identity.certificateFile, "--key", identity.keyFile];
const TRUST = ["--servername", SERVER_NAME, "--ca", authority.file];

/** Uses a server, and ends it. */
async function using(
  parameters: readonly string[],
  use: (program: ServeProgram) => Promise<void>,
): Promise<void> {
  const program = await serve(...parameters);
  try {
    await use(program);
  } finally {
    await program.stop();
  }
}

for (const [flag, version] of [
  ["-tls1_2", "TLS 1.2"],
  ["-tls1_3", "TLS 1.3"],
] as const)
  server(`echo to openssl s_client, ${version}`, async () => {
    await using([...OWN, "--echo"], async (program) => {
      const peer = opensslClient(
        program.port,
        ...["-quiet", flag, "-CAfile", authority.file, "-verify_return_error"],
        ...["-servername", SERVER_NAME],
      );
      peer.child.stdin?.write("there and back\n");
      assert.is((await peer.read(15)).toString(), "there and back\n");
      await program.until(new RegExp(`127\\.0\\.0\\.1:\\d+ {2}${version} .*${SERVER_NAME}`));
      await peer.stop();
    });
  });

server("a self-signed certificate where none is given", async () => {
  await using([], async (program) => {
    assert.match(program.output(), "self-signed certificate for localhost");
    const target = `localhost:${program.port}`;
    const strict = await sealwire(["connect", target], { input: "x" });
    assert.is(strict.status, 1);
    const lax = await sealwire(["connect", target, "--insecure", "--wait", "0"], { input: "x" });
    assert.is(lax.stdout, "x");
    assert.match(lax.stderr, /certificate +CN=localhost/);
  });
});

server("--www: a page about the session, for https clients", async () => {
  await using([...OWN, "--www", "--alpn", "http/1.1"], async (program) => {
    const page = await new Promise<string>((resolve, reject) => {
      const call = request(
        { host: "127.0.0.1", port: program.port, ca: authority.pem, servername: SERVER_NAME },
        (response) => {
          assert.is(response.statusCode, 200);
          let text = "";
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => resolve(text));
        },
      );
      call.on("error", reject);
      call.end();
    });
    assert.match(page, "TLS 1.3");
    assert.match(page, "GET / HTTP/1.1");
  });
});

server("--client-ca: a client with a certificate, and one without", async () => {
  await using([...OWN, "--client-ca", authority.file], async (program) => {
    const target = `127.0.0.1:${program.port}`;
    const certificate = ["--cert", client.certificateFile, "--key", client.keyFile];
    for (const version of ["--tls1.2", "--tls1.3"]) {
      const known = await sealwire(
        ["connect", target, ...TRUST, version, ...certificate, "--wait", "0"],
        { input: "hi" },
      );
      assert.is(known.status, 0, known.stderr);
      assert.is(known.stdout, "hi");
    }
    await program.until(/client CN=/);
  });
});

server("--alpn: the server's order counts; nothing in common is an alert", async () => {
  await using([...OWN, "--alpn", "h2,http/1.1"], async (program) => {
    const options = {
      ...{ host: "127.0.0.1", port: program.port, servername: SERVER_NAME },
      ca: authority.pem,
    };
    const chosen = await new Promise((resolve, reject) => {
      const socket = connectTls({ ...options, ALPNProtocols: ["http/1.1", "h2"] }, () => {
        resolve(socket.alpnProtocol);
        socket.destroy();
      });
      socket.on("error", reject);
    });
    assert.is(chosen, "h2");
    const refusal = await new Promise<Error>((resolve, reject) => {
      const socket = connectTls({ ...options, ALPNProtocols: ["spdy/3"] }, () =>
        reject(new Error("connected without a common protocol")),
      );
      socket.on("error", resolve);
    });
    assert.match(refusal.message, /no application protocol/i);
  });
});

server("--tls1.2: no other version", async () => {
  await using([...OWN, "--tls1.2"], async (program) => {
    const target = `127.0.0.1:${program.port}`;
    const modern = await sealwire(["connect", target, ...TRUST, "--tls1.3"]);
    assert.is(modern.status, 1);
    assert.match(modern.stderr, "protocol_version");
    const old = await sealwire(["connect", target, ...TRUST, "--wait", "0"]);
    assert.match(old.stderr, /version +TLS 1\.2/);
  });
});

server("--connections and --json: events for machines, then the end", async () => {
  const program = await serve(...OWN, "--connections", "1", "--json");
  const target = `127.0.0.1:${program.port}`;
  await sealwire(["connect", target, ...TRUST, "--wait", "0"], { input: "four" });
  assert.is(await program.ended(), 0);
  const events = program
    .output()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { event: string; version?: string; bytes?: number });
  assert.equal(
    events.map(({ event }) => event),
    ["listening", "connected", "closed"],
  );
  assert.is(events[1]?.version, "TLS 1.3");
  assert.is(events[2]?.bytes, 4);
});

server(
  "a peer that speaks no TLS, and one that refuses us: told, and the server goes on",
  async () => {
    await using(OWN, async (program) => {
      const bad = opensslClient(
        program.port,
        "-CAfile",
        client.certificateFile,
        "-verify_return_error",
      );
      await bad.ended();
      await program.until(/failed: .*unknown_ca/);
      execFileSync(process.execPath, [
        "-e",
        `require("net").connect(${program.port}, "127.0.0.1").end("GET / HTTP/1.0\\r\\n\\r\\n").resume()`,
      ]);
      await program.until(/failed: .*the peer speaks HTTP without TLS/);
      const target = `127.0.0.1:${program.port}`;
      const good = await sealwire(["connect", target, ...TRUST, "--wait", "0"], {
        input: "still here",
      });
      assert.is(good.stdout, "still here");
    });
  },
);

server("a failed connection with --connections: exit status 1", async () => {
  const program = await serve(...OWN, "--connections", "1");
  await sealwire(["connect", `127.0.0.1:${program.port}`]);
  assert.is(await program.ended(), 1);
});

server("--trace: the ladder of each connection", async () => {
  const program = await serve(...OWN, "--trace", "--connections", "1");
  await sealwire(["connect", `127.0.0.1:${program.port}`, ...TRUST, "--wait", "0"]);
  await program.ended();
  assert.match(Buffer.from(program.output(), "latin1").toString("utf8"), /◀─.*ClientHello/);
});

server("wrong use: status 2; what cannot be: status 1", async () => {
  const misuses: (readonly [readonly string[], string])[] = [
    [[], "PORT"],
    [["https"], "PORT"],
    [["70000"], "PORT"],
    [["1", "2"], "PORT"],
    [["0", "--echo", "--www"], "not both"],
    [["0", "--key", "x"], "--cert"],
    [["0", "--connections", "0"], "whole number"],
  ];
  for (const [parameters, text] of misuses) {
    const { status, stderr } = await sealwire(["serve", ...parameters]);
    assert.is(status, 2, parameters.join(" "));
    assert.match(stderr, text);
  }
  await using(OWN, async ({ port }) => {
    const taken = await sealwire(["serve", String(port)]);
    assert.is(taken.status, 1);
    assert.match(taken.stderr, "choose another port");
  });
  const wrongKey = ["--cert", identity.certificateFile, "--key", client.keyFile];
  const mismatch = await sealwire(["serve", "0", ...wrongKey]);
  assert.is(mismatch.status, 1);
  assert.match(mismatch.stderr, /^sealwire serve: [^\n]*key[^\n]*\n$/);
  assert.ok(readFileSync(client.keyFile, "utf8").length > 0);
});

server.run();
