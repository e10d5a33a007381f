/**
 * setKeyCert beside node:tls: the certificate that ALPNCallback chooses, and what comes too late.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { selfSignedCertificate } from "../../src/api/node.ts";
import * as ours from "../../src/entries/node.ts";
import { careless, memoryPair, OWN, pipe, secured, VERSIONS } from "./kit.ts";

const keyCert = suite("node: setKeyCert");

const made = selfSignedCertificate({ names: ["other.example", "localhost"] });
const OTHER = { cert: made.certificatePem, key: made.privateKeyPem };

type Create = (options: tls.TlsOptions) => tls.Server;
const SERVERS: readonly (readonly [string, Create, (options: object) => object])[] = [
  ["node:tls", tls.createServer, tls.createSecureContext],
  ["sealwire", ours.createServer as unknown as Create, ours.createSecureContext],
];

/** Alternative names of the certificate that a client with these protocols is shown. */
async function shown(create: Create, options: tls.TlsOptions, protocol: string): Promise<unknown> {
  const server = create({ ...OWN, ...options });
  server.on("secureConnection", (socket) => socket.on("error", () => undefined).end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = tls.connect({
    ...{ port, host: "127.0.0.1", servername: "localhost", ALPNProtocols: [protocol] },
    ca: [OWN.cert, OTHER.cert],
  });
  try {
    await once(socket, "secureConnect");
    assert.is(socket.alpnProtocol, protocol);
    return socket.getPeerCertificate().subjectaltname?.includes("other.example");
  } finally {
    socket.destroy();
    server.close();
    await once(server, "close");
  }
}

for (const [name, create, createContext] of SERVERS) {
  for (const version of VERSIONS) {
    for (const [form, context] of [
      ["options", OTHER],
      ["a context", createContext(OTHER)],
    ] as const) {
      keyCert(`${name}, ${version}: ALPNCallback chooses by ${form}`, async () => {
        function ALPNCallback(this: tls.TLSSocket, offer: { protocols: string[] }): string {
          if (offer.protocols[0] === "other") this.setKeyCert(context);
          return offer.protocols[0] ?? "";
        }
        const options = { ALPNCallback, minVersion: version, maxVersion: version };
        assert.is(await shown(create, options as tls.TlsOptions, "other"), true);
        assert.is(await shown(create, options as tls.TlsOptions, "own"), false);
      });
    }
  }
}

keyCert("before the handshake: a server's, and a client's", async () => {
  const { client, server } = memoryPair(
    { ca: [OWN.cert, OTHER.cert] },
    { ca: OTHER.cert, requestCert: true, rejectUnauthorized: false },
  );
  client.setKeyCert(OTHER);
  server.setKeyCert(ours.createSecureContext(OTHER));
  await secured(client, server);
  for (const socket of [client, server]) {
    assert.ok(socket.getPeerCertificate().subjectaltname?.includes("other.example"));
  }
  assert.throws(() => server.setKeyCert(OTHER), /too late/);
  client.destroy();
  server.destroy();
});

keyCert("it wins over SNICallback, which is not asked", async () => {
  const { client, server } = memoryPair(
    { ca: OTHER.cert },
    { SNICallback: () => assert.unreachable("SNICallback was asked") },
  );
  server.setKeyCert(OTHER);
  await secured(client, server);
  client.destroy();
  server.destroy();
});

keyCert("what holds no certificate and key is refused", () => {
  const socket = new ours.SecureSocket(pipe()[0], { ...OWN, isServer: true });
  careless(socket);
  for (const context of [{}, { pfx: Buffer.alloc(1) }]) {
    assert.throws(() => socket.setKeyCert(context), /`cert` and `key`/);
  }
  socket.destroy();
});

keyCert.run();
