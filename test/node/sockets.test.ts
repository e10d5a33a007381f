/**
 * connect and createServer beside node:tls: each talks with each, and tells the same about the connection.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
import {
  careless,
  closed,
  dial,
  errorOf,
  IDENTITY,
  LIBRARIES,
  listening,
  OWN,
  read,
  VERSIONS,
  withServer,
} from "./kit.ts";

const sockets = suite("node: sockets");

for (const version of VERSIONS) {
  for (const [serverName, serverLibrary] of LIBRARIES) {
    for (const [clientName, clientLibrary] of LIBRARIES) {
      if (serverName === "node:tls" && clientName === "node:tls") continue;
      sockets(`${clientName} to ${serverName}, ${version}: data, facts, resumption`, async () => {
        const server = serverLibrary.createServer(
          { ...OWN, minVersion: version, maxVersion: version, ALPNProtocols: ["one", "two"] },
          (socket) => {
            assert.is(socket.alpnProtocol, "two");
            // node's server forgets the name when it resumes.
            if (serverName === "sealwire") assert.is(socket.servername, "localhost");
            careless(socket);
            socket.pipe(socket);
          },
        );
        const port = await listening(server);
        const options = {
          port,
          host: "127.0.0.1",
          servername: "localhost",
          ca: OWN.cert,
          ALPNProtocols: ["two"],
        };
        let session: Buffer | undefined;
        for (const again of [false, true]) {
          const client = clientLibrary.connect({ ...options, ...(again ? { session } : {}) });
          client.on("session", (bytes: Buffer) => {
            session = bytes;
          });
          await once(client, "secureConnect");
          assert.is(client.authorized, true);
          assert.not(client.authorizationError);
          assert.is(client.isSessionReused(), again);
          assert.is(client.getProtocol(), version);
          assert.is(client.alpnProtocol, "two");
          assert.is(client.encrypted, true);
          // node's client forgets the certificate when it resumes.
          if (clientName === "sealwire" || !again) {
            assert.is(client.getPeerCertificate().subject.CN, "localhost");
            assert.is(client.getPeerX509Certificate()?.fingerprint256.length, 95);
          }
          assert.is(client.remotePort, port);
          assert.is(client.exportKeyingMaterial(16, "EXPORTER-x").length, 16);
          const cipher = client.getCipher();
          assert.ok(tls.getCiphers().includes(cipher?.name.toLowerCase() ?? ""));
          client.end("there and back");
          assert.is((await read(client)).toString(), "there and back");
          await closed(client);
        }
        server.close();
        await once(server, "close");
      });
    }
  }
}

sockets("the words of getCipher and getEphemeralKeyInfo are node's", async () => {
  for (const ciphers of ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"]) {
    for (const ecdhCurve of ["X25519:P-256", "P-256", "secp384r1:P-256"]) {
      const told = async (library: typeof ours): Promise<object> => {
        const server = tls.createServer({ ...OWN, ecdhCurve: "X25519:P-256:P-384" });
        const port = await listening(server);
        const client = library.connect({
          port,
          ca: OWN.cert,
          ciphers,
          ecdhCurve,
          maxVersion: "TLSv1.2",
        });
        await once(client, "secureConnect");
        const facts = [
          client.getCipher(),
          client.getEphemeralKeyInfo(),
          client.getPeerCertificate(true).serialNumber,
        ];
        client.destroy();
        server.close();
        return facts;
      };
      assert.equal(await told(ours), await told(tls as unknown as typeof ours));
    }
  }
});

/** Chains made by openssl: what node calls them, we call them. */
sockets("authorizationError has node's words", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-node-"));
  const openssl = (...words: string[]): void => {
    execFileSync("openssl", words, { cwd: folder, stdio: "pipe" });
  };
  const file = (name: string): string => readFileSync(join(folder, name), "utf8");
  const issue = (name: string, by: string, days: string, ...more: string[]): void => {
    openssl(
      "req",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/CN=${name}`,
      "-addext",
      "subjectAltName=DNS:localhost",
      ...more,
    );
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      `${by}.crt`,
      "-CAkey",
      `${by}.key`,
      "-CAcreateserial",
      "-days",
      days,
      "-copy_extensions",
      "copy",
      "-out",
      `${name}.crt`,
    );
  };
  try {
    openssl(
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      "root.key",
      "-out",
      "root.crt",
      "-subj",
      "/CN=root",
      "-days",
      "30",
      "-addext",
      "keyUsage=critical,keyCertSign",
    );
    issue(
      "middle",
      "root",
      "30",
      "-addext",
      "basicConstraints=critical,CA:true",
      "-addext",
      "keyUsage=critical,keyCertSign",
    );
    issue("leaf", "middle", "30");
    issue("late", "root", "-1");
    const [root, middle, leaf] = [file("root.crt"), file("middle.crt"), file("leaf.crt")];
    const rows = [
      { cert: leaf + middle, key: file("leaf.key"), ca: root },
      { cert: leaf + middle, key: file("leaf.key"), ca: OWN.cert },
      { cert: leaf + middle + root, key: file("leaf.key"), ca: OWN.cert },
      { cert: leaf, key: file("leaf.key"), ca: OWN.cert },
      { cert: leaf, key: file("leaf.key"), ca: root },
      { cert: file("late.crt"), key: file("late.key"), ca: root },
      { cert: leaf + middle, key: file("leaf.key"), ca: root, servername: "elsewhere.example" },
      { ...OWN, ca: root },
    ];
    for (const { ca, servername, ...own } of rows) {
      const told = async (library: typeof ours): Promise<unknown> => {
        const server = tls.createServer(own);
        const port = await listening(server);
        const client = library.connect({
          port,
          ca,
          servername: servername ?? "localhost",
          rejectUnauthorized: false,
        });
        await once(client, "secureConnect");
        const { authorized, authorizationError } = client;
        client.destroy();
        server.close();
        return { authorized, authorizationError: codeOf(authorizationError) };
      };
      assert.equal(await told(ours), await told(tls as unknown as typeof ours));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** node has the error itself where a name does not fit, and its code elsewhere. */
const codeOf = (error: unknown): unknown =>
  error instanceof Error ? (error as Error & { code?: string }).code : error;

sockets("client certificates: asked for, refused, taken, and told", async () => {
  const seen: unknown[] = [];
  await withServer(
    { requestCert: true, ca: OWN.cert },
    (socket) => {
      seen.push([socket.authorized, socket.getPeerCertificate().subject?.CN]);
      careless(socket);
      socket.end("welcome");
    },
    async (port, server) => {
      const failures: string[] = [];
      server.on("tlsClientError", (error: ours.TlsError) => failures.push(error.code));
      const good = dial(port, OWN);
      assert.is((await read(good)).toString(), "welcome");
      const bare = dial(port, { maxVersion: "TLSv1.2" });
      assert.is((await errorOf(bare)).code, "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
      const other = (await import("../../src/api/node.ts")).selfSignedCertificate({
        names: ["x"],
      });
      const bad = dial(port, { cert: other.certificatePem, key: other.privateKeyPem });
      assert.is((await errorOf(bad)).code, "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA");
      assert.equal(failures, [
        "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
      ]);
    },
  );
  await withServer(
    { requestCert: true, rejectUnauthorized: false, ca: OWN.cert },
    (socket) => {
      seen.push([socket.authorized, socket.authorizationError]);
      careless(socket);
      socket.end("welcome");
    },
    async (port) => {
      assert.is((await read(dial(port))).toString(), "welcome");
    },
  );
  assert.equal(seen, [
    [true, "localhost"],
    [false, "UNABLE_TO_GET_ISSUER_CERT"],
  ]);
});

sockets("rejectUnauthorized is off only if it is exactly false", async () => {
  await withServer({}, careless, async (port) => {
    for (const rejectUnauthorized of [undefined, null, 0, "", true] as (boolean | undefined)[]) {
      const client = dial(port, { ca: undefined, rejectUnauthorized });
      assert.is((await errorOf(client)).code, "DEPTH_ZERO_SELF_SIGNED_CERT");
    }
    const client = dial(port, { ca: undefined, rejectUnauthorized: false });
    await once(client, "secureConnect");
    assert.is(client.authorized, false);
    client.destroy();
  });
});

sockets("a session of an unauthorized peer does not become an authorized one", async () => {
  await withServer(
    {},
    (socket) => careless(socket.resume()),
    async (port) => {
      const lax = dial(port, { ca: undefined, rejectUnauthorized: false });
      const [session] = (await once(lax, "session")) as [Buffer];
      lax.destroy();
      const strict = dial(port, { ca: undefined, session });
      assert.is((await errorOf(strict)).code, "DEPTH_ZERO_SELF_SIGNED_CERT");
      const again = dial(port, { ca: undefined, session, rejectUnauthorized: false });
      await once(again, "secureConnect");
      assert.is(again.isSessionReused(), true);
      assert.is(again.authorizationError, "DEPTH_ZERO_SELF_SIGNED_CERT");
      assert.is(again.authorized, false);
      again.destroy();
    },
  );
});

sockets("checkServerIdentity has the last word on the name, and only on that", async () => {
  await withServer({}, careless, async (port) => {
    const names: string[] = [];
    const client = dial(port, {
      servername: "alias.example",
      checkServerIdentity: (name, certificate) => {
        names.push(name, String(certificate.subject.CN));
        return undefined;
      },
    });
    await once(client, "secureConnect");
    assert.equal(names, ["alias.example", "localhost"]);
    client.destroy();
    const refusal = Object.assign(new Error("not today"), { code: "MINE" });
    const refused = dial(port, { checkServerIdentity: () => refusal });
    assert.is(await errorOf(refused), refusal);
    const untrusted = dial(port, { ca: undefined, checkServerIdentity: () => undefined });
    assert.is((await errorOf(untrusted)).code, "DEPTH_ZERO_SELF_SIGNED_CERT");
  });
});

sockets("SNICallback, addContext, ALPNCallback, keylog, OCSP", async () => {
  const { selfSignedCertificate } = await import("../../src/api/node.ts");
  const other = selfSignedCertificate({ names: ["other.example"] });
  const keyAndCert = { cert: other.certificatePem, key: other.privateKeyPem };
  const lines: string[] = [];
  await withServer(
    {
      ALPNCallback: ({ servername, protocols }) =>
        servername === "localhost" ? protocols.at(-1) : undefined,
    },
    (socket) => careless(socket.resume()),
    async (port, server) => {
      server.addContext("*.example", keyAndCert);
      server.on("keylog", (line: Buffer, socket: ours.SecureSocket) => {
        assert.instance(socket, ours.SecureSocket);
        lines.push(line.toString());
      });
      server.on(
        "OCSPRequest",
        (certificate: Buffer, _issuer: unknown, done: (e: null, r: Buffer) => void) => {
          assert.is(Buffer.compare(certificate, Buffer.from(IDENTITY.certificate)), 0);
          setImmediate(() => done(null, Buffer.from("3003020101", "hex")));
        },
      );
      const byName = dial(port, {
        ca: other.certificatePem,
        servername: "other.example",
        minVersion: "TLSv1.3",
      });
      server.removeAllListeners("OCSPRequest");
      await once(byName, "secureConnect");
      assert.is(byName.getPeerCertificate().subject.CN, "other.example");
      byName.destroy();
      const chosen = dial(port, { ALPNProtocols: ["a", "b", "c"] });
      await once(chosen, "secureConnect");
      assert.is(chosen.alpnProtocol, "c");
      chosen.destroy();
      const none = dial(port, {
        ca: other.certificatePem,
        servername: "other.example",
        ALPNProtocols: ["a"],
      });
      assert.is((await errorOf(none)).code, "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL");
    },
  );
  assert.ok(
    lines.some((line) => line.startsWith("SERVER_TRAFFIC_SECRET_0 ") && line.endsWith("\n")),
  );
  const asked: string[] = [];
  await withServer(
    {
      SNICallback: (name, done) => {
        asked.push(name);
        if (name === "bad.example") done(new Error("no such name"));
        else setImmediate(() => done(null, ours.createSecureContext(keyAndCert)));
      },
    },
    careless,
    async (port, server) => {
      const client = dial(port, { ca: other.certificatePem, servername: "other.example" });
      await once(client, "secureConnect");
      client.destroy();
      const failures: string[] = [];
      server.on("tlsClientError", (error: Error) => failures.push(error.message));
      await errorOf(dial(port, { servername: "bad.example" }));
      assert.equal(failures, ["no such name"]);
    },
  );
  assert.equal(asked, ["other.example", "bad.example"]);
});

sockets("newSession and resumeSession for clients without tickets", async () => {
  const kept = new Map<string, Buffer>();
  await withServer(
    { maxVersion: "TLSv1.2" },
    (socket) => careless(socket.resume()),
    async (port, server) => {
      server.on("newSession", (id: Buffer, data: Buffer, done: () => void) => {
        kept.set(id.toString("hex"), data);
        setImmediate(done);
      });
      server.on("resumeSession", (id: Buffer, done: (error: null, data: Buffer | null) => void) => {
        setImmediate(() => done(null, kept.get(id.toString("hex")) ?? null));
      });
      const folder = mkdtempSync(join(tmpdir(), "sealwire-node-"));
      // The server runs in this process, so the client must not block it.
      const { execFile } = await import("node:child_process");
      const { promisify } = await import("node:util");
      const client = async (...more: string[]): Promise<string> => {
        const running = promisify(execFile)("openssl", [
          "s_client",
          "-connect",
          `127.0.0.1:${port}`,
          "-no_ticket",
          "-tls1_2",
          ...more,
        ]);
        running.child.stdin?.end();
        return (await running).stdout;
      };
      const first = await client("-sess_out", join(folder, "session"));
      const second = await client("-sess_in", join(folder, "session"));
      rmSync(folder, { recursive: true });
      assert.match(first, /New, /);
      assert.match(second, /Reused, /);
    },
  );
  assert.is(kept.size, 1);
});

sockets("errors of the way there are the transport's own", async () => {
  const refused = dial(1);
  assert.is((await errorOf(refused)).code, "ECONNREFUSED");
  const server = (await import("node:net")).createServer((socket) =>
    socket.end("HTTP/1.1 400 Bad\r\n\r\n"),
  );
  const port = await listening(server);
  assert.is((await errorOf(dial(port))).code, "ERR_SSL_WRONG_VERSION_NUMBER");
  server.close();
});

sockets("a client that goes away or talks nonsense is a tlsClientError", async () => {
  const net = await import("node:net");
  await withServer({ handshakeTimeout: 300 }, careless, async (port, server) => {
    for (const [say, code] of [
      ["GET / HTTP/1.0\r\n\r\n", "ERR_SSL_HTTP_REQUEST"],
      ["CONNECT there HTTP/1.1\r\n\r\n", "ERR_SSL_HTTPS_PROXY_REQUEST"],
      ["220 mail.example ready\r\n", "ERR_SSL_WRONG_VERSION_NUMBER"],
      [null, "ECONNRESET"],
      ["", "ERR_TLS_HANDSHAKE_TIMEOUT"],
    ] as const) {
      const client = net.connect(port, "127.0.0.1", () =>
        say === null ? client.end() : client.write(say),
      );
      careless(client);
      const [error] = (await once(server, "tlsClientError")) as [ours.TlsError];
      assert.is(error.code, code);
      client.destroy();
    }
  });
});

sockets.run();
