/**
 * pskCallback beside node:tls: each talks with each by a key agreed on outside TLS.
 */
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/node.ts";
import { careless, closed, errorOf, LIBRARIES, listening, memoryPair, pipe } from "./kit.ts";

const sockets = suite("node: keys agreed on outside TLS");

const PSK = Buffer.from("0123456789abcdef0123456789abcdef", "hex");

for (const [serverName, serverLibrary] of LIBRARIES) {
  for (const [clientName, clientLibrary] of LIBRARIES) {
    if (serverName === "node:tls" && clientName === "node:tls") continue;
    const pair = `${clientName} to ${serverName}`;
    const psk = {
      minVersion: "TLSv1.3",
      ciphers: "TLS_AES_128_GCM_SHA256:PSK",
      checkServerIdentity: () => undefined,
    } as const;

    sockets(`${pair}: a key agreed on outside TLS, no certificates`, async () => {
      const asked: string[] = [];
      const server = serverLibrary.createServer(
        {
          ...psk,
          pskCallback: (_socket: unknown, identity: string) => {
            asked.push(identity);
            return identity === "zähler" ? PSK : null;
          },
        } as ours.ServerOptions,
        (socket) => {
          careless(socket);
          socket.pipe(socket);
        },
      );
      const port = await listening(server);
      const client = clientLibrary.connect({
        ...psk,
        ...{ port, host: "127.0.0.1" },
        pskCallback: () => ({ psk: PSK, identity: "zähler" }),
      });
      await once(client, "secureConnect");
      assert.is(client.authorized, true);
      assert.equal(client.getPeerCertificate(), {});
      client.write("hello");
      assert.is(String((await once(client, "data"))[0]), "hello");
      assert.ok(asked.length > 0 && asked.every((name) => name === "zähler"));
      client.end();
      await closed(client);
      server.close();
    });

    sockets(`${pair}: another key under the same name`, async () => {
      const server = serverLibrary.createServer({
        ...psk,
        pskCallback: () => PSK,
      } as ours.ServerOptions);
      const failed = once(server, "tlsClientError");
      const port = await listening(server);
      const client = clientLibrary.connect({
        ...psk,
        ...{ port, host: "127.0.0.1" },
        pskCallback: () => ({ psk: Buffer.alloc(16, 1), identity: "name" }),
      });
      const error = await errorOf(client);
      assert.match(`${error.code} ${error.message}`, /decrypt|illegal|ALERT|alert/i);
      await failed;
      server.close();
    });
  }
}

sockets("pskCallback that throws ends the connection with its own error", async () => {
  const own = new Error("no key today");
  const throws = (): never => {
    throw own;
  };
  const client = ours.connect({ socket: pipe()[0], pskCallback: throws });
  assert.is(await errorOf(client), own);
  const { client: near, server: far } = memoryPair(
    { pskCallback: () => ({ psk: PSK, identity: "name" }) },
    { pskCallback: throws },
  );
  const [, error] = await Promise.all([errorOf(near), errorOf(far)]);
  assert.is(error, own);
});

sockets.run();
