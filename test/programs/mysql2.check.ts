/**
 * mysql2 against MariaDB, which switches to TLS behind the greeting.
 */
import * as assert from "uvu/assert";
import { overSealwire, program, type Trust } from "./kit.ts";
import { MARIADB_USER, mariadb } from "./servers.ts";

interface Connection {
  query(text: string, values?: unknown[]): Promise<[Record<string, unknown>[], unknown]>;
  end(): Promise<void>;
}

const LARGE = "sealwire ".repeat(100_000);
let port = 0;

async function use(trust: Trust): Promise<void> {
  const { createConnection } = program<{ createConnection(o: object): Promise<Connection> }>(
    "mysql2/promise",
  );
  const connection = await createConnection({
    host: "localhost",
    port,
    ...MARIADB_USER,
    ssl: trust,
  });
  const [status] = await connection.query("show status like 'Ssl_version'");
  assert.is(status[0]?.["Value"], trust.maxVersion);
  const [sum] = await connection.query("select ? + 1 as next, length(?) as length", [41, LARGE]);
  assert.equal({ ...sum[0] }, { next: 42, length: LARGE.length });
  const [series] = await connection.query("select seq, repeat('x', 1000) from seq_1_to_2000");
  assert.is(series.length, 2000);
  await connection.end();
}

const tests = overSealwire("mysql2", async () => {
  const server = await mariadb();
  port = server.port;
  return () => server.program.stop();
}, [{ name: "SSLRequest", use }]);

tests.run();
