/**
 * Lines of a key log are made where somebody listens, and nowhere else.
 */
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import * as functions from "../../src/api/node.ts";
import * as node from "../../src/entries/node.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { identity } from "../support/identities.ts";
import { acquire, SspiSession, SspiSide, versionOnly } from "../support/sspi-session.ts";

const keyLog = suite("secrets: key log");
const sspi = createSspi(nodeProvider);

for (const version of [TLS12, TLS13]) {
  for (const wanted of [true, false]) {
    const name = version === TLS12 ? "1.2" : "1.3";
    keyLog(`TLS ${name}: a log that ${wanted ? "is" : "is not"} wanted`, () => {
      const lines: string[] = [];
      const log = Object.assign((line: string) => void lines.push(line), { wanted: () => wanted });
      const options = { ...versionOnly(version), sealwire: { keyLog: log } };
      const session = new SspiSession(
        new SspiSide(sspi, "client", acquire(sspi, "client", options)),
        new SspiSide(
          sspi,
          "server",
          acquire(sspi, "server", { ...options, paCred: [identity("p256")] }),
        ),
      );
      session.handshake();
      assert.ok(session.client.ready && session.server.ready);
      const perSide = version === TLS12 ? 1 : 5;
      assert.is(lines.length, wanted ? 2 * perSide : 0);
    });
  }
}

for (const listening of [true, false]) {
  keyLog(`a socket with ${listening ? "a" : "no"} listener`, async () => {
    const made = functions.selfSignedCertificate({ names: ["localhost"] });
    const server = node.createServer({ cert: made.certificatePem, key: made.privateKeyPem });
    server.on("secureConnection", (socket) => socket.on("error", () => undefined));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const client = node.connect({
      ...{ port, host: "127.0.0.1", servername: "localhost", ca: made.certificatePem },
    });
    let events = 0;
    const { emit } = client;
    client.emit = function (this: unknown, ...given: Parameters<typeof emit>) {
      if (given[0] === "keylog") events++;
      return emit.apply(client, given);
    } as typeof emit;
    if (listening) client.on("keylog", () => undefined);
    await once(client, "secureConnect");
    client.destroy();
    server.close();
    assert.is(events, listening ? 5 : 0);
  });
}

keyLog.run();
