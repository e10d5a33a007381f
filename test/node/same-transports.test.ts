/**
 * The ways to a connection beside node:tls: connect's forms and options, sockets that are given before they are connected,
 * other Duplexes, and errors of the way there.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createNetServer, connect as netConnect, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, PassThrough, pipeline } from "node:stream";
import { suite } from "uvu";
import type * as ours from "../../src/entries/node.ts";
import { OWN, pipe } from "./kit.ts";
import { CLIENT, dies, SECURE, type Stage, sameAsNode, scenario, turn } from "./same-as-node.ts";

const transports = suite("node: the ways to a connection are node's");

type AnyConnect = (...given: readonly unknown[]) => ours.SecureSocket;

/** connect in a form of its own, to a server that says something. */
function form(
  name: string,
  given: (port: number, done: () => void) => readonly unknown[],
): ReturnType<typeof scenario> {
  return scenario(`connect: ${name}`, async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.end("x"));
    const connect = stage.tls.connect as AnyConnect;
    const client = stage.watch(
      "client",
      connect(...given(port, () => stage.tell("client", "done"))),
    );
    client.resume();
    await stage.closed();
  });
}
const trust = { ca: OWN.cert, servername: "localhost" };

const forms = [
  form("port, options, callback", (port, done) => [port, trust, done]),
  form("port, host, options, callback", (port, done) => [port, "127.0.0.1", trust, done]),
  form("port as text, options", (port) => [String(port), trust]),
  form("options, callback", (port, done) => [{ port, ...CLIENT }, done]),
  form("port and undefined host, options", (port) => [port, undefined, trust]),
  form("options win over nothing", (port) => [{ port: String(port), ...CLIENT }]),
  form("family 4 by name", (port) => [{ port, host: "localhost", family: 4, ca: OWN.cert }]),
  form("localAddress", (port) => [{ port, ...CLIENT, localAddress: "127.0.0.1" }]),
  form("keepAlive and noDelay", (port) => [{ port, ...CLIENT, keepAlive: true, noDelay: true }]),
  form("lookup", (port) => [
    {
      port,
      ...CLIENT,
      host: "localhost",
      lookup: (_name: string, options: { all?: boolean }, done: (...given: unknown[]) => void) => {
        if (options.all === true) done(null, [{ address: "127.0.0.1", family: 4 }]);
        else done(null, "127.0.0.1", 4);
      },
    },
  ]),
  scenario("connect: onread", async (stage) => {
    const text = "0123456789".repeat(10);
    const { port } = await stage.serve({}, (socket) => socket.end(text));
    for (const several of [false, true]) {
      const memory = Buffer.alloc(7);
      let got = "";
      const client = stage.dial(port, {
        onread: {
          buffer: several ? () => Buffer.alloc(13) : memory,
          callback: (length, bytes) => {
            got += Buffer.from(bytes.subarray(0, length)).toString();
            if (got.length > 50) return true;
            setImmediate(() => client.resume());
            return false;
          },
        },
      });
      await stage.closed();
      stage.tell("got", got === text, got.length);
    }
  }),
  scenario("connect: path, which wins over port", async (stage) => {
    const folder = mkdtempSync(join(tmpdir(), "sealwire-path-"));
    const path = join(folder, "socket");
    const server = stage.tls.createServer({ ...OWN, ...stage.only }, (socket) => {
      stage.tell("server", socket.remoteAddress, socket.remotePort, socket.address());
      socket.end();
    });
    server.listen(path);
    await once(server, "listening");
    const connect = stage.tls.connect as AnyConnect;
    for (const given of [[path, trust], [{ path, ...trust }], [{ path, port: 1, ...trust }]]) {
      const client = stage.watch("client", connect(...given));
      client.resume();
      await stage.closed();
    }
    server.close();
    rmSync(folder, { recursive: true });
  }),
  scenario("connect: nobody listens", async (stage) => {
    const { port, server } = await stage.serve();
    server.close();
    await once(server, "close");
    stage.dial(port);
    await stage.closed();
  }),
  scenario("connect: the name is not found", async (stage) => {
    const lookup = (_: string, _options: object, done: (error: Error) => void): void => {
      process.nextTick(done, Object.assign(new Error("not found"), { code: "ENOTFOUND" }));
    };
    stage.dial(1, { host: "nowhere.example", lookup: lookup as never });
    await stage.closed();
  }),
  scenario("connect: what arguments are refused", async (stage) => {
    const connect = stage.tls.connect as AnyConnect;
    for (const given of [
      [],
      [{}],
      [{ port: "x" }],
      [{ port: 65536 }],
      [{ port: -1 }],
      [{ port: 1, host: 5 }],
      [{ port: 1, localAddress: "x" }],
      [{ port: 1, lookup: 1 }],
      [{ port: 1, minVersion: "x" }],
      [{ port: 1, secureContext: {} }],
      [{ port: 1, pskCallback: 1 }],
      [{ port: 1, session: 1 }],
      [{ port: 1, timeout: "x" }],
      [{ port: 1, timeout: -1 }],
    ]) {
      stage.try("args", `connect ${JSON.stringify(given)}`, () => {
        stage.later(connect(...given)).on("error", () => undefined);
      });
    }
  }),
];

const ONE_ANSWER = (socket: ours.SecureSocket): void => {
  socket.on("data", () => socket.end("x"));
};

const given = [
  scenario("a socket that is connecting", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.end("x"));
    const socket = netConnect(port, "127.0.0.1");
    const client = stage.dial(0, { socket, port: undefined });
    stage.tell("client", client.connecting);
    client.resume();
    await stage.closed();
    stage.tell("client", socket.destroyed);
  }),
  scenario("a socket that is connected", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.end("x"));
    const socket = netConnect(port, "127.0.0.1");
    await once(socket, "connect");
    const client = stage.dial(0, { socket });
    stage.tell("client", client.connecting, client.pending, client.readyState);
    client.resume();
    await stage.closed();
  }),
  scenario("a socket that is connected later", async (stage) => {
    const { port } = await stage.serve({}, ONE_ANSWER);
    const socket = new Socket();
    const client = stage.dial(0, { socket });
    client.write("y");
    await turn();
    socket.connect(port, "127.0.0.1");
    client.resume();
    await stage.closed();
  }),
  scenario(
    "a socket that cannot connect",
    async (stage) => {
      const { port, server } = await stage.serve();
      server.close();
      await once(server, "close");
      const socket = netConnect(port, "127.0.0.1");
      socket.on("error", () => stage.tell("socket", "error"));
      stage.dial(0, { socket });
      await stage.closed();
    },
    {
      client: [
        ["error", { error: "ECONNREFUSED" }],
        ["close", true],
      ],
    },
  ),
  scenario(
    "a socket that is destroyed with an error",
    async (stage) => {
      const { port } = await stage.serve({}, (socket) => socket.resume());
      const socket = netConnect(port, "127.0.0.1");
      const client = stage.dial(0, { socket });
      client.on("secureConnect", () =>
        socket.destroy(Object.assign(new Error("x"), { code: "MINE" })),
      );
      await stage.closed();
    },
    {
      client: ["connect", "secureConnect", "secure", ["error", { error: "MINE" }], ["close", true]],
    },
  ),
  scenario(
    "the socket's server ends in plaintext",
    async (stage) => {
      const port = await stage.listen(createNetServer((socket) => void socket.resume().end()));
      stage.dial(port);
      await stage.closed();
    },
    { client: dies("ECONNRESET") },
  ),
  scenario("the socket's server speaks something else", async (stage) => {
    const port = await stage.listen(
      createNetServer((socket) => {
        socket.on("error", () => undefined);
        socket.resume().end("220 mail.example ESMTP ready\r\n");
      }),
    );
    stage.dial(port);
    await stage.closed();
  }),
  scenario("the socket's server resets", async (stage) => {
    const port = await stage.listen(createNetServer((socket) => void socket.resetAndDestroy()));
    stage.dial(port);
    await stage.closed();
  }),
  scenario("a server's end of a socket, without a server", async (stage) => {
    const accepting = createNetServer((socket) => {
      const server = stage.watch(
        "server",
        new stage.tls.TLSSocket(socket, { isServer: true, ...OWN, ...stage.only }),
      );
      server.on("secure", () => server.end("x"));
    });
    const client = stage.dial(await stage.listen(accepting));
    client.on("data", (data) => stage.tell("client", data));
    await stage.closed();
  }),
  scenario("server.emit('connection', socket)", async (stage) => {
    const { server } = await stage.serve({}, (socket) => socket.end("x"));
    const port = await stage.listen(createNetServer((socket) => server.emit("connection", socket)));
    const client = stage.dial(port);
    client.resume();
    await stage.closed();
  }),
];

/** Both ends over Duplexes in memory. */
function over(
  stage: Stage,
  near: Duplex,
  far: Duplex,
): { client: ours.SecureSocket; server: ours.SecureSocket } {
  const server = new stage.tls.TLSSocket(far, { isServer: true, ...OWN, ...stage.only });
  const client = stage.dial(0, { socket: near });
  return { client, server: stage.watch("server", server) };
}

const duplexes = [
  scenario("a Duplex in memory", async (stage) => {
    const { client, server } = over(stage, ...pipe());
    server.on("secure", () => server.write("from the server"));
    const got = once(client, "data");
    client.on("secureConnect", () => {
      stage.tell("client", client.remoteAddress, client.address(), client.connecting);
    });
    const [data] = (await got) as [Buffer];
    stage.tell("client", data);
  }),
  scenario("a Duplex in memory: much data both ways", async (stage) => {
    const [near, far] = pipe();
    const server = stage.later(
      new stage.tls.TLSSocket(far, { isServer: true, ...OWN, ...stage.only }),
    );
    const client = stage.later(stage.tls.connect({ socket: near, ...CLIENT }));
    const ended = [client, server].map(async (socket, which) => {
      let bytes = 0;
      socket.on("data", (data: Buffer) => {
        bytes += data.length;
      });
      await once(socket, "end");
      stage.tell(`end ${which}`, bytes);
    });
    client.end(Buffer.alloc(500_000));
    server.end(Buffer.alloc(700_000));
    await Promise.all(ended);
  }),
  scenario(
    "a Duplex that fails",
    async (stage) => {
      const [near] = pipe();
      stage.dial(0, { socket: near });
      setTimeout(() => near.destroy(Object.assign(new Error("x"), { code: "MINE" })), 10);
      await stage.closed();
    },
    {
      client: [
        ["error", { error: "MINE" }],
        ["close", true],
      ],
    },
  ),
  scenario(
    "a Duplex that gives text",
    async (stage) => {
      const near = new Duplex({
        read: () => undefined,
        write: (_chunk, _encoding, done) => done(),
        encoding: "utf8",
      });
      stage.try("client", "connect", () => {
        stage.dial(0, { socket: near });
      });
      await turn();
      near.push("text");
      await turn();
      await turn();
    },
    { client: [["connect", "throws", { error: "ERR_INVALID_ARG_VALUE" }]] },
  ),
  scenario(
    "TLS in TLS",
    async (stage) => {
      const { port } = await stage.serve({}, (socket) => {
        const inner = new stage.tls.TLSSocket(socket, { isServer: true, ...OWN, ...stage.only });
        stage.watch("inner server", inner);
        inner.on("secure", () => inner.end("deep"));
      });
      const outer = stage.dial(port);
      await once(outer, "secureConnect");
      const inner = stage.watch("inner client", stage.tls.connect({ socket: outer, ...CLIENT }));
      inner.on("data", (data) => stage.tell("inner client", data));
      await stage.closed();
    },
    {
      client: [...SECURE, "end", "prefinish", "finish", ["close", false]],
      server: ["prefinish", "finish", "end", ["close", false]],
    },
  ),
  scenario("pipeline through a connection", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      pipeline(socket, new PassThrough(), socket, (error) =>
        stage.tell("server", "pipeline", error),
      );
    });
    const client = stage.dial(port);
    client.end("there and back");
    let text = "";
    client.on("data", (data: Buffer) => {
      text += data.toString();
    });
    client.on("end", () => stage.tell("client", text));
    await stage.closed();
  }),
];

const contexts = [
  scenario("AsyncLocalStorage in events of a client", async (stage) => {
    const { port } = await stage.serve({}, ONE_ANSWER);
    const store = new AsyncLocalStorage<string>();
    const client = store.run("here", () => {
      const made = stage.dial(port);
      for (const event of ["connect", "secureConnect", "data", "end", "close"]) {
        made.on(event, () => stage.tell("client", event, store.getStore()));
      }
      made.write("y", () => stage.tell("client", "written", store.getStore()));
      return made;
    });
    client.resume();
    await stage.closed();
  }),
  scenario("a listener that throws does not break the others' connections", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    const thrown = once(process, "uncaughtException") as Promise<[Error]>;
    client.on("secureConnect", () => {
      throw new Error("of the listener");
    });
    const [error] = await thrown;
    stage.tell("client", error.message);
    stage.tell("client", client.destroyed, client.authorized);
    client.destroy();
  }),
];

sameAsNode(transports, [...forms, ...given, ...duplexes, ...contexts]);

transports.run();
