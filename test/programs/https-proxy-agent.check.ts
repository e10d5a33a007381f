/**
 * https-proxy-agent: node's https through a proxy that is asked by CONNECT, with TLS to the proxy or without.
 */
import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import { text } from "node:stream/consumers";
import * as assert from "uvu/assert";
import { OWN } from "../node/kit.ts";
import { esModule, listening, overSealwire, type Trust } from "./kit.ts";
import { type OwnServer, USER } from "./own-server.ts";
import { web } from "./own-servers.ts";

interface ProxyAgents {
  HttpsProxyAgent: new (url: string, options: object) => http.Agent;
}

const LARGE = "sealwire ".repeat(100_000);
let server: OwnServer;
const proxies = { http: 0, https: 0 };

async function use(trust: Trust, scheme: keyof typeof proxies): Promise<void> {
  const { HttpsProxyAgent } = await esModule<ProxyAgents>("https-proxy-agent");
  const agent = new HttpsProxyAgent(`${scheme}://localhost:${proxies[scheme]}`, trust);
  const auth = `${USER.name}:${USER.password}`;
  try {
    const options = { host: "localhost", port: server.port, method: "POST", agent, auth, ...trust };
    const request = https.request(options);
    request.end(LARGE);
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    assert.is(await text(response), LARGE);
  } finally {
    agent.destroy();
  }
}

const tests = overSealwire("https-proxy-agent", async () => {
  server = await web();
  const open = [http.createServer(), https.createServer(OWN)];
  for (const proxy of open) {
    proxy.on("connect", (_request: http.IncomingMessage, near: net.Socket) => {
      const far = net.connect(server.port, "127.0.0.1", () => {
        near.write("HTTP/1.1 200 Connection established\r\n\r\n");
        near.pipe(far).pipe(near);
      });
      for (const end of [near, far]) {
        end.on("error", () => undefined);
        end.on("close", () => {
          near.destroy();
          far.destroy();
        });
      }
    });
  }
  const [plain, secure] = open as [http.Server, https.Server];
  proxies.http = await listening(plain);
  proxies.https = await listening(secure);
  return async () => {
    await server.stop();
    for (const proxy of open) {
      const over = once(proxy, "close");
      proxy.close();
      proxy.closeAllConnections();
      await over;
    }
  };
}, [
  { name: "an HTTP proxy", use: (trust) => use(trust, "http") },
  { name: "an HTTPS proxy", resumed: [false, false], use: (trust) => use(trust, "https") },
]);
tests.run();
