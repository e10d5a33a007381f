/**
 * A hundred MiB to curl from our server; nginx and `openssl s_server` serve our client.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as http2 from "node:http2";
import { join } from "node:path";
import { Readable } from "node:stream";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { connect, createServer } from "../../src/entries/node.ts";
import { freePort, start } from "../interop/processes.ts";
import { OWN, VERSIONS } from "../node/kit.ts";
import { inVersion, listening, temporary } from "./kit.ts";
import { nginx } from "./servers.ts";

const LENGTH = 100 * 2 ** 20;
const PIECE = Buffer.alloc(2 ** 20, "sealwire");
const LIMIT_MS = 60_000;

const transfer = suite("programs: transfer");

function* pieces(): Generator<Buffer> {
  for (let sent = 0; sent < LENGTH; sent += PIECE.length) yield PIECE;
}

function expectedHash(): string {
  const hash = createHash("sha256");
  for (const piece of pieces()) hash.update(piece);
  return hash.digest("hex");
}

for (const version of VERSIONS) {
  transfer(`curl fetches 100 MiB, ${version}`, async () => {
    const inner = http.createServer((_request, response) => {
      response.setHeader("content-length", LENGTH);
      Readable.from(pieces()).pipe(response);
    });
    const server = createServer({ ...OWN, ...inVersion(version) }, (socket) => {
      inner.emit("connection", socket);
    });
    const port = await listening(server);
    const file = join(temporary(), `curl-${version}`);
    const curl = start("curl", [
      ...["--silent", "--show-error", "--cacert", join(temporary(), "cert.pem"), "--output", file],
      ...["--resolve", `localhost:${port}:127.0.0.1`, `https://localhost:${port}/`],
    ]);
    assert.is(await curl.ended(LIMIT_MS), 0, curl.output());
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    assert.is(hash.digest("hex"), expectedHash());
    server.close();
    inner.closeAllConnections();
    await once(server, "close");
  });

  transfer(`nginx serves us over HTTP/1.1 and HTTP/2, ${version}`, async () => {
    const body = Buffer.alloc(10 * 2 ** 20, "served by nginx ");
    writeFileSync(join(temporary(), "file"), body);
    const { port, program } = await nginx(version, temporary());
    const dial = (more: object) =>
      connect({
        port,
        host: "127.0.0.1",
        servername: "localhost",
        ca: OWN.cert,
        ...inVersion(version),
        ...more,
      });
    const request = http.get({ path: "/file", createConnection: () => dial({}) as never });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    assert.ok(Buffer.concat(chunks).equals(body));
    const session = http2.connect(`https://localhost:${port}`, {
      createConnection: () => dial({ ALPNProtocols: ["h2"] }),
    });
    const stream = session.request({ ":path": "/file" });
    const parts: Buffer[] = [];
    for await (const chunk of stream) parts.push(chunk as Buffer);
    assert.ok(Buffer.concat(parts).equals(body));
    session.close();
    await once(session, "close");
    await program.stop();
  });

  transfer(`openssl s_server serves us, ${version}`, async () => {
    const port = await freePort();
    const files = temporary();
    const server = start("openssl", [
      ...["s_server", "-accept", `127.0.0.1:${port}`, "-www", "-cert", join(files, "cert.pem")],
      ...["-key", join(files, "key.pem"), version === "TLSv1.2" ? "-tls1_2" : "-tls1_3"],
    ]);
    await server.until(/ACCEPT/);
    const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert });
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.write("GET / HTTP/1.0\r\n\r\n");
    await once(socket, "end");
    assert.match(Buffer.concat(chunks).toString(), new RegExp(`${version.replace(".", "\\.")}`));
    await server.stop();
  });
}

transfer.run();
