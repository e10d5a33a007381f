/**
 * Values that the types of node:tls allow: what cannot be read is refused by name, and every form of bytes is taken.
 */
import { once } from "node:events";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
import { memoryPair, OWN, pipe, secured } from "./kit.ts";

const given = suite("node: values of node's types");

const FOREIGN = tls.createSecureContext();
const REFUSED = (argument: string) => (error: unknown) =>
  error instanceof TypeError &&
  (error as { readonly code?: unknown }).code === "ERR_TLS_INVALID_CONTEXT" &&
  error.message.startsWith(`${argument} must be a SecureContext made by createSecureContext`);

given("a context of node:tls is refused by every function that takes one", () => {
  assert.throws(
    () => ours.createServer({ ...OWN, secureContext: FOREIGN }),
    REFUSED("secureContext"),
  );
  assert.throws(
    () => new ours.SecureSocket(pipe()[0], { secureContext: FOREIGN }),
    REFUSED("secureContext"),
  );
  const server = ours.createServer(OWN);
  assert.throws(() => server.addContext("a.example", FOREIGN), REFUSED("context"));
  const socket = new ours.SecureSocket(pipe()[0], {});
  assert.throws(() => socket.setKeyCert(FOREIGN), REFUSED("context"));
  socket.destroy();
});

given("SNICallback that answers with a context of node:tls ends the handshake", async () => {
  const { client, server } = memoryPair(
    { ca: OWN.cert },
    { SNICallback: (_name, done) => done(null, FOREIGN) },
  );
  client.on("error", () => undefined);
  const [error] = await once(server, "error");
  assert.is((error as ours.TlsError).code, "ERR_TLS_INVALID_CONTEXT");
  client.destroy();
});

for (const [title, bytes] of [
  ["a Uint8Array", new Uint8Array(Buffer.from("\x02h2"))],
  ["a DataView", new DataView(new Uint8Array(Buffer.from("\x02h2")).buffer)],
  ["a Uint8ClampedArray", new Uint8ClampedArray(Buffer.from("\x02h2"))],
] as const) {
  given(`ALPNProtocols as ${title} is a list of names with lengths`, async () => {
    const { client, server } = memoryPair(
      { ca: OWN.cert, ALPNProtocols: bytes },
      { ALPNProtocols: ["h2"] },
    );
    await secured(client, server);
    assert.is(client.alpnProtocol, "h2");
    client.destroy();
    server.destroy();
  });
}

given.run();
