/**
 * HTTPS with node's own http on both sides: `http.Server` behind our `createServer`, `https.request` over our
 * `connect`.
 *   node build/examples/node/https.js
 */
import { createServer as createHttpServer } from "node:http";
import { Agent, request } from "node:https";
import { type ConnectOptions, connect, createServer } from "../../src/entries/node.ts";
import { selfSignedCertificate } from "../../src/entries/sspi-node.ts";

const { certificatePem: cert, privateKeyPem: key } = selfSignedCertificate({
  names: ["localhost"],
});

const http = createHttpServer((incoming, response) => {
  response.end(`you asked for ${incoming.url}\n`);
});
const server = createServer({ cert, key, ALPNProtocols: ["http/1.1"] }, (socket) => {
  http.emit("connection", socket);
});
await new Promise<void>((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
const { port } = server.address() as { port: number };

/** An agent whose connections are ours. */
class OurAgent extends Agent {
  // node passes the options of the request on as they are.
  override createConnection(options: ConnectOptions): ReturnType<typeof connect> {
    return connect({ ...options, servername: "localhost", ca: cert });
  }
}

const agent = new OurAgent({ keepAlive: true });
for (const path of ["/one", "/two"]) {
  const text = await new Promise<string>((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, agent }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve(body));
    });
    call.on("error", reject);
    call.end();
  });
  process.stdout.write(text);
}
agent.destroy();
http.close();
server.close();
