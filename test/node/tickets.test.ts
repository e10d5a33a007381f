/**
 * getTLSTicket beside node:tls: at the same moments both clients have a ticket of the same server, or none.
 */
import { constants } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as ours from "../../src/entries/node.ts";
import { OWN, VERSIONS } from "./kit.ts";

const tickets = suite("node: getTLSTicket");

type Connect = (options: tls.ConnectionOptions) => tls.TLSSocket;
const CLIENTS: readonly (readonly [string, Connect])[] = [
  ["node:tls", tls.connect],
  ["sealwire", ours.connect as unknown as Connect],
];

/** Runs `use` with what dials a server of node:tls that echoes. */
async function withServer(
  options: tls.TlsOptions,
  use: (dial: (connect: Connect, session?: Buffer) => Promise<Found>) => Promise<void>,
): Promise<void> {
  const server = tls.createServer({ ...OWN, ...options }, (socket) => {
    socket.on("error", () => undefined).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    await use((connect, session) => visit(connect, port, session));
  } finally {
    server.close();
    await once(server, "close");
  }
}

interface Found {
  readonly secure: Buffer | undefined;
  /** When data has come, and so every ticket before it. */
  readonly later: Buffer | undefined;
  readonly session: Buffer | undefined;
  readonly reused: boolean;
}

async function visit(connect: Connect, port: number, session?: Buffer): Promise<Found> {
  const socket = connect({
    ...{ port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert },
    ...(session === undefined ? {} : { session }),
  });
  socket.on("error", () => undefined);
  if (session === undefined) assert.is(socket.getTLSTicket(), undefined);
  let secure: Buffer | undefined;
  socket.once("secureConnect", () => {
    secure = socket.getTLSTicket();
    socket.write("hello");
  });
  await once(socket, "data");
  const [later, kept] = [socket.getTLSTicket(), socket.getSession()];
  const reused = socket.isSessionReused();
  socket.destroy();
  return { secure, later, session: kept, reused };
}

const shape = ({ secure, later, reused }: Found): string =>
  [secure, later].map((ticket) => (ticket === undefined ? "-" : "ticket")).join() + reused;

for (const version of VERSIONS) {
  const only = { minVersion: version, maxVersion: version };
  for (const [title, options] of [
    ["with tickets", only],
    ["without tickets", { ...only, secureOptions: constants.SSL_OP_NO_TICKET }],
  ] as const) {
    if (version === "TLSv1.3" && options !== only) continue;
    tickets(`${version}, a server ${title}`, async () => {
      await withServer(options, async (dial) => {
        const shapes: string[] = [];
        for (const [, connect] of CLIENTS) {
          const first = await dial(connect);
          const second = await dial(connect, first.session);
          assert.is(second.reused, options === only);
          assert.is(first.later !== undefined, options === only);
          shapes.push([shape(first), shape(second)].join(" then "));
        }
        assert.is(shapes[1], shapes[0]);
      });
    });
  }

  tickets(`${version}: it is the ticket of getSession(), and a server has none`, async () => {
    await withServer(only, async (dial) => {
      const { later, session } = await dial(ours.connect as unknown as Connect);
      const { session: inner } = JSON.parse(String(session)) as { session: string };
      assert.ok(later !== undefined && later.length > 32);
      assert.ok(Buffer.from(inner, "base64").includes(later ?? ""));
    });
    const server = ours.createServer({ ...OWN, ...only });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const client = tls.connect({ port, ca: OWN.cert, host: "127.0.0.1", servername: "localhost" });
    const [socket] = (await once(server, "secureConnection")) as [ours.SecureSocket];
    assert.is(socket.getTLSTicket(), undefined);
    socket.destroy();
    client.on("error", () => undefined).destroy();
    server.close();
    await once(server, "close");
  });
}

tickets.run();
