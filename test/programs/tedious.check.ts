/**
 * tedious against a server of ours: TDS 7.4 with TLS inside PRELOGIN messages, TDS 8 with TLS from the first byte, and
 * TDS 8 by the client's hook.
 */
import { once } from "node:events";
import * as assert from "uvu/assert";
import { type Connect, overSealwire, program, type Trust } from "./kit.ts";
import { type OwnServer, USER } from "./own-server.ts";
import { tds } from "./own-servers.ts";

interface Connection extends NodeJS.EventEmitter {
  connect(done: (error?: Error) => void): void;
  execSqlBatch(request: NodeJS.EventEmitter): void;
  close(): void;
}
interface Tedious {
  Connection: new (options: object) => Connection;
  Request: new (
    text: string,
    done: (error: Error | null, rows: number) => void,
  ) => NodeJS.EventEmitter;
}

const TEXT = `select '${"sealwire ".repeat(50_000)}'`;
let servers: Record<"tds7" | "tds8", OwnServer>;

async function use(trust: Trust, protocol: "tds7" | "tds8", hook?: Connect): Promise<void> {
  const { Connection: TdsConnection, Request } = program<Tedious>("tedious");
  const { port } = servers[protocol];
  const encrypt = protocol === "tds7" ? true : "strict";
  const connector = async (): Promise<unknown> => {
    const socket = hook?.({
      ...{ host: "localhost", port, servername: "localhost", ALPNProtocols: ["tds/8.0"] },
      ...trust,
    });
    if (socket !== undefined) await once(socket, "secureConnect");
    return socket;
  };
  const connection = new TdsConnection({
    server: "localhost",
    authentication: {
      type: "default",
      options: { userName: USER.name, password: USER.password },
    },
    options: {
      port,
      encrypt,
      trustServerCertificate: false,
      cryptoCredentialsDetails: trust,
      connectTimeout: 10_000,
      ...(hook === undefined ? {} : { connector, encrypt: false, port: undefined }),
    },
  });
  const over = once(connection, "end");
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    const rows: unknown[][] = [];
    await new Promise<void>((resolve, reject) => {
      const request = new Request(TEXT, (error) => (error ? reject(error) : resolve()));
      request.on("row", (columns: { value: unknown }[]) =>
        rows.push(columns.map(({ value }) => value)),
      );
      connection.execSqlBatch(request);
    });
    assert.equal(rows, [[TEXT.length, TEXT]]);
  } finally {
    connection.close();
    await over;
  }
}

const tests = overSealwire("tedious", async () => {
  servers = { tds7: await tds(false), tds8: await tds(true) };
  return async () => {
    await servers.tds7.stop();
    await servers.tds8.stop();
  };
}, [
  // The client does not offer TLS 1.3 here.
  { name: "TDS 7.4", versions: ["TLSv1.2"], use: (trust) => use(trust, "tds7") },
  { name: "TDS 8", use: (trust) => use(trust, "tds8") },
  { name: "TDS 8 by connector", byHook: true, use: (trust, hook) => use(trust, "tds8", hook) },
]);
tests.run();
