/**
 * pskCallback and pskIdentityHint beside node:tls: each talks with each by a key agreed on outside TLS.
 */
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
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

/** Suites of TLS 1.2 that both have, and one by a group of words. */
const SUITES_12 = [
  "PSK-AES128-GCM-SHA256",
  "PSK-AES256-GCM-SHA384",
  "PSK-CHACHA20-POLY1305",
  "PSK-AES128-CBC-SHA256",
  "PSK-AES256-CBC-SHA384",
  "PSK-AES128-CBC-SHA",
  "PSK-AES256-CBC-SHA",
  "ECDHE-PSK-CHACHA20-POLY1305",
  "ECDHE-PSK-AES128-CBC-SHA256",
  "ECDHE-PSK-AES256-CBC-SHA384",
  "ECDHE-PSK-AES128-CBC-SHA",
  "ECDHE-PSK-AES256-CBC-SHA",
  "PSK+HIGH",
];

for (const [serverName, serverLibrary] of LIBRARIES) {
  for (const [clientName, clientLibrary] of LIBRARIES) {
    if (serverName === "node:tls" && clientName === "node:tls") continue;
    const pair = `TLS 1.2, ${clientName} to ${serverName}`;
    const shared = { maxVersion: "TLSv1.2", checkServerIdentity: () => undefined } as const;

    for (const [index, ciphers] of SUITES_12.entries()) {
      const hint = index % 2 === 0 ? "ménage" : undefined;
      sockets(`${pair}: ${ciphers}${hint === undefined ? "" : ", a hint"}`, async () => {
        const hints: unknown[] = [];
        const server = serverLibrary.createServer(
          {
            ...shared,
            ciphers,
            ...(hint === undefined ? {} : { pskIdentityHint: hint }),
            pskCallback: (_socket: unknown, identity: string) =>
              identity === "zähler" ? PSK : null,
          } as ours.ServerOptions,
          (socket) => {
            careless(socket);
            socket.pipe(socket);
          },
        );
        const port = await listening(server);
        const connect = async (session?: Buffer): Promise<Buffer | undefined> => {
          let kept: Buffer | undefined;
          const client = clientLibrary.connect({
            ...shared,
            ...{ port, host: "127.0.0.1", ciphers },
            ...(session === undefined ? {} : { session }),
            pskCallback: (given: string | null) => {
              hints.push(given);
              return { psk: PSK, identity: "zähler" };
            },
          });
          client.on("session", (made: Buffer) => {
            kept = made;
          });
          await once(client, "secureConnect");
          assert.is(client.authorized, true);
          assert.is(client.getProtocol(), "TLSv1.2");
          assert.equal(client.getPeerCertificate(), {});
          if (ciphers !== "PSK+HIGH") assert.is(client.getCipher()?.name, ciphers);
          assert.is(client.isSessionReused(), session !== undefined);
          client.write("hello");
          assert.is(String((await once(client, "data"))[0]), "hello");
          client.end();
          await closed(client);
          return kept;
        };
        const session = await connect();
        assert.equal(hints, [hint ?? null]);
        assert.ok(session !== undefined, "a session was made");
        await connect(session);
        server.close();
      });
    }

    sockets(`${pair}: a name that is not known`, async () => {
      const options = { ...shared, ciphers: "PSK" };
      const server = serverLibrary.createServer({
        ...options,
        pskCallback: () => null,
      } as ours.ServerOptions);
      const failed = once(server, "tlsClientError");
      const port = await listening(server);
      const client = clientLibrary.connect({
        ...options,
        ...{ port, host: "127.0.0.1" },
        pskCallback: () => ({ psk: PSK, identity: "nobody" }),
      });
      assert.is((await errorOf(client)).code, "ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY");
      const [error] = (await failed) as [NodeJS.ErrnoException];
      assert.is(error.code, "ERR_SSL_PSK_IDENTITY_NOT_FOUND");
      server.close();
    });

    sockets(`${pair}: another key under the same name`, async () => {
      const options = { ...shared, ciphers: "PSK" };
      const server = serverLibrary.createServer({
        ...options,
        pskCallback: () => PSK,
      } as ours.ServerOptions);
      const failed = once(server, "tlsClientError");
      const port = await listening(server);
      const client = clientLibrary.connect({
        ...options,
        ...{ port, host: "127.0.0.1" },
        pskCallback: () => ({ psk: Buffer.alloc(16, 1), identity: "name" }),
      });
      assert.is((await errorOf(client)).code, "ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC");
      await failed;
      server.close();
    });
  }
}

sockets("what the callback throws when it is told the hint ends the connection", async () => {
  const own = new Error("no key for that hint");
  const options = { maxVersion: "TLSv1.2", ciphers: "PSK" } as const;
  const { client, server } = memoryPair(
    {
      ...options,
      pskCallback: (hint: unknown) => {
        assert.is(hint, "which");
        throw own;
      },
    } as ours.ConnectOptions,
    { ...options, pskIdentityHint: "which", pskCallback: () => PSK },
  );
  const [error] = await Promise.all([errorOf(client), errorOf(server)]);
  assert.is(error, own);
});

sockets("pskCallback where nothing takes keys", async () => {
  const client = ours.connect({
    socket: pipe()[0],
    maxVersion: "TLSv1.2",
    pskCallback: () => null,
  });
  assert.match((await errorOf(client)).message, /PSK suites in `ciphers`/);
});

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
