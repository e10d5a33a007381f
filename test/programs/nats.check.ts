/**
 * nats against a server of ours: TLS behind the server's INFO, and from the first byte.
 */
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust } from "./kit.ts";
import { type OwnServer, USER } from "./own-server.ts";
import { nats } from "./own-servers.ts";

interface Connection {
  subscribe(subject: string, options: object): AsyncIterable<{ data: Uint8Array }>;
  publish(subject: string, payload: Uint8Array): void;
  close(): Promise<void>;
}

const LARGE = Buffer.alloc(900_000, "sealwire ");
let servers: OwnServer[] = [];

async function use(trust: Trust, first: boolean): Promise<void> {
  const { connect } = program<{ connect(options: object): Promise<Connection> }>("nats");
  const connection = await connect({
    servers: `localhost:${servers[first ? 1 : 0]?.port}`,
    user: USER.name,
    pass: USER.password,
    tls: { ...trust, ...(first ? { handshakeFirst: true } : {}) },
    reconnect: false,
  });
  const messages = connection.subscribe("sealed", { max: 2 });
  connection.publish("sealed", Buffer.from("small"));
  connection.publish("sealed", LARGE);
  const lengths: number[] = [];
  for await (const { data } of messages) lengths.push(data.length);
  assert.equal(lengths, [5, LARGE.length]);
  await connection.close();
}

const tests = overSealwire("nats", async () => {
  servers = [await nats(false), await nats(true)];
  return async () => {
    for (const server of servers) await server.stop();
  };
}, [
  { name: "TLS behind INFO", use: (trust) => use(trust, false) },
  { name: "TLS at once", use: (trust) => use(trust, true) },
]);
tests.run();
