/**
 * HTTP/2: Node's `http2` over our sockets, on both sides.
 *   node build/examples/node/http2.js
 */
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { connect, createServer } from "../../src/entries/node.ts";
import { selfSignedCertificate } from "../../src/entries/sspi-node.ts";

const { certificatePem: cert, privateKeyPem: key } = selfSignedCertificate({
  names: ["localhost"],
});

const http2 = createHttp2Server((incoming, response) => {
  response.end(`stream ${response.stream.id} asked for ${incoming.url}\n`);
});
const server = createServer({ cert, key, ALPNProtocols: ["h2"] }, (socket) => {
  http2.emit("connection", socket);
});
await new Promise<void>((resolve) => {
  server.listen(0, "127.0.0.1", resolve);
});
const { port } = server.address() as { port: number };

const transport = connect({
  ...{ host: "127.0.0.1", port, servername: "localhost", ca: cert },
  ALPNProtocols: ["h2"],
});
await new Promise<void>((resolve, reject) => {
  transport.once("secureConnect", resolve).once("error", reject);
});
const session = connectHttp2("https://localhost", { createConnection: () => transport });
const answers = await Promise.all(
  ["/one", "/two"].map(async (path) => {
    let body = "";
    for await (const chunk of session.request({ ":path": path })) body += chunk;
    return body;
  }),
);
process.stdout.write(`ALPN ${transport.alpnProtocol}\n${answers.join("")}`);
await new Promise<void>((resolve) => {
  session.close(resolve);
});
http2.close();
server.close();
