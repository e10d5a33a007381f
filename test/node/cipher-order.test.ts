/**
 * Whose order of suites decides: `honorCipherOrder` of our servers beside those of node:tls, asked by OpenSSL's client.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
import { OWN } from "./kit.ts";

const order = suite("node: the order of cipher suites");

type CreateServer = (options: tls.TlsOptions) => tls.Server;
const SERVERS: readonly (readonly [string, CreateServer])[] = [
  ["node:tls", tls.createServer],
  ["sealwire", ours.createServer as unknown as CreateServer],
];

const SUITES = {
  "TLSv1.2": [
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
  ],
  "TLSv1.3": ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"],
} as const;

/** The suite that a server and a client with lists of their own come to. */
async function chosen(
  create: CreateServer,
  serverOptions: tls.TlsOptions,
  clientOptions: tls.ConnectionOptions,
): Promise<string> {
  const server = create({ ...OWN, ...serverOptions });
  server.on("secureConnection", (socket) => socket.on("error", () => undefined).end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = tls.connect({
    ...{ port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert },
    ...clientOptions,
  });
  try {
    await once(socket, "secureConnect");
    return socket.getCipher().name;
  } finally {
    socket.destroy();
    server.close();
    await once(server, "close");
  }
}

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  const [a, b, c] = SUITES[version];
  const mine = [a, b, c].join(":");
  for (const [name, create] of SERVERS) {
    for (const [honorCipherOrder, offered, expected] of [
      [undefined, [c, b, a], a],
      [true, [c, b, a], a],
      [false, [c, b, a], c],
      [false, [b, c], b],
      [true, [c, b], b],
    ] as const) {
      order(`${name}, ${version}, ${honorCipherOrder}: ${offered.join(" ")}`, async () => {
        const found = await chosen(
          create,
          { ciphers: mine, ...(honorCipherOrder === undefined ? {} : { honorCipherOrder }) },
          { ciphers: offered.join(":"), minVersion: version, maxVersion: version },
        );
        assert.is(found, expected);
      });
    }
    order(`${name}, ${version}: what the server has not is passed over`, async () => {
      const found = await chosen(
        create,
        { ciphers: [a, b].join(":"), honorCipherOrder: false },
        { ciphers: [c, b, a].join(":"), minVersion: version, maxVersion: version },
      );
      assert.is(found, b);
    });
  }
}

for (const [name, create] of SERVERS) {
  order(`${name}: a suite that no certificate serves is passed over`, async () => {
    const found = await chosen(
      create,
      { honorCipherOrder: false },
      {
        ciphers: ["ECDHE-RSA-AES128-GCM-SHA256", SUITES["TLSv1.2"][1]].join(":"),
        maxVersion: "TLSv1.2",
      },
    );
    assert.is(found, SUITES["TLSv1.2"][1]);
  });
}

order.run();
