/**
 * pg against PostgreSQL, ioredis against redis-server, mqtt against mosquitto: clients that call tls.connect by themselves,
 * which here is ours.
 */
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { OWN, VERSIONS } from "../node/kit.ts";
import { inVersion, program, swapped } from "./kit.ts";
import { mosquitto, postgres, type Running, redis } from "./servers.ts";

const stores = suite("programs: databases and messages");
let database: Running | null = null;

stores.before(async () => {
  database = await postgres();
});
stores.after(async () => {
  await database?.program.stop();
});

interface PgClient {
  connect(): Promise<void>;
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
}
const LARGE = "sealwire ".repeat(100_000);

for (const version of VERSIONS) {
  stores(`pg, ${version}`, async () => {
    const { Client } = program<{ Client: new (options: object) => PgClient }>("pg");
    const made = await swapped(async () => {
      const client = new Client({
        host: "localhost",
        port: database?.port,
        user: "tester",
        database: "postgres",
        ssl: { ca: OWN.cert, ...inVersion(version) },
      });
      await client.connect();
      const facts = await client.query(
        "select version, cipher from pg_stat_ssl where pid = pg_backend_pid()",
      );
      assert.is(facts.rows[0]?.["version"], version);
      const sum = await client.query("select $1::int + 1 as next, length($2) as length", [
        41,
        LARGE,
      ]);
      assert.equal(sum.rows[0], { next: 42, length: LARGE.length });
      const series = await client.query(
        "select i, repeat('x', 1000) from generate_series(1, 2000) i",
      );
      assert.is(series.rows.length, 2000);
      await client.end();
    });
    assert.is(made.length, 1);
  });

  stores(`ioredis, ${version}`, async () => {
    interface Redis extends NodeJS.EventEmitter {
      set(key: string, value: string): Promise<string>;
      get(key: string): Promise<string | null>;
      quit(): Promise<string>;
    }
    const { Redis: Client } = program<{ Redis: new (options: object) => Redis }>("ioredis");
    const server = await redis(version);
    const made = await swapped(async () => {
      const client = new Client({
        port: server.port,
        host: "127.0.0.1",
        tls: { ca: OWN.cert, servername: "localhost", ...inVersion(version) },
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
    });
    assert.is(made.length, 1);
    assert.is(made[0]?.getProtocol(), version);
    await server.program.stop();
  });

  stores(`mqtt, ${version}`, async () => {
    interface Mqtt extends NodeJS.EventEmitter {
      subscribeAsync(topic: string): Promise<unknown>;
      publishAsync(topic: string, message: string, options: object): Promise<unknown>;
      endAsync(): Promise<void>;
    }
    const mqtt = program<{ connect(url: string, options: object): Mqtt }>("mqtt");
    const server = await mosquitto(version.toLowerCase());
    const made = await swapped(async () => {
      const client = mqtt.connect(`mqtts://localhost:${server.port}`, {
        ca: OWN.cert,
        host: "127.0.0.1",
        servername: "localhost",
        reconnectPeriod: 0,
        ...inVersion(version),
      });
      await once(client, "connect");
      await client.subscribeAsync("sealwire/#");
      const message = once(client, "message");
      await client.publishAsync("sealwire/large", LARGE, { qos: 1 });
      const [topic, payload] = (await message) as [string, Buffer];
      assert.is(topic, "sealwire/large");
      assert.is(payload.toString(), LARGE);
      await client.endAsync();
    });
    assert.is(made.length, 1);
    assert.is(made[0]?.getProtocol(), version);
    await server.program.stop();
  });
}

stores.run();
