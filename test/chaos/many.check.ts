/**
 * Two thousand sessions at once over loopback in one process, data checked, memory reported; and a reader that does not
 * read, whose memory stays within the high-water marks.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selfSignedCertificate } from "../../src/api/node.ts";
import { connect, createServer, type SecureSocket } from "../../src/entries/node.ts";
import { Chance } from "./seeded.ts";

const SESSIONS = 2000;
const DIALS_AT_ONCE = 50;
const LENGTH = 20_000;
const IDENTITY = selfSignedCertificate({ names: ["localhost"] });
const OWN = { cert: IDENTITY.certificatePem, key: IDENTITY.privateKeyPem };

const many = suite("chaos: many sessions");

async function listening(onConnection: (socket: SecureSocket) => void): Promise<{
  port: number;
  close(): Promise<unknown>;
}> {
  const server = createServer(OWN, onConnection);
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1024 });
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => once(server.close(), "close"),
  };
}

const dial = (port: number): SecureSocket =>
  connect({ port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert });

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

many(`${SESSIONS} at once: what each sends comes back to it`, async () => {
  const before = process.memoryUsage().rss;
  let open = 0;
  let most = 0;
  const server = await listening((socket) => {
    most = Math.max(most, ++open);
    socket.once("close", () => open--);
    socket.pipe(socket);
  });
  const sockets: SecureSocket[] = [];
  for (let at = 0; at < SESSIONS; at += DIALS_AT_ONCE) {
    const batch = Array.from({ length: Math.min(DIALS_AT_ONCE, SESSIONS - at) }, () =>
      dial(server.port),
    );
    await Promise.all(batch.map((socket) => once(socket, "secureConnect")));
    sockets.push(...batch);
  }
  const idle = process.memoryUsage().rss;
  await Promise.all(
    sockets.map(async (socket, i) => {
      const data = new Chance(i).bytes(LENGTH);
      const chunks: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.end(data);
      await once(socket, "end");
      assert.ok(Buffer.concat(chunks).equals(data), `session ${i}`);
    }),
  );
  const after = process.memoryUsage().rss;
  await server.close();
  assert.is(most, SESSIONS);
  assert.is(open, 0);
  const each = ((idle - before) / (2 * SESSIONS) / 1024).toFixed(1);
  console.log(
    `rss: ${megabytes(before)} before, ${megabytes(idle)} with ${2 * SESSIONS} idle ends (${each} KiB each), ${megabytes(after)} after the data`,
  );
});

many("a reader that does not read: memory stays within the high-water marks", async () => {
  const accepted: SecureSocket[] = [];
  const server = await listening((socket) => {
    // Nobody reads.
    accepted.push(socket);
  });
  const client = dial(server.port);
  await once(client, "secureConnect");
  const chunk = Buffer.alloc(64 * 1024, 7);
  let written = 0;
  // Until the kernel's buffers are full too, and for a while after.
  for (let idle = 0; idle < 50; ) {
    while (!client.writableNeedDrain) {
      client.write(chunk);
      written += chunk.length;
      idle = 0;
    }
    idle++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [reader] = accepted;
  if (reader === undefined) throw new Error("nobody was accepted");
  const chunkRead = 64 * 1024;
  assert.ok(reader.readableLength <= reader.readableHighWaterMark + chunkRead);
  assert.ok(client.writableLength <= client.writableHighWaterMark + chunk.length);
  let read = 0;
  reader.on("data", (bytes: Buffer) => {
    read += bytes.length;
  });
  client.end();
  await once(reader, "end");
  assert.is(read, written);
  await server.close();
});

many.run();
