/**
 * The database clients of `examples/node` against the real servers: a PostgreSQL query and Redis commands.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../support/data.ts";
import { temporary } from "./kit.ts";
import { postgres, redis } from "./servers.ts";

const examples = suite("programs: examples");

async function run(name: string, ...parameters: string[]): Promise<string> {
  const file = join(ROOT, "build/examples/node", `${name}.js`);
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...parameters]);
  return stdout;
}

examples("postgres-client: a query", async () => {
  const { port, program } = await postgres();
  try {
    const authority = join(temporary(), "cert.pem");
    const query = "select ssl, version, null from pg_stat_ssl where pid = pg_backend_pid()";
    const said = await run(
      "postgres-client",
      "localhost",
      `${port}`,
      authority,
      "tester",
      "",
      "postgres",
      query,
    );
    assert.is(said, "t\tTLSv1.3\t\n");
  } finally {
    await program.stop();
  }
});

examples("redis-client: commands and replies of every kind", async () => {
  const { port, program } = await redis("TLSv1.3");
  try {
    const place = ["localhost", `${port}`, join(temporary(), "cert.pem")];
    assert.is(await run("redis-client", ...place, "SET", "key", "two words"), '"OK"\n');
    assert.is(await run("redis-client", ...place, "GET", "key"), '"two words"\n');
    assert.is(await run("redis-client", ...place, "GET", "nothing"), "null\n");
    assert.is(await run("redis-client", ...place, "STRLEN", "key"), "9\n");
    assert.is(await run("redis-client", ...place, "KEYS", "*"), '["key"]\n');
  } finally {
    await program.stop();
  }
});

examples.run();
