/**
 * HTTP of node over sockets of ours, both sides and both versions.
 */
import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  connect,
  createServer,
  type SecureServer,
  type SecureSocket,
} from "../../src/entries/node.ts";
import { OWN, VERSIONS } from "../node/kit.ts";
import { inVersion, listening } from "./kit.ts";

const BODY = "sealwire ".repeat(50_000);

async function closed(
  server: https.Server | http.Server | SecureServer,
  cut: () => void,
): Promise<void> {
  assert.ok((server.address() as AddressInfo).port > 0);
  const over = once(server, "close");
  server.close();
  cut();
  await over;
}

for (const version of VERSIONS) {
  const web = suite(`programs: HTTP, ${version}`);
  const dial = (port: number, more: object = {}): SecureSocket =>
    connect({
      port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: OWN.cert,
      ...inVersion(version),
      ...more,
    });

  /** An http.Server of node that is served through our createServer. */
  const served = async (): Promise<{
    port: number;
    close(): Promise<void>;
    inner: http.Server;
  }> => {
    const inner = http.createServer((request, response) => {
      request.resume();
      request.on("end", () => response.end(request.method === "POST" ? "posted" : BODY));
    });
    const server = createServer({ ...OWN, ...inVersion(version) }, (socket) => {
      inner.emit("connection", socket);
    });
    const port = await listening(server);
    return { port, inner, close: () => closed(server, () => inner.closeAllConnections()) };
  };

  const nodeServer = async (): Promise<{ port: number; close(): Promise<void> }> => {
    const server = https.createServer({ ...OWN, ...inVersion(version) }, (request, response) => {
      request.resume();
      response.end(BODY);
    });
    const port = await listening(server);
    return { port, close: () => closed(server, () => server.closeAllConnections()) };
  };

  web("https.request with createConnection", async () => {
    const { port, close } = await nodeServer();
    const request = https.request({ port, createConnection: () => dial(port) as never });
    request.end();
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    assert.is(await text(response), BODY);
    await close();
  });

  web("https.Agent with createConnection keeps connections alive", async () => {
    const { port, close } = await nodeServer();
    let made = 0;
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    Object.assign(agent, {
      createConnection: () => {
        made++;
        return dial(port);
      },
    });
    for (let i = 0; i < 3; i++) {
      const request = https.get({ port, agent });
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      assert.is((await text(response)).length, BODY.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.is(made, 1);
    agent.destroy();
    await close();
  });

  web("http.Server through our createServer, node's https as its client", async () => {
    const { port, close } = await served();
    const agent = new https.Agent({ keepAlive: true, ca: OWN.cert });
    for (const method of ["GET", "POST"]) {
      const request = https.request({
        port,
        host: "127.0.0.1",
        servername: "localhost",
        agent,
        method,
      });
      request.end(method === "POST" ? BODY : undefined);
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      assert.is(await text(response), method === "POST" ? "posted" : BODY);
    }
    agent.destroy();
    await close();
  });

  web("http2: our client to node's server, our server to node's client", async () => {
    const answer = (stream: http2.ServerHttp2Stream): void => {
      stream.respond({ ":status": 200 });
      stream.end(BODY);
    };
    const fetched = async (session: http2.ClientHttp2Session): Promise<void> => {
      const streams = Array.from({ length: 5 }, () => session.request({ ":path": "/" }));
      const bodies = await Promise.all(streams.map((stream) => text(stream)));
      assert.ok(bodies.every((body) => body === BODY));
      session.close();
      await once(session, "close");
    };
    const theirs = http2.createSecureServer({ ...OWN, ...inVersion(version) });
    theirs.on("stream", answer);
    const theirPort = await listening(theirs);
    const socket = dial(theirPort, { ALPNProtocols: ["h2"] });
    await once(socket, "secureConnect");
    assert.is(socket.alpnProtocol, "h2");
    await fetched(
      http2.connect(`https://localhost:${theirPort}`, { createConnection: () => socket }),
    );
    theirs.close();
    await once(theirs, "close");

    const inner = http2.createServer();
    inner.on("stream", answer);
    const server = createServer(
      { ...OWN, ...inVersion(version), ALPNProtocols: ["h2"] },
      (secure) => {
        inner.emit("connection", secure);
      },
    );
    const port = await listening(server);
    await fetched(http2.connect(`https://localhost:${port}`, { ca: OWN.cert, lookup: undefined }));
    await closed(server, () => undefined);
  });

  web.run();
}
