/**
 * Sockets that TLS is put over, with what programs do to them meanwhile; data by `onread`; functions of the program that throw. As
 * node:tls, which reads from the handle below a socket.
 */
import { once } from "node:events";
import { connect as netConnect } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
import { LIBRARIES, listening, OWN } from "./kit.ts";
import { CLIENT } from "./same-as-node.ts";

const wrapped = suite("node: sockets underneath, and the program's functions");

const MEDDLING: Readonly<Record<string, (raw: ReturnType<typeof netConnect>) => void>> = {
  "all listeners are removed": (raw) => void raw.removeAllListeners(),
  'the listeners of "data" are removed': (raw) => void raw.removeAllListeners("data"),
  "an encoding is set": (raw) => void raw.setEncoding("utf8"),
  "it is paused": (raw) => void raw.pause(),
  'somebody listens to "data"': (raw) => void raw.on("data", () => assert.unreachable()),
};

for (const [what, meddle] of Object.entries(MEDDLING)) {
  for (const when of ["before", "after the handshake"]) {
    for (const [name, tls] of LIBRARIES) {
      wrapped(`${what} ${when}: data goes on, ${name}`, async () => {
        const server = tls.createServer(OWN, (socket) => socket.pipe(socket));
        const port = await listening(server);
        const raw = netConnect(port, "127.0.0.1");
        await once(raw, "connect");
        if (when === "before") meddle(raw);
        const client = tls.connect({ socket: raw, ...CLIENT });
        await once(client, "secureConnect");
        if (when !== "before") meddle(raw);
        client.end(Buffer.alloc(100_000, "x"));
        let count = 0;
        client.on("data", (data: Buffer) => {
          count += data.length;
        });
        await once(client, "end");
        assert.is(count, 100_000);
        server.close();
      });
    }
  }
}

for (const [name, tls] of LIBRARIES) {
  for (const answer of [undefined, true, null, 0, ""]) {
    wrapped(`onread: ${JSON.stringify(answer)} goes on, and no "data" comes, ${name}`, async () => {
      const server = tls.createServer(OWN, (socket) => socket.end(Buffer.alloc(50_000, "y")));
      const port = await listening(server);
      let count = 0;
      const callback = (length: number): boolean => {
        count += length;
        return answer as boolean;
      };
      const onread = { buffer: Buffer.alloc(1000), callback };
      const client = tls.connect({ port, ...CLIENT, onread });
      client.on("data", () => assert.unreachable());
      await once(client, "close");
      assert.is(count, 50_000);
      server.close();
    });
  }

  wrapped(
    `onread: false pauses until resume(), and the end comes after all data, ${name}`,
    async () => {
      const server = tls.createServer(OWN, (socket) => socket.end(Buffer.alloc(5000, "y")));
      const port = await listening(server);
      let calls = 0;
      const callback = (): boolean => {
        calls += 1;
        setImmediate(() => client.resume());
        return false;
      };
      const client: ours.SecureSocket = tls.connect({
        ...{ port, ...CLIENT, onread: { buffer: Buffer.alloc(1000), callback } },
      });
      await once(client, "end");
      assert.ok(calls >= 5);
      server.close();
    },
  );

  wrapped(`server sockets that nobody listens to do not end the process, ${name}`, async () => {
    const seen: unknown[] = [];
    const server = tls.createServer(OWN, (socket) => {
      socket.resume();
      socket.on("close", (hadError: boolean) => seen.push(hadError));
    });
    const port = await listening(server);
    for (const leave of ["destroy", "resetAndDestroy"] as const) {
      const raw = netConnect(port, "127.0.0.1");
      const client = tls.connect({ socket: raw, ...CLIENT });
      client.on("error", () => undefined);
      await once(client, "secureConnect");
      await new Promise((resolve) => setTimeout(resolve, 50));
      raw[leave]();
    }
    while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(seen, [false, true]);
    server.close();
  });
}

/** What `use` throws outside of every call. */
async function uncaught(use: () => Promise<unknown>): Promise<readonly string[]> {
  const seen: string[] = [];
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error: Error) => seen.push(error.message));
  try {
    await use();
    await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
  }
  return seen;
}

const boom = (): never => {
  throw new Error("the program's own");
};

const { createServer, connect } = ours;

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  for (const event of ["session", "keylog", "secureConnect", "secure", "data"]) {
    wrapped(
      `a listener of "${event}" throws: uncaughtException, and it goes on, ${version}`,
      async () => {
        const server = createServer({ ...OWN, maxVersion: version }, (socket) => socket.end("x"));
        const port = await listening(server);
        const seen = await uncaught(async () => {
          const client = connect({ port, ...CLIENT });
          client.once(event, boom);
          client.on("error", (error) => assert.unreachable(error.message));
          client.resume();
          await once(client, "close");
        });
        assert.equal(seen, ["the program's own"]);
        server.close();
      },
    );
  }
}

wrapped("checkServerIdentity throws: uncaughtException, and the connection closes", async () => {
  const server = createServer(OWN);
  const port = await listening(server);
  const errors: Error[] = [];
  const seen = await uncaught(async () => {
    const client = connect({ port, ...CLIENT, checkServerIdentity: boom });
    client.on("error", (error) => errors.push(error));
    await once(client, "close");
  });
  assert.equal(seen, ["the program's own"]);
  assert.equal(errors, []);
  server.close();
});

wrapped(
  "a listener of OCSPRequest throws: uncaughtException, and the connection closes",
  async () => {
    const server = createServer(OWN);
    server.on("OCSPRequest", boom);
    const port = await listening(server);
    const seen = await uncaught(async () => {
      const client = connect({ port, ...CLIENT, requestOCSP: true });
      client.on("error", () => undefined);
      await new Promise((resolve) => client.once("close", resolve));
    });
    assert.equal(seen, ["the program's own"]);
    server.close();
  },
);

wrapped.run();
