/**
 * `sealwire connect` against `openssl s_server`: every option, and every way to fail.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SERVER_NAME, testAuthority } from "../interop/certificates.ts";
import { opensslServer } from "../interop/openssl.ts";
import { freePort } from "../interop/processes.ts";
import { type Outcome, sealwire, temporaryFolder } from "./command.ts";

const connect = suite("cli: connect");
const FOLDER = temporaryFolder();
const authority = testAuthority();
const identity = authority.server("p256");
const client = authority.client("p256");
const TRUST = ["--servername", SERVER_NAME, "--ca", authority.file];

type Server = Awaited<ReturnType<typeof opensslServer>>;

/** Runs `connect` against an s_server with these options, with a line on stdin. */
async function talk(
  serverOptions: readonly string[],
  options: readonly string[],
  input = "hello\n",
  use: (server: Server) => Promise<void> = async () => {},
): Promise<Outcome> {
  const server = await opensslServer([identity], ...serverOptions);
  try {
    const outcome = await sealwire(["connect", `127.0.0.1:${server.port}`, ...options], { input });
    await use(server);
    return outcome;
  } finally {
    await server.stop();
  }
}

/** An outcome of exit status 1 with one line on stderr. */
function refused({ status, stdout, stderr }: Outcome): string {
  assert.is(status, 1, stderr);
  assert.is(stdout, "");
  assert.match(stderr, /^sealwire connect: [^\n]+\n$/);
  return stderr;
}

for (const [option, version] of [
  ["--tls1.2", "TLS 1.2"],
  ["--tls1.3", "TLS 1.3"],
] as const) {
  connect(`${option}: stdin to the peer, the peer to stdout, facts to stderr`, async () => {
    const { status, stdout, stderr } = await talk(["-rev"], [...TRUST, option, "--wait", "0"]);
    assert.is(status, 0, stderr);
    assert.is(stdout, "olleh\n");
    assert.match(stderr, new RegExp(`version +${version}`));
    assert.match(stderr, `server name    ${SERVER_NAME}`);
    assert.match(stderr, "signature      ecdsa_secp256r1_sha256");
  });

  connect(`${option}: a version that the server lacks`, async () => {
    const other = version === "TLS 1.2" ? "-tls1_3" : "-tls1_2";
    const stderr = refused(await talk([other, "-rev"], [...TRUST, option]));
    assert.match(stderr, "protocol_version");
  });
}

connect("both versions are offered when both are named, or none", async () => {
  for (const options of [[], ["--tls1.2", "--tls1.3"]]) {
    const { stderr } = await talk(["-tls1_2", "-rev"], [...TRUST, ...options, "--wait", "0"]);
    assert.match(stderr, /version +TLS 1\.2/);
  }
});

connect("--json: facts for machines", async () => {
  const { status, stderr } = await talk(["-rev"], [...TRUST, "--json", "--wait", "0"]);
  assert.is(status, 0);
  const facts = JSON.parse(stderr) as Record<string, unknown>;
  assert.is(facts["version"], "TLS 1.3");
  assert.is(facts["resumed"], false);
  assert.equal(Object.keys(facts["streamSizes"] as object), [
    "cbHeader",
    "cbTrailer",
    "cbMaximumMessage",
    "cBuffers",
    "cbBlockSize",
  ]);
});

connect("--alpn: most wanted first", async () => {
  const { stderr } = await talk(
    ["-rev", "-alpn", "http/1.1"],
    [...TRUST, "--alpn", "h2,http/1.1", "--wait", "0"],
  );
  assert.match(stderr, /ALPN +http\/1\.1/);
});

connect("an authority that is not trusted, a wrong name: what to do is said", async () => {
  assert.match(refused(await talk(["-rev"], ["--servername", SERVER_NAME])), "--ca FILE");
  const wrong = ["--servername", "example.org", "--ca", authority.file];
  assert.match(refused(await talk(["-rev"], wrong)), "--servername NAME");
});

connect("--insecure: no check", async () => {
  const { status, stdout } = await talk(["-rev"], ["--insecure", "--wait", "0"]);
  assert.is(status, 0);
  assert.is(stdout, "olleh\n");
});

connect("--cert and --key, --pfx: a client certificate", async () => {
  const pfx = join(FOLDER, "client.pfx");
  execFileSync("openssl", [
    ...["pkcs12", "-export", "-in", client.certificateFile, "-inkey", client.keyFile],
    ...["-out", pfx, "-passout", "pass:secret"],
  ]);
  const wanting = ["-rev", "-Verify", "1", "-verify_return_error", "-CAfile", authority.file];
  for (const options of [
    ["--cert", client.certificateFile, "--key", client.keyFile],
    ["--pfx", pfx, "--passphrase", "secret"],
  ])
    for (const version of ["--tls1.2", "--tls1.3"]) {
      const { status, stdout, stderr } = await talk(wanting, [
        ...[...TRUST, version, "--wait", "0"],
        ...options,
      ]);
      assert.is(status, 0, stderr);
      assert.is(stdout, "olleh\n");
    }
  const wrong = await talk(wanting, [...TRUST, "--pfx", pfx, "--passphrase", "wrong"]);
  assert.match(refused(wrong), /passphrase/i);
});

connect("a client certificate that is demanded and missing: the peer's alert is told", async () => {
  for (const version of ["--tls1.2", "--tls1.3"]) {
    const demand = ["-rev", "-Verify", "1", "-CAfile", authority.file];
    const { status, stderr } = await talk(demand, [...TRUST, version]);
    assert.is(status, 1);
    assert.match(stderr, /certificate_required|handshake_failure/);
  }
});

for (const version of ["--tls1.2", "--tls1.3"])
  connect(`--session ${version}: kept in a file, resumed by the next run`, async () => {
    const file = join(FOLDER, `session${version}`);
    const options = [...TRUST, version, "--session", file, "--wait", "0"];
    const server = await opensslServer([identity], "-rev");
    try {
      const target = `127.0.0.1:${server.port}`;
      const first = await sealwire(["connect", target, ...options], { input: "one\n" });
      assert.match(first.stderr, /resumed +no/);
      assert.is(statSync(file).mode & 0o777, 0o600);
      const second = await sealwire(["connect", target, ...options], { input: "two\n" });
      assert.match(second.stderr, /resumed +yes/);
      assert.is(second.stdout, "owt\n");
    } finally {
      await server.stop();
    }
  });

connect("--session: another file is not overwritten", async () => {
  const file = join(FOLDER, "letter.txt");
  writeFileSync(file, "Dear Sir", { mode: 0o600 });
  const stderr = refused(await sealwire(["connect", "localhost:1", "--session", file]));
  assert.match(stderr, "is not one of our session files");
  assert.is(readFileSync(file, "utf8"), "Dear Sir");
});

connect("--keylog: the NSS form, appended", async () => {
  const file = join(FOLDER, "keys.log");
  writeFileSync(file, "# mine\n", { mode: 0o600 });
  for (const version of ["--tls1.2", "--tls1.3"])
    await talk(["-rev"], [...TRUST, version, "--keylog", file, "--wait", "0"]);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  assert.is(lines[0], "# mine");
  const labels = lines.slice(1).map((line) => line.split(" ")[0]);
  assert.is(labels[0], "CLIENT_RANDOM");
  assert.ok(labels.includes("SERVER_TRAFFIC_SECRET_0"));
});

connect("--trace: the ladder, with what is protected named", async () => {
  const { stderr } = await talk(["-rev"], [...TRUST, "--trace", "--wait", "0"]);
  for (const text of ["── ClientHello", "◀─ ServerHello", "{EncryptedExtensions}", "SEC_E_OK"])
    assert.match(stderr, text);
  assert.not.match(stderr, "\u001b[");
});

connect("colours where they are wanted, and not where they are not", async () => {
  const colourful = { environment: { FORCE_COLOR: "1" } };
  const plain = { environment: { FORCE_COLOR: "1", NO_COLOR: "1" } };
  assert.match((await sealwire(["connect", "localhost:1"], colourful)).stderr, "\u001b[31m");
  assert.not.match((await sealwire(["connect", "localhost:1"], plain)).stderr, "\u001b");
});

connect("1 MiB through, byte for byte", async () => {
  const line = `${"0123456789abcdef".repeat(4)}\n`;
  const input = line.repeat(Math.ceil(2 ** 20 / line.length));
  const { status, stdout } = await talk(["-rev"], [...TRUST, "--wait", "2"], input);
  assert.is(status, 0);
  const back = `${[...line.trim()].reverse().join("")}\n`;
  assert.ok(stdout === back.repeat(input.length / line.length), "bytes came back changed");
});

connect("an end in the middle of the handshake is an error", async () => {
  const server = createServer((socket) => socket.once("data", () => socket.end()));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as { port: number };
  const stderr = refused(await sealwire(["connect", `127.0.0.1:${port}`]));
  assert.match(stderr, "ended before the TLS handshake was finished");
  server.close();
});

/** Runs `connect` against a server of node:tls. */
async function talkToNode(
  options: readonly string[],
  serve: (socket: tls.TLSSocket, transport: Socket) => void,
): Promise<Outcome> {
  const transports: Socket[] = [];
  const server = tls.createServer(
    {
      cert: readFileSync(identity.certificateFile),
      key: readFileSync(identity.keyFile),
      ca: readFileSync(authority.file),
    },
    (socket) => serve(socket, transports[0] as Socket),
  );
  server.on("connection", (transport) => transports.push(transport));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as { port: number };
  try {
    return await sealwire(["connect", `127.0.0.1:${port}`, ...TRUST, ...options], {
      input: "from stdin\n",
    });
  } finally {
    for (const transport of transports) transport.destroy();
    server.close();
  }
}

for (const version of ["--tls1.2", "--tls1.3"]) {
  for (const strict of [false, true])
    connect(
      `${version}: an end without close_notify is ${strict ? "a failure with --strict-close" : "a warning"}, what came before is there`,
      async () => {
        const options = strict ? [version, "--strict-close"] : [version];
        const { status, stdout, stderr } = await talkToNode(options, (socket, transport) => {
          socket.write("so far", () => transport.end());
          socket.on("error", () => {});
        });
        assert.is(status, strict ? 1 : 0, stderr);
        assert.is(stdout, "so far");
        assert.match(
          stderr,
          strict
            ? /^sealwire connect: .*without close_notify/m
            : /^warning: .*without close_notify/m,
        );
      },
    );
}

connect(
  "a server of TLS 1.2 may renegotiate, and gets the certificate that it asks for",
  async () => {
    const own = ["--cert", client.certificateFile, "--key", client.keyFile];
    const { status, stdout, stderr } = await talkToNode(["--tls1.2", ...own], (socket) => {
      let heard = "";
      const answer = (error: Error | null): void => {
        const name = socket.getPeerCertificate().subject?.CN ?? "nobody";
        socket.on("data", (bytes) => {
          heard += bytes;
          if (heard.endsWith("\n")) socket.end(`${error?.message ?? name}: ${heard}`);
        });
      };
      socket.renegotiate({ rejectUnauthorized: false, requestCert: true }, answer);
    });
    assert.is(status, 0, stderr);
    assert.match(stdout, /^[^:]*client[^:]*: from stdin\n$/i);
  },
);

connect("nobody listens, no such name, no such file: one line, status 1", async () => {
  const port = await freePort();
  const nobody = refused(await sealwire(["connect", `127.0.0.1:${port}`]));
  assert.match(nobody, "nothing listens there");
  const missing = join(FOLDER, "missing.pem");
  for (const option of ["--ca", "--cert", "--pfx"]) {
    const stderr = refused(await sealwire(["connect", "localhost:1", option, missing]));
    assert.match(stderr, "missing.pem: there is no such file");
  }
  assert.not(existsSync(missing));
});

const MISUSES: readonly (readonly [readonly string[], string])[] = [
  [[], "HOST:PORT"],
  [["a:1", "b:2"], "HOST:PORT"],
  [["a:b:c"], "is not an address: it has several colons"],
  [["example.com:99999"], 'the port "99999" is not a number up to 65535'],
  [["a:1", "--nonsense"], "there is no option --nonsense"],
  [["a:1", "--server", "x"], "did you mean --servername?"],
  [["a:1", "--cypher", "x"], "did you mean --ciphers?"],
  [
    ["a:1", "--ciphers", "ECDHE-RSA-AES128-GCM-SHA257"],
    "did you mean ECDHE-RSA-AES128-GCM-SHA256?",
  ],
  [["a:1", "--groups", "x25591"], "did you mean x25519?"],
  [["a:1", "--sigalgs", "rsa"], "is not built"],
  [["a:1", "--ca", "x", "--servername", "a", "--servername", "b"], "is given twice"],
  [["a:1", "--min", "1.3", "--max", "1.2"], "leave no version"],
  [["a:1", "--min", "1.0"], "is not built"],
  [["a:1", "--alpn", ""], "empty name"],
  [["a:1", "--alpn", "h2,,x"], "empty name"],
  [["a:1", "--alpn", "x".repeat(300)], "1 to 255"],
  [["a:1", "-4", "-6"], "not both"],
  [["a:1", "--resolve", "a:1:b"], "IP address"],
  [["a:1", "--proxy", "ftp://x"], "socks5"],
  [["a:1", "--psk", "x"], "IDENTITY:KEY"],
  [["a:1", "--psk", "x:zz"], "hex"],
  [["gopher://a"], "scheme gopher is not known"],
  [["[::1"], "not an address"],
  [["[fe80::zz]:1"], "not an IPv6 address"],
  [["a:1", "--alpn"], "wants a value"],
  [["a:1", "--insecure=yes"], "takes no value"],
  [["a:1", "--wait", "soon"], "whole number"],
  [["a:1", "--key", "x"], "--cert"],
  [["a:1", "--pfx", "x", "--cert", "y"], "not both"],
  [["a:1", "--starttls", "gopher"], "smtp"],
];

connect("wrong use: one line, status 2", async () => {
  for (const [parameters, text] of MISUSES) {
    const { status, stdout, stderr } = await sealwire(["connect", ...parameters]);
    assert.is(status, 2, parameters.join(" "));
    assert.is(stdout, "");
    assert.match(stderr, /^sealwire connect: [^\n]+\n$/);
    assert.match(stderr, text);
  }
});

connect.run();
