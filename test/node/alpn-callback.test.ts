/**
 * ALPNCallback and the ClientHello: it is read once, by the engine and within its limits, however it is cut.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { TlsError } from "../../src/api/node.ts";
import { SecureSocket, type SecureSocketOptions } from "../../src/entries/node.ts";
import { careless, memoryPair, OWN, pipe, secured, VERSIONS } from "./kit.ts";

const tests = suite("node: ALPNCallback");

for (const version of VERSIONS) {
  tests(`${version}: a ClientHello in pieces of one byte is asked about once`, async () => {
    const asked: unknown[] = [];
    const [near, far] = pipe();
    const client = new SecureSocket(near, {
      ca: OWN.cert,
      servername: "localhost",
      maxVersion: version,
      ALPNProtocols: ["a", "b"],
    });
    const [tls, bare] = pipe();
    far.on("data", (chunk: Buffer) => {
      for (const byte of chunk) tls.write(Buffer.of(byte));
    });
    tls.on("data", (chunk: Buffer) => far.write(chunk));
    const server = new SecureSocket(bare, {
      ...OWN,
      isServer: true,
      ALPNCallback: (hello) => {
        asked.push(hello);
        return "b";
      },
    });
    await secured(client, server);
    assert.equal(asked, [{ servername: "localhost", protocols: ["a", "b"] }]);
    assert.equal([client.alpnProtocol, server.alpnProtocol], ["b", "b"]);
    client.destroy();
    server.destroy();
  });
}

const refusal = async (options: SecureSocketOptions, hello: Uint8Array): Promise<unknown[]> => {
  const [near, far] = pipe();
  const server = new SecureSocket(far, { ...OWN, isServer: true, ...options });
  const failed = new Promise<TlsError>((resolve) => server.once("error", resolve));
  near.resume();
  near.write(hello);
  const { reason, code, message } = await failed;
  return [reason, code, message];
};

tests("what the engine refuses is refused by the same words, without a question", async () => {
  const ALPNCallback = (): string => assert.unreachable("ALPNCallback was asked") as never;
  const handshake = (...body: number[]): Uint8Array =>
    Uint8Array.of(22, 3, 1, 0, body.length, ...body);
  for (const [title, bytes] of [
    ["a length over every limit", handshake(1, 0xff, 0xff, 0xff)],
    ["another message", handshake(2, 0, 0, 0)],
    ["no TLS", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["a ClientHello that ends early", handshake(1, 0, 0, 2, 3, 3)],
  ] as const) {
    assert.equal(await refusal({ ALPNCallback }, bytes), await refusal({}, bytes), title);
  }
});

tests("a callback that throws: the error is the server's, the client has an alert", async () => {
  const own = new Error("mine");
  const { client, server } = memoryPair(
    { ALPNProtocols: ["a"] },
    {
      ALPNCallback: () => {
        throw own;
      },
    },
  );
  const failure = (socket: SecureSocket): Promise<Error & { code?: string }> =>
    new Promise((resolve) => socket.once("error", resolve));
  const [ofClient, ofServer] = await Promise.all([failure(client), failure(server)]);
  assert.is(ofServer, own);
  assert.is(ofClient.code, "ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR");
  careless(client, server);
});

tests.run();
