/**
 * postgres (postgres.js) against PostgreSQL.
 */
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust } from "./kit.ts";
import { postgres } from "./servers.ts";

interface Sql {
  (strings: TemplateStringsArray, ...values: unknown[]): Promise<Record<string, unknown>[]>;
  end(): Promise<void>;
}

const LARGE = "sealwire ".repeat(100_000);
let port = 0;

async function use(trust: Trust): Promise<void> {
  const client = program<(options: object) => Sql>("postgres");
  const sql = client({
    host: "localhost",
    port,
    user: "tester",
    database: "postgres",
    max: 1,
    ssl: trust,
  });
  try {
    const [facts] = await sql`select version from pg_stat_ssl where pid = pg_backend_pid()`;
    assert.is(facts?.["version"], trust.maxVersion);
    const [sum] = await sql`select ${41}::int + 1 as next, length(${LARGE}) as length`;
    assert.equal({ ...sum }, { next: 42, length: LARGE.length });
    const series = await sql`select i, repeat('x', 1000) from generate_series(1, 2000) i`;
    assert.is(series.length, 2000);
  } finally {
    await sql.end();
  }
}

const tests = overSealwire("postgres.js", async () => {
  const server = await postgres();
  port = server.port;
  return () => server.program.stop();
}, [{ name: "SSLRequest", use }]);

tests.run();
