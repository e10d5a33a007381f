/**
 * axios with node's https.Agent, by the swap and by the agent's createConnection.
 */
import { Agent } from "node:https";
import * as assert from "uvu/assert";
import { type Connect, overSealwire, program, type Trust } from "./kit.ts";
import { type OwnServer, USER } from "./own-server.ts";
import { web } from "./own-servers.ts";

interface Axios {
  post(url: string, body: string, options: object): Promise<{ status: number; data: string }>;
}

const LARGE = "sealwire ".repeat(100_000);
let server: OwnServer;

async function use(trust: Trust, hook?: Connect): Promise<void> {
  const { default: axios } = program<{ default: Axios }>("axios");
  const httpsAgent = new Agent({ keepAlive: true, maxSockets: 1, ...trust });
  if (hook !== undefined) {
    const createConnection = (): unknown =>
      hook({ host: "localhost", port: server.port, servername: "localhost", ...trust });
    Object.assign(httpsAgent, { createConnection });
  }
  const auth = { username: USER.name, password: USER.password };
  try {
    for (const body of ["small", LARGE]) {
      const { status, data } = await axios.post(`https://localhost:${server.port}/`, body, {
        ...{ httpsAgent, auth, proxy: false, responseType: "text" },
      });
      assert.equal([status, data], [200, body]);
    }
  } finally {
    httpsAgent.destroy();
  }
}

const tests = overSealwire("axios", async () => {
  server = await web();
  return () => server.stop();
}, [
  { name: "https.Agent", use: (trust) => use(trust) },
  { name: "createConnection", byHook: true, use },
]);
tests.run();
