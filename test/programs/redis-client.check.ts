/**
 * @redis/client against redis-server.
 */
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust } from "./kit.ts";
import { redis } from "./servers.ts";

interface Client extends NodeJS.EventEmitter {
  connect(): Promise<unknown>;
  set(key: string, value: string): Promise<string>;
  get(key: string): Promise<string | null>;
  close(): Promise<void>;
}

const LARGE = "sealwire ".repeat(100_000);
let port = 0;

async function use(trust: Trust): Promise<void> {
  const { createClient } = program<{ createClient(options: object): Client }>("@redis/client");
  const client = createClient({
    socket: { port, host: "localhost", tls: true, reconnectStrategy: false, ...trust },
    username: "default",
    password: "secret",
  });
  client.on("error", () => undefined);
  await client.connect();
  const keys = Array.from({ length: 200 }, (_, i) => `key ${i}`);
  await Promise.all(keys.map((key) => client.set(key, `value of ${key}`)));
  const values = await Promise.all(keys.map((key) => client.get(key)));
  assert.equal(
    values,
    keys.map((key) => `value of ${key}`),
  );
  await client.set("large", LARGE);
  assert.is(await client.get("large"), LARGE);
  await client.close();
}

const tests = overSealwire("@redis/client", async () => {
  const server = await redis("TLSv1.2 TLSv1.3", "secret");
  port = server.port;
  return () => server.program.stop();
}, [{ name: "rediss", use }]);

tests.run();
