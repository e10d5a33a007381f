/**
 * got, by its options for https over swapped names and by the createConnection of its agent. It is loaded before
 * anything is swapped: its http2-wrapper takes a class out of node's own TLSSocket.
 */
import { Agent } from "node:https";
import * as assert from "uvu/assert";
import { type Connect, esModule, overSealwire, type Trust } from "./kit.ts";
import { type OwnServer, USER } from "./own-server.ts";
import { web } from "./own-servers.ts";

interface Got {
  post(url: string, options: object): Promise<{ statusCode: number; body: string }>;
}

const LARGE = "sealwire ".repeat(100_000);
let server: OwnServer;
let got: Got;

async function use({ ca, ...versions }: Trust, hook?: Connect): Promise<void> {
  const trust = ca === undefined ? versions : { ca, ...versions };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  if (hook !== undefined) {
    const createConnection = (): unknown =>
      hook({ host: "localhost", port: server.port, servername: "localhost", ...trust });
    Object.assign(agent, { createConnection });
  }
  const authorities = ca === undefined ? {} : { certificateAuthority: ca };
  const options = {
    ...{ username: USER.name, password: USER.password, retry: { limit: 0 } },
    agent: { https: agent },
    ...(hook === undefined ? { https: { ...authorities, ...versions } } : {}),
  };
  try {
    for (const body of ["small", LARGE]) {
      const url = `https://localhost:${server.port}/`;
      const answer = await got.post(url, { ...options, body });
      assert.equal([answer.statusCode, answer.body], [200, body]);
    }
  } finally {
    agent.destroy();
  }
}

const tests = overSealwire("got", async () => {
  got = (await esModule<{ default: Got }>("got")).default;
  server = await web();
  return () => server.stop();
}, [
  { name: "options for https", use: (trust) => use(trust) },
  { name: "createConnection", byHook: true, use },
]);
tests.run();
