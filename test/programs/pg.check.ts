/**
 * pg against PostgreSQL.
 */
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust } from "./kit.ts";
import { postgres } from "./servers.ts";

interface Client {
  connect(): Promise<void>;
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  end(): Promise<void>;
}

const LARGE = "sealwire ".repeat(100_000);
let port = 0;

async function use(trust: Trust): Promise<void> {
  const { Client: PgClient } = program<{ Client: new (options: object) => Client }>("pg");
  const client = new PgClient({
    host: "localhost",
    port,
    user: "tester",
    database: "postgres",
    ssl: trust,
  });
  try {
    await client.connect();
    const facts = await client.query(
      "select version, cipher from pg_stat_ssl where pid = pg_backend_pid()",
    );
    assert.is(facts.rows[0]?.["version"], trust.maxVersion);
    const sum = await client.query("select $1::int + 1 as next, length($2) as length", [41, LARGE]);
    assert.equal(sum.rows[0], { next: 42, length: LARGE.length });
    const series = await client.query(
      "select i, repeat('x', 1000) from generate_series(1, 2000) i",
    );
    assert.is(series.rows.length, 2000);
  } finally {
    await client.end();
  }
}

const tests = overSealwire("pg", async () => {
  const server = await postgres();
  port = server.port;
  return () => server.program.stop();
}, [{ name: "SSLRequest", use }]);
tests.run();
