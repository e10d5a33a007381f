/**
 * undici, by the swap and by the hook of its Agent.
 */
import * as assert from "uvu/assert";
import { type Connect, overSealwire, program, type Trust } from "./kit.ts";
import { type OwnServer, USER } from "./own-server.ts";
import { web } from "./own-servers.ts";

interface Undici {
  Agent: new (options: object) => { close(): Promise<void> };
  fetch(url: string, options: object): Promise<{ text(): Promise<string>; status: number }>;
}

const LARGE = "sealwire ".repeat(100_000);
const AUTHORIZATION = `Basic ${Buffer.from(`${USER.name}:${USER.password}`).toString("base64")}`;
let server: OwnServer;

async function use(trust: Trust, hook?: Connect): Promise<void> {
  const { Agent, fetch } = program<Undici>("undici");
  const connect =
    hook === undefined
      ? trust
      : ({ port }: { port: string }, done: (error: Error | null, socket?: object) => void) => {
          const options = { host: "localhost", port: Number(port), servername: "localhost" };
          const socket = hook({ ...options, ...trust });
          socket.once("secureConnect", () => done(null, socket));
          socket.once("error", (error) => done(error));
        };
  const dispatcher = new Agent({ connect, connections: 1 });
  try {
    for (const body of ["small", LARGE, "small again"]) {
      const response = await fetch(`https://localhost:${server.port}/`, {
        ...{ dispatcher, method: "POST", body, headers: { authorization: AUTHORIZATION } },
      });
      assert.equal([response.status, await response.text()], [200, body]);
    }
  } finally {
    await dispatcher.close();
  }
}

const tests = overSealwire("undici", async () => {
  server = await web();
  return () => server.stop();
}, [
  { name: "options of connect", use: (trust) => use(trust) },
  { name: "a function for connect", byHook: true, use },
]);
tests.run();
