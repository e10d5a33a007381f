/**
 * Servers beside node:tls, second part: client certificates, sessions and ticket keys, how a server ends, what its sockets
 * know, and the checks of options.
 */
import { EventEmitter, once } from "node:events";
import { suite } from "uvu";
import { selfSignedCertificate } from "../../src/api/node.ts";
import type * as ours from "../../src/entries/node.ts";
import { OWN } from "./kit.ts";
import { dies, type Scenario, SECURE, sameAsNode, scenario, turn } from "./same-as-node.ts";

const more = suite("node: sessions and clients of a server are node's");

const STRANGER = selfSignedCertificate({ names: ["other.example"] });
const OTHER = { cert: STRANGER.certificatePem, key: STRANGER.privateKeyPem };

/** A client with this identity for servers that ask in these ways. */
const clientCertificates = (
  name: string,
  ways: readonly ours.ServerOptions[],
  identities: Readonly<Record<string, object>>,
  ours: Readonly<Record<string, Scenario["ours"]>> = {},
): ReturnType<typeof scenario>[] =>
  Object.entries(identities).map(([kind, given]) =>
    scenario(
      `client certificates: ${name}, the client has ${kind}`,
      async (stage) => {
        for (const way of ways) {
          const { port } = await stage.serve({ ...way, ca: OWN.cert }, (socket) => {
            const { authorized, authorizationError } = socket;
            stage.tell("server", authorized, authorizationError);
            stage.tell("server", Object.keys(socket.getPeerCertificate()).length > 0);
            socket.end("welcome");
          });
          const client = stage.dial(port, given);
          client.on("data", (data) => stage.tell("client", data));
          await stage.closed();
        }
      },
      ours[kind],
    ),
  );

/** Twice the same end, before or after the client has its part of the handshake. */
const twice =
  (version12: string, version13: string): Scenario["ours"] =>
  (version) => {
    const end = version === "TLSv1.2" ? dies(version12) : [...SECURE, ...dies(version13).slice(2)];
    return { client: [...end, ...end] };
  };

const KINDS = { none: {}, "a good one": OWN, "a strange one": OTHER };
const certificates = [
  ...clientCertificates(
    "demanded",
    [{ requestCert: true }, { requestCert: true, rejectUnauthorized: true }],
    KINDS,
    {
      none: twice(
        "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
        "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      ),
      "a strange one": twice("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"),
    },
  ),
  ...clientCertificates("asked for", [{ requestCert: true, rejectUnauthorized: false }], KINDS),
  ...clientCertificates(
    "not asked for",
    [{}, { rejectUnauthorized: true }, { requestCert: false }],
    KINDS,
  ),
];

const sessions = [
  scenario("a session is resumed", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      stage.tell("server", socket.isSessionReused());
      socket.end("x");
    });
    const first = stage.dial(port);
    first.resume();
    const [session] = (await once(first, "session")) as [Buffer];
    await stage.closed();
    const again = stage.dial(port, { session });
    again.resume();
    again.on("secureConnect", () =>
      stage.tell("client", again.isSessionReused(), again.authorized),
    );
    await stage.closed();
    again.on("session", () => stage.tell("client", "session"));
  }),
  scenario("setSession", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.end("x"));
    const first = stage.dial(port);
    first.resume();
    const [session] = (await once(first, "session")) as [Buffer];
    await stage.closed();
    const again = stage.dial(port);
    again.setSession(session);
    again.resume();
    again.on("secureConnect", () => stage.tell("client", again.isSessionReused()));
    await stage.closed();
  }),
  scenario("a session that is none", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.end("x"));
    const client = stage.dial(port, { session: Buffer.from("no session") });
    client.resume();
    client.on("secureConnect", () => stage.tell("client", client.isSessionReused()));
    await stage.closed();
  }),
  scenario("getSession before, in and after the handshake", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      stage.tell("server", typeof socket.getTLSTicket());
      socket.end("x");
    });
    const client = stage.dial(port);
    stage.tell("client", client.getSession(), client.getTLSTicket());
    client.resume();
    client.on("secureConnect", () => stage.tell("client", typeof client.getTLSTicket()));
    await once(client, "end");
    stage.tell("client", client.getSession() instanceof Buffer);
    await stage.closed();
  }),
  scenario("both Finished messages are known to both ends", async (stage) => {
    const finished = (socket: ours.SecureSocket): (Buffer | undefined)[] => [
      socket.getFinished(),
      socket.getPeerFinished(),
    ];
    const ofServer: (Buffer | undefined)[][] = [];
    const { port } = await stage.serve({}, (socket) => {
      ofServer.push(finished(socket));
      socket.end("x");
    });
    let session: Buffer | undefined;
    // A full handshake, and a resumed one.
    for (let i = 0; i < 2; i++) {
      const client = stage.dial(port, { session });
      stage.tell("client", finished(client));
      client.once("session", (given: Buffer) => {
        session = given;
      });
      client.resume();
      const ofClient: (Buffer | undefined)[] = [];
      client.on("secureConnect", () => {
        stage.tell("client", client.isSessionReused());
        ofClient.push(...finished(client));
      });
      await stage.closed();
      stage.tell(
        "client",
        ofClient.map((bytes) => bytes?.length),
        ofServer.at(-1)?.map((bytes, which) => bytes?.equals(ofClient[1 - which] ?? bytes)),
        ofClient[0]?.equals(ofClient[1] ?? ofClient[0]),
      );
    }
  }),
  scenario("the session and the ticket of a resumed connection are known", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.end("x"));
    const first = stage.dial(port);
    first.resume();
    let session: Buffer | undefined;
    first.once("session", (given: Buffer) => {
      session = given;
      stage.tell("client", first.getSession()?.equals(given), typeof first.getTLSTicket());
    });
    await stage.closed();
    const again = stage.dial(port, { session });
    again.resume();
    again.on("secureConnect", () =>
      stage.tell("client", typeof again.getSession(), typeof again.getTLSTicket()),
    );
    await stage.closed();
  }),
  scenario(
    "how often the event session comes",
    async (stage) => {
      const { port } = await stage.serve({}, (socket) => socket.end("x"));
      const client = stage.dial(port);
      client.on("session", (session: Buffer) => stage.tell("sessions", Buffer.isBuffer(session)));
      client.resume();
      await stage.closed();
    },
    { sessions: [true] },
  ),
  scenario("ticket keys: set, get, and what opens", async (stage) => {
    const keys = Buffer.alloc(48, 7);
    const { port, server } = await stage.serve({ ticketKeys: keys }, (socket) => {
      stage.tell("server", socket.isSessionReused());
      socket.end("x");
    });
    stage.tell("server", server.getTicketKeys());
    const first = stage.dial(port);
    first.resume();
    const [session] = (await once(first, "session")) as [Buffer];
    await stage.closed();
    for (const fill of [7, 8]) {
      server.setTicketKeys(Buffer.alloc(48, fill));
      stage.tell("server", server.getTicketKeys());
      stage.dial(port, { session }).resume();
      await stage.closed();
    }
    for (const wrong of [undefined, null, "x".repeat(48), {}]) {
      stage.try("server", "wrong keys", () => server.setTicketKeys(wrong as Buffer));
    }
  }),
];

const life = [
  scenario("close with an open connection", async (stage) => {
    const { port, server } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    await once(client, "secureConnect");
    server.on("close", () => stage.tell("listener", "close"));
    server.close((error) => stage.tell("listener", "closed", error));
    await turn();
    await turn();
    stage.tell("listener", server.listening);
    client.end();
    await stage.closed();
    server.close((error) => stage.tell("listener", "again", error));
    await turn();
  }),
  scenario("getConnections, address, listening", async (stage) => {
    const { port, server } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    await once(client, "secureConnect");
    await new Promise<void>((resolve) =>
      server.getConnections((error, count) => {
        stage.tell("server", error, count);
        resolve();
      }),
    );
    stage.tell("server", server.listening, server.maxConnections);
    client.end();
    await stage.closed();
  }),
  scenario("the order of connection and secureConnection", async (stage) => {
    const { port, server } = await stage.serve({}, (socket) => socket.end("x"));
    server.on("connection", () => stage.tell("server", "connection"));
    server.on("secureConnection", () => stage.tell("server", "secureConnection"));
    stage.dial(port).resume();
    await stage.closed();
  }),
  scenario("pauseOnConnect", async (stage) => {
    const { port } = await stage.serve({ pauseOnConnect: true }, (socket) => {
      stage.tell("server", socket.isPaused(), socket.readableFlowing);
      socket.on("data", (data) => stage.tell("server", "data", data));
      setTimeout(() => {
        stage.tell("server", "resume");
        socket.resume();
      }, 20);
    });
    const client = stage.dial(port);
    client.end("text");
    client.resume();
    await stage.closed();
  }),
  scenario("what the socket of a server knows", async (stage) => {
    const { port, server } = await stage.serve({}, (socket) => {
      stage.tell("server", (socket as unknown as { server: unknown }).server === server);
      stage.tell("server", socket.encrypted, socket.authorized, socket.authorizationError);
      stage.tell("server", socket.getEphemeralKeyInfo(), socket.getProtocol());
      stage.tell("server", socket.remoteAddress, socket.localPort === port, socket.localAddress);
      socket.end();
    });
    stage.dial(port).resume();
    await stage.closed();
  }),
  scenario("a secureConnection listener that rejects, with captureRejections", async (stage) => {
    EventEmitter.captureRejections = true;
    const server = stage.tls.createServer({ ...OWN, ...stage.only });
    EventEmitter.captureRejections = false;
    server.on("secureConnection", async (socket) => {
      stage.watch("server", socket);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await Promise.reject(Object.assign(new Error("mine"), { code: "MINE" }));
    });
    server.on("error", (error) => stage.tell("listener", error));
    stage.dial(await stage.listen(server)).resume();
    await stage.closed();
  }),
];

const refused: readonly (readonly [option: string, ...values: readonly unknown[]])[] = [
  ["sessionTimeout", "x", -1, 1.5, 2 ** 31],
  ["ticketKeys", "x", Buffer.alloc(3)],
  ["minVersion", "x", 1],
  ["maxVersion", "x", 1],
  ["sessionIdContext", 1],
  ["ciphers", 1, "no-such-cipher"],
  ["ecdhCurve", 1, "no-such-curve"],
  ["sigalgs", 1, ""],
  ["secureProtocol", "no_such_method"],
  ["key", 1, true, {}, "no key"],
  ["cert", 1, true, {}, "no certificate"],
  ["ca", 1, {}],
  ["crl", 1, {}, "no list"],
];
const refusedByServers: typeof refused = [
  ["handshakeTimeout", "x"],
  ["SNICallback", "x", 1],
  ["pskCallback", "x"],
];

const values = [
  scenario("what options are refused", async (stage) => {
    const { createServer, createSecureContext } = stage.tls;
    for (const [name, ...wrong] of [...refused, ...refusedByServers]) {
      for (const value of wrong) {
        const options = { [name]: value } as never;
        const server = (): void => void createServer(options);
        stage.try("server", `${name} ${String(value)}`, server);
        if (!refused.some(([option]) => option === name)) continue;
        const context = (): void => void createSecureContext(options);
        stage.try("context", `${name} ${String(value)}`, context);
      }
    }
    for (const value of [1, "x", null]) {
      stage.try("server", `options ${value}`, () => void createServer(value as never));
    }
  }),
];

sameAsNode(more, [...certificates, ...sessions, ...life, ...values]);

more.run();
