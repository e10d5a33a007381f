/**
 * ws: its client by the swap and by createConnection, its server over node's https and over our createServer.
 */
import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import * as assert from "uvu/assert";
import { createServer } from "../../src/entries/node.ts";
import { OWN } from "../node/kit.ts";
import { type Connect, listening, overSealwire, program, type Trust } from "./kit.ts";

interface Socket extends NodeJS.EventEmitter {
  send(data: string | Buffer): void;
  close(): void;
  terminate(): void;
}
interface Ws {
  WebSocket: new (url: string, options: object) => Socket;
  WebSocketServer: new (options: object) => NodeJS.EventEmitter & { close(): void };
}

const LARGE = "sealwire ".repeat(100_000);
const ports = { node: 0, ours: 0 };

async function use(trust: Trust, peer: keyof typeof ports, hook?: Connect): Promise<void> {
  const { WebSocket } = program<Ws>("ws");
  const port = ports[peer];
  const options = { host: "localhost", port, servername: "localhost", ...trust };
  const client = new WebSocket(
    `wss://localhost:${port}/`,
    hook === undefined ? trust : { createConnection: () => hook(options) },
  );
  try {
    await once(client, "open");
    for (const text of ["small", LARGE]) {
      client.send(text);
      const [data] = (await once(client, "message")) as [Buffer];
      assert.is(data.toString(), text);
    }
    const over = once(client, "close");
    client.close();
    await over;
  } finally {
    client.terminate();
  }
}

const tests = overSealwire("ws", async () => {
  const { WebSocketServer } = program<Ws>("ws");
  const inner = http.createServer();
  const over = createServer(OWN, (socket) => {
    inner.emit("connection", socket);
  });
  const node = https.createServer(OWN);
  const echoes = [inner, node].map((server) => new WebSocketServer({ server }));
  for (const echo of echoes)
    echo.on("connection", (peer: Socket) => peer.on("message", (data: Buffer) => peer.send(data)));
  Object.assign(ports, { node: await listening(node), ours: await listening(over) });
  return async () => {
    for (const echo of echoes) echo.close();
    for (const server of [node, over]) {
      const end = once(server, "close");
      server.close();
      await end;
    }
  };
}, [
  { name: "a server of node's", use: (trust) => use(trust, "node") },
  { name: "a server of ours", use: (trust) => use(trust, "ours") },
  {
    ...{ name: "createConnection", byHook: true },
    use: (trust, hook) => use(trust, "node", hook),
  },
]);
tests.run();
