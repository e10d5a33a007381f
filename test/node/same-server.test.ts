/**
 * Servers beside node:tls: clients that fail, SNI and ALPN.
 */
import { once } from "node:events";
import { connect as netConnect } from "node:net";
import { suite } from "uvu";
import { selfSignedCertificate } from "../../src/api/node.ts";
import type * as ours from "../../src/entries/node.ts";
import { dies, failed, type Stage, sameAsNode, scenario, turn } from "./same-as-node.ts";

const servers = suite("node: a server is node's");

const identity = (...names: string[]): { cert: string; key: string } => {
  const { certificatePem, privateKeyPem } = selfSignedCertificate({ names });
  return { cert: certificatePem, key: privateKeyPem };
};
const OTHER = identity("other.example", "*.other.example");
const THIRD = identity("third.example");

/** A client that says something in plaintext and what happens then. */
async function rawClient(
  stage: Stage,
  options: ours.ServerOptions,
  say: (socket: ReturnType<typeof netConnect>) => void,
): Promise<void> {
  const { port, server } = await stage.serve(options);
  const socket = stage.later(netConnect(port, "127.0.0.1"));
  socket.on("error", () => undefined).resume();
  await once(socket, "connect");
  const failing = once(server, "tlsClientError") as Promise<[Error, ours.SecureSocket]>;
  say(socket);
  const [, which] = await failing;
  stage.tell("server", which instanceof stage.tls.TLSSocket, which.destroyed);
  socket.destroy();
}

const clients = [
  scenario("plaintext HTTP to the port", (stage) =>
    rawClient(stage, {}, (socket) => socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n")),
  ),
  scenario("bytes without meaning", (stage) =>
    rawClient(stage, {}, (socket) => socket.write(Buffer.alloc(100, 0xee))),
  ),
  scenario("a client that ends at once", (stage) => rawClient(stage, {}, (socket) => socket.end())),
  scenario("a client that resets at once", (stage) =>
    rawClient(stage, {}, (socket) => socket.resetAndDestroy()),
  ),
  scenario("a client that ends within its hello", (stage) =>
    rawClient(stage, {}, (socket) => socket.end(Buffer.from("1603010200010001fc0303", "hex"))),
  ),
  scenario(
    "a client that sends nothing",
    (stage) => rawClient(stage, { handshakeTimeout: 30 }, () => undefined),
    { server: [failed("ERR_TLS_HANDSHAKE_TIMEOUT"), [true, true]] },
  ),
  scenario("no version in common", async (stage) => {
    const other = stage.version === "TLSv1.2" ? "TLSv1.3" : "TLSv1.2";
    const { port } = await stage.serve();
    stage.dial(port, { minVersion: other, maxVersion: other });
    await stage.closed();
  }),
  scenario("no suite in common", async (stage) => {
    const { port } = await stage.serve({
      ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256",
    });
    stage.dial(port, { ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384:TLS_AES_256_GCM_SHA384" });
    await stage.closed();
  }),
  scenario("no group in common", async (stage) => {
    const { port } = await stage.serve({ ecdhCurve: "P-256" });
    stage.dial(port, { ecdhCurve: "P-384" });
    await stage.closed();
  }),
  scenario("no signature in common", async (stage) => {
    const { port } = await stage.serve({ sigalgs: "ecdsa_secp256r1_sha256" });
    stage.dial(port, { sigalgs: "rsa_pss_rsae_sha256" });
    await stage.closed();
  }),
  scenario("the signatures in common by OpenSSL's names", async (stage) => {
    const sigalgs = "RSA-PSS+SHA256:RSA-PSS+SHA512:ECDSA+SHA256";
    const { port } = await stage.serve({ sigalgs }, (socket) => {
      stage.tell("server", socket.getSharedSigalgs());
      socket.end("x");
    });
    const client = stage.dial(port, { sigalgs: "ECDSA+SHA256:RSA-PSS+SHA256" });
    client.resume();
    await stage.closed();
  }),
  scenario("a signature in common that no certificate makes", async (stage) => {
    const sigalgs = "rsa_pss_rsae_sha256";
    const { port } = await stage.serve({ sigalgs });
    stage.dial(port, { sigalgs });
    await stage.closed();
  }),
  scenario(
    "a server without a certificate",
    async (stage) => {
      const { port } = await stage.serve({ cert: undefined, key: undefined });
      stage.dial(port);
      await stage.closed();
    },
    { server: [failed("ERR_SSL_NO_SHARED_CIPHER")] },
  ),
  scenario(
    "a client that does not trust us",
    async (stage) => {
      const { port } = await stage.serve();
      const client = stage.dial(port, { ca: OTHER.cert });
      await stage.closed();
      stage.tell("client", client.authorized, client.authorizationError);
    },
    {
      client: [...dies("DEPTH_ZERO_SELF_SIGNED_CERT"), [false, "DEPTH_ZERO_SELF_SIGNED_CERT"]],
      server: [failed("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA")],
    },
  ),
  scenario(
    "a client that expects another name",
    async (stage) => {
      const { port } = await stage.serve();
      const client = stage.dial(port, { servername: "elsewhere.example" });
      client.on("error", (error) => {
        const { host, reason } = error as Error & { host?: string; reason?: string };
        stage.tell("client", host, typeof reason);
      });
      await stage.closed();
      stage.tell("client", client.authorized);
    },
    {
      client: [
        "connect",
        "ready",
        ["error", { error: "ERR_TLS_CERT_ALTNAME_INVALID" }],
        ["elsewhere.example", "string"],
        ["close", true],
        false,
      ],
      server: [failed("ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE")],
    },
  ),
];

const names = [
  scenario("SNICallback is asked for a name", async (stage) => {
    const { port } = await stage.serve({
      SNICallback: (name, done) => {
        stage.tell("server", "asked", name);
        done(null, stage.tls.createSecureContext(OTHER));
      },
    });
    const client = stage.dial(port, { servername: "a.other.example", ca: OTHER.cert });
    await once(client, "secureConnect");
    stage.tell("client", client.getPeerCertificate().subject.CN);
    client.end();
    await stage.closed();
  }),
  scenario("SNICallback answers later", async (stage) => {
    const { port } = await stage.serve({
      SNICallback: (_name, done) => {
        setTimeout(() => done(null, stage.tls.createSecureContext(OTHER)), 10);
      },
    });
    const client = stage.dial(port, { servername: "a.other.example", ca: OTHER.cert });
    await once(client, "secureConnect");
    stage.tell("client", client.getPeerCertificate().subject.CN);
    client.end();
    await stage.closed();
  }),
  scenario("SNICallback answers with nothing", async (stage) => {
    const { port } = await stage.serve({ SNICallback: (_name, done) => done(null) });
    const client = stage.dial(port);
    await once(client, "secureConnect");
    stage.tell("client", client.getPeerCertificate().subject.CN);
    client.end();
    await stage.closed();
  }),
  scenario(
    "SNICallback fails",
    async (stage) => {
      const { port } = await stage.serve({
        SNICallback: (_name, done) => done(Object.assign(new Error("no"), { code: "MINE" })),
      });
      stage.dial(port).on("error", () => undefined);
      await stage.closed();
    },
    { client: dies("ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR") },
  ),
  scenario(
    "SNICallback fails later",
    async (stage) => {
      const { port } = await stage.serve({
        SNICallback: (_name, done) => {
          setImmediate(() => done(Object.assign(new Error("no"), { code: "MINE" })));
        },
      });
      stage.dial(port);
      await stage.closed();
    },
    { client: dies("ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR") },
  ),
  scenario(
    "SNICallback answers with something else",
    async (stage) => {
      const { port } = await stage.serve({
        SNICallback: (_name, done) => done(null, {} as ours.SecureContext),
      });
      stage.dial(port);
      await stage.closed();
    },
    {
      client: dies("ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR"),
      server: [failed("ERR_TLS_INVALID_CONTEXT")],
    },
  ),
  scenario("SNICallback answers after the client has gone", async (stage) => {
    let answer = (): void => undefined;
    const { port, server } = await stage.serve({
      SNICallback: (_name, done) => {
        answer = () => done(null, stage.tls.createSecureContext(OTHER));
        setImmediate(() => client.destroy());
      },
    });
    const client = stage.dial(port);
    await once(server, "tlsClientError");
    answer();
    await turn();
    await stage.closed();
  }),
  scenario("no SNI is sent for an address", async (stage) => {
    const { port } = await stage.serve({
      SNICallback: (name, done) => {
        stage.tell("server", "asked", name);
        done(null);
      },
    });
    const client = stage.dial(port, { servername: undefined });
    await once(client, "secureConnect");
    stage.tell("client", client.servername);
    client.end();
    await stage.closed();
  }),
  scenario("addContext: which name gets which", async (stage) => {
    const { port, server } = await stage.serve({}, (socket) =>
      stage.tell("server", socket.servername),
    );
    server.addContext("other.example", OTHER);
    server.addContext("*.third.example", THIRD);
    server.addContext("*.third.example", OTHER);
    for (const servername of [
      ...["other.example", "x.third.example", "x.y.third.example"],
      ...["third.example", "otherxexample", "localhost"],
    ]) {
      const client = stage.later(
        stage.tls.connect({ port, host: "127.0.0.1", servername, rejectUnauthorized: false }),
      );
      await once(client, "secureConnect");
      stage.tell("client", servername, client.getPeerCertificate().subject.CN);
      client.end();
      await once(client.resume(), "close");
    }
    stage.try("server", "no name", () => server.addContext("", OTHER));
  }),
  scenario("setSecureContext", async (stage) => {
    const { port, server } = await stage.serve();
    server.setSecureContext(OTHER);
    const client = stage.dial(port, { servername: "other.example", ca: OTHER.cert });
    await once(client, "secureConnect");
    stage.tell("client", client.getPeerCertificate().subject.CN);
    client.end();
    await stage.closed();
    for (const wrong of [undefined, null, "x", 1]) {
      stage.try("server", String(wrong), () => server.setSecureContext(wrong as never));
    }
  }),
];

const protocols = [
  scenario("ALPN: the server's order counts", async (stage) => {
    for (const [offered, here] of [
      [
        ["a", "b"],
        ["b", "a"],
      ],
      [["a"], ["b"]],
      [["a"], undefined],
      [undefined, ["a"]],
      [[], ["a"]],
    ] as const) {
      const { port } = await stage.serve({ ALPNProtocols: here }, (socket) =>
        stage.tell("server", socket.alpnProtocol),
      );
      const client = stage.dial(port, { ALPNProtocols: offered });
      client.on("secureConnect", () => {
        stage.tell("client", client.alpnProtocol);
        client.end();
      });
      await stage.closed();
    }
  }),
  scenario("ALPN: three ways to say it", async (stage) => {
    for (const given of [["one"], Buffer.from("\x03one"), new Uint8Array([3, 111, 110, 101])]) {
      const { port } = await stage.serve({ ALPNProtocols: given as string[] });
      const client = stage.dial(port, { ALPNProtocols: given as string[] });
      client.on("secureConnect", () => {
        stage.tell("client", client.alpnProtocol);
        client.end();
      });
      await stage.closed();
    }
  }),
  scenario("ALPNCallback", async (stage) => {
    for (const answer of ["b", undefined]) {
      const { port } = await stage.serve({
        ALPNCallback: function (this: unknown, offer) {
          stage.tell("server", offer, this instanceof stage.tls.TLSSocket);
          return answer as string;
        },
      });
      const client = stage.dial(port, { ALPNProtocols: ["a", "b"] });
      client.on("secureConnect", () => {
        stage.tell("client", client.alpnProtocol);
        client.end();
      });
      await stage.closed();
    }
  }),
  scenario(
    "ALPNCallback answers with something else",
    async (stage) => {
      const { port } = await stage.serve({ ALPNCallback: () => "strange" });
      stage.dial(port, { ALPNProtocols: ["a", "b"] });
      await stage.closed();
    },
    { client: dies("ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR") },
  ),
  scenario("ALPNCallback is not asked without an offer", async (stage) => {
    const { port } = await stage.serve({
      ALPNCallback: () => {
        stage.tell("server", "asked");
        return "a";
      },
    });
    const client = stage.dial(port);
    client.on("secureConnect", () => {
      stage.tell("client", client.alpnProtocol);
      client.end();
    });
    await stage.closed();
  }),
];

sameAsNode(servers, [...clients, ...names, ...protocols]);

servers.run();
