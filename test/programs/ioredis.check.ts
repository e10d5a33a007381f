/**
 * ioredis against redis-server.
 */
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust } from "./kit.ts";
import { redis } from "./servers.ts";

interface Client extends NodeJS.EventEmitter {
  connect(): Promise<void>;
  set(key: string, value: string): Promise<string>;
  get(key: string): Promise<string | null>;
  quit(): Promise<string>;
}

const LARGE = "sealwire ".repeat(100_000);
let port = 0;

async function use(trust: Trust): Promise<void> {
  const { Redis } = program<{ Redis: new (options: object) => Client }>("ioredis");
  const client = new Redis({
    ...{ port, host: "127.0.0.1", password: "secret" },
    ...{ lazyConnect: true, retryStrategy: null },
    tls: { servername: "localhost", ...trust },
  });
  let failure: unknown = null;
  client.on("error", (error) => {
    failure = error;
  });
  await client.connect().catch((error: unknown) => {
    // What it rejects with says only that the connection was closed.
    throw failure ?? error;
  });
  const keys = Array.from({ length: 200 }, (_, i) => `key ${i}`);
  await Promise.all(keys.map((key) => client.set(key, `value of ${key}`)));
  const values = await Promise.all(keys.map((key) => client.get(key)));
  assert.equal(
    values,
    keys.map((key) => `value of ${key}`),
  );
  await client.set("large", LARGE);
  assert.is(await client.get("large"), LARGE);
  await client.quit();
}

const tests = overSealwire("ioredis", async () => {
  const server = await redis("TLSv1.2 TLSv1.3", "secret");
  port = server.port;
  return () => server.program.stop();
}, [{ name: "rediss", use }]);
tests.run();
