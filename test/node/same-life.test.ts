/**
 * The life of a connection beside node:tls: the order of events, writes and their callbacks, ends, destruction at every
 * moment, what properties say meanwhile.
 */
import { once } from "node:events";
import { suite } from "uvu";
import type { SecureSocket } from "../../src/entries/node.ts";
import { CLIENT, type Stage, sameAsNode, scenario, turn } from "./same-as-node.ts";

const life = suite("node: the life of a connection is node's");

/** What a socket says of itself. */
function state(stage: Stage, party: string, when: string, socket: SecureSocket): void {
  const { connecting, pending, readyState, destroyed, readable, writable, writableLength } = socket;
  const { authorized, authorizationError, encrypted, alpnProtocol, servername, timeout } = socket;
  stage.tell(party, when, { connecting, pending, readyState, destroyed, readable, writable });
  stage.tell(party, when, { writableLength, authorized, authorizationError, encrypted });
  stage.tell(party, when, { alpnProtocol, servername, timeout });
  stage.tell(party, when, { bufferSize: (socket as unknown as { bufferSize: number }).bufferSize });
}

const FLUENT = ["ref", "unref", "setNoDelay", "setKeepAlive", "pause", "resume"] as const;

const scenarios = [
  scenario("a request and an answer, then the client ends", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      socket.on("data", (data) => {
        stage.tell("server", "data", data);
        socket.write("answer", () => stage.tell("server", "written"));
      });
    });
    const client = stage.dial(port);
    client.write("request", () => stage.tell("client", "written"));
    client.on("data", (data) => {
      stage.tell("client", "data", data);
      client.end(() => stage.tell("client", "ended"));
    });
    await stage.closed();
  }),
  scenario("the server ends first", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      socket.end("bye", () => stage.tell("server", "ended"));
    });
    const client = stage.dial(port);
    client.on("data", (data) => stage.tell("client", "data", data));
    await stage.closed();
  }),
  scenario("properties before, in and after the handshake", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      socket.resume();
      state(stage, "server", "secureConnection", socket);
      // In the event itself, node 20 dies of some of these questions.
      socket.on("close", () => setImmediate(() => state(stage, "server", "closed", socket)));
    });
    const client = stage.dial(port);
    state(stage, "client", "dialled", client);
    client.on("connect", () => state(stage, "client", "connect", client));
    client.on("secureConnect", () => {
      state(stage, "client", "secureConnect", client);
      client.end("x");
      state(stage, "client", "after end", client);
    });
    client.resume();
    await stage.closed();
    state(stage, "client", "closed", client);
    await turn();
  }),
  scenario(
    "end() before anything",
    async (stage) => {
      const { port } = await stage.serve({}, (socket) => socket.resume());
      const client = stage.dial(port);
      client.end(() => stage.tell("client", "ended"));
      client.resume();
      await stage.closed();
    },
    {
      client: [
        "connect",
        "ready",
        "secureConnect",
        "secure",
        "prefinish",
        "ended",
        "finish",
        "end",
        ["close", false],
      ],
      server: ["end", "prefinish", "finish", ["close", false]],
    },
  ),
  scenario("end(data) before anything", async (stage) => {
    const { port } = await stage.serve({}, (socket) =>
      socket.on("data", (data) => stage.tell("server", "data", data)),
    );
    const client = stage.dial(port);
    client.end("all I have to say", () => stage.tell("client", "ended"));
    client.resume();
    await stage.closed();
  }),
  scenario("destroy() at once", async (stage) => {
    const { port } = await stage.serve();
    const client = stage.dial(port);
    client.write("x", (error) => stage.tell("client", "write callback", error));
    client.destroy();
    await stage.closed();
    state(stage, "client", "closed", client);
    client.write("y", (error) => stage.tell("client", "late write", error));
    client.end("z", () => stage.tell("client", "late end"));
    await turn();
  }),
  scenario("destroy(error) at once", async (stage) => {
    const { port } = await stage.serve();
    const client = stage.dial(port);
    client.write("x", (error) => stage.tell("client", "write callback", error));
    client.destroy(new Error("mine"));
    await stage.closed();
  }),
  scenario("destroy() on connect", async (stage) => {
    const { port, server } = await stage.serve();
    const client = stage.dial(port);
    client.on("connect", () => client.destroy());
    await Promise.all([stage.closed(), once(server, "tlsClientError")]);
  }),
  scenario("destroy() on secureConnect", async (stage) => {
    const { port } = await stage.serve();
    const client = stage.dial(port);
    // Later, since what comes amid the last flight is a matter of chance.
    client.on("secureConnect", () => setTimeout(() => client.destroy(), 50));
    await stage.closed();
  }),
  scenario("the server destroys with an error", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      setTimeout(() => socket.destroy(new Error("mine")), 50);
    });
    const client = stage.dial(port);
    client.resume();
    await stage.closed();
  }),
  scenario("destroySoon flushes what was written", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      let count = 0;
      socket.on("data", (data: Buffer) => {
        count += data.length;
      });
      socket.on("end", () => stage.tell("server", count));
    });
    const client = stage.dial(port);
    client.on("secureConnect", () => {
      client.write(Buffer.alloc(300_000), (error) => stage.tell("client", "written", error));
      client.destroySoon();
    });
    await stage.closed();
  }),
  scenario("destroySoon at once", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    client.write("x");
    client.destroySoon();
    await stage.closed();
  }),
  scenario(
    "allowHalfOpen of the client: it goes on writing after the server's end",
    async (stage) => {
      const { port } = await stage.serve({ allowHalfOpen: true }, (socket) => {
        socket.end("first");
        socket.on("data", (data) => stage.tell("server", "data", data));
      });
      const client = stage.dial(port, { allowHalfOpen: true });
      client.on("data", (data) => stage.tell("client", "data", data));
      await once(client, "end");
      stage.tell("client", client.writable, client.readyState, client.allowHalfOpen);
      await turn();
      client.end("second");
      await stage.closed();
    },
  ),
  scenario("without allowHalfOpen the other end follows", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      stage.tell("server", socket.allowHalfOpen);
      socket.resume();
      socket.on("end", () => stage.tell("server", socket.writable, socket.readyState));
    });
    const client = stage.dial(port);
    stage.tell("client", client.allowHalfOpen);
    client.resume();
    client.on("secureConnect", () => client.end());
    client.on("end", () => stage.tell("client", client.writable, client.readyState));
    await stage.closed();
  }),
  scenario("a write after end", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    await once(client, "secureConnect");
    // What comes amid the last flight is a matter of chance.
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.end("x");
    client.write("y", (error) => stage.tell("client", "callback", error));
    await stage.closed();
  }),
  scenario("a write of something that is no data", async (stage) => {
    const { port } = await stage.serve();
    const client = stage.dial(port);
    for (const what of [null, 1, {}, [], undefined]) {
      stage.try("client", String(what), () => client.write(what as never));
    }
    await once(client, "secureConnect");
    client.end();
    await stage.closed();
  }),
  scenario("setEncoding, and encodings of what is written", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      socket.setEncoding("utf8");
      socket.on("data", (data) => stage.tell("server", typeof data, data));
      stage.tell("server", socket.readableEncoding);
    });
    const client = stage.dial(port, {});
    client.setDefaultEncoding("hex");
    client.write("c3bc");
    client.write("w7w=", "base64");
    client.write("ü", "utf8");
    client.write(new Uint8Array([0x61]));
    client.end();
    client.resume();
    await stage.closed();
  }),
  scenario("cork and uncork", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      let text = "";
      socket.on("data", (data: Buffer) => {
        text += data.toString();
      });
      socket.on("end", () => stage.tell("server", text));
    });
    const client = stage.dial(port);
    client.cork();
    for (const part of ["a", "b", "c"]) {
      client.write(part, () => stage.tell("client", "written", part));
    }
    stage.tell("client", client.writableCorked, client.writableLength);
    client.uncork();
    await once(client, "secureConnect");
    client.cork();
    client.write("d");
    client.write("e");
    process.nextTick(() => client.uncork());
    client.resume();
    setTimeout(() => client.end(), 20);
    await stage.closed();
  }),
  scenario("writableLength and drain of a write that waits for the handshake", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    const full = client.write("x".repeat(100_000));
    stage.tell("client", full, client.writableLength, client.writableHighWaterMark > 0);
    stage.tell("client", client.writableNeedDrain);
    client.once("drain", () => stage.tell("client", "drain", client.writableLength));
    await once(client, "drain");
    client.end();
    await stage.closed();
  }),
  scenario(
    "highWaterMark",
    async (stage) => {
      const { port } = await stage.serve({ highWaterMark: 999 }, (socket) => {
        stage.tell("server", socket.readableHighWaterMark, socket.writableHighWaterMark);
      });
      const client = stage.dial(port, { highWaterMark: 1234 });
      stage.tell("client", client.readableHighWaterMark, client.writableHighWaterMark);
      await once(client, "secureConnect");
      client.end();
      await stage.closed();
    },
    { server: [[999, 999], "end", "prefinish", "finish", ["close", false]] },
  ),
  scenario("the default highWaterMark", async (stage) => {
    const { port } = await stage.serve({}, (socket) => {
      stage.tell("server", socket.readableHighWaterMark, socket.writableHighWaterMark);
    });
    const client = stage.dial(port);
    stage.tell("client", client.readableHighWaterMark, client.writableHighWaterMark);
    await once(client, "secureConnect");
    client.end();
    await stage.closed();
  }),
  scenario("pause and resume", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.end("text"));
    const client = stage.dial(port);
    stage.tell("client", client.isPaused(), client.readableFlowing);
    client.pause();
    client.on("data", (data) => stage.tell("client", data));
    await once(client, "secureConnect");
    stage.tell("client", client.isPaused(), client.readableFlowing);
    setTimeout(() => {
      stage.tell("client", "resume");
      client.resume();
    }, 20);
    await stage.closed();
  }),
  scenario("setTimeout of an idle connection", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    await once(client, "secureConnect");
    stage.tell("client", client.setTimeout(30, () => stage.tell("client", "called")) === client);
    stage.tell("client", client.timeout);
    await once(client, "timeout");
    stage.tell("client", client.destroyed);
    client.setTimeout(0);
    stage.tell("client", client.timeout);
    for (const wrong of [-1, Number.NaN, "x", Number.POSITIVE_INFINITY]) {
      stage.try("client", `setTimeout(${wrong})`, () => {
        client.setTimeout(wrong as number);
      });
    }
    stage.try("client", "callback", () => {
      client.setTimeout(10, "no function" as never);
    });
    client.end();
    await stage.closed();
  }),
  scenario("the option timeout", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.resume());
    // Not watched: the handshake may take longer than that.
    const client = stage.later(stage.tls.connect({ port, ...CLIENT, timeout: 40 }));
    stage.tell("asked", client.timeout);
    await once(client, "timeout");
    stage.tell("asked", client.timeout, client.destroyed);
    client.end();
    await once(client.resume(), "close");
  }),
  scenario("an AbortSignal", async (stage) => {
    const { port } = await stage.serve();
    const controller = new AbortController();
    const client = stage.dial(port, { signal: controller.signal });
    client.on("connect", () => controller.abort());
    await stage.closed();
  }),
  scenario("read() in readable", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.end("0123456789"));
    const client = stage.dial(port);
    client.on("readable", () => {
      for (let piece = client.read(4); piece !== null; piece = client.read(4)) {
        stage.tell("client", piece);
      }
      const rest: unknown = client.read();
      if (rest !== null) stage.tell("client", rest);
    });
    await stage.closed();
  }),
  scenario(
    "resetAndDestroy",
    async (stage) => {
      const { port } = await stage.serve({}, (socket) => socket.resume());
      const client = stage.dial(port);
      await once(client, "secureConnect");
      await turn();
      stage.try("client", "reset", () => client.resetAndDestroy() === client);
      client.destroy();
      await stage.closed();
    },
    {
      client: ["connect", "ready", "secureConnect", "secure", ["reset", true], ["close", false]],
      server: [
        ["error", { error: "ECONNRESET" }],
        ["close", true],
      ],
    },
  ),
  scenario("what the small methods give back", async (stage) => {
    const { port } = await stage.serve({}, (socket) => socket.resume());
    const client = stage.dial(port);
    for (const name of FLUENT) {
      stage.tell("client", name, client[name]() === client);
    }
    client.ref();
    await once(client, "secureConnect");
    for (const name of FLUENT) {
      stage.tell("client", name, client[name]() === client);
    }
    client.ref();
    const { address, family } = client.address() as { address: string; family: string };
    stage.tell("client", address, family, client.remoteAddress, client.remoteFamily);
    stage.tell("client", client.localAddress, client.localFamily, client.remotePort === port);
    client.end();
    await stage.closed();
    stage.tell("client", client.address(), client.remoteAddress, client.localAddress);
    stage.tell("client", client.remotePort === port);
  }),
];

sameAsNode(life, scenarios);

life.run();
