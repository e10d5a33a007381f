/**
 * `import tls from "sealwire/node"` takes the place of `import tls from "node:tls"`: the same names, together, and defaults that
 * a program can assign to.
 */
import { once } from "node:events";
import nodeTls from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import tls, * as names from "../../src/entries/node.ts";
import { careless, listening, OWN } from "./kit.ts";

/** Names of node:tls that are not built, each with the reason. */
const NOT_BUILT: Readonly<Record<string, string>> = {
  parseCertString: "deprecated in node:tls since Node 9",
};

const tests = suite("node: the default export");

tests("it has every name of the entry", () => {
  const named = Object.keys(names).filter((name) => name !== "default");
  assert.equal(Object.keys(tls).sort(), named.sort());
});

tests("it has every name of node:tls but those that are not built", () => {
  const missing = Object.keys(nodeTls).filter((name) => !(name in tls) && !(name in NOT_BUILT));
  assert.equal(missing, []);
});

tests("an assignment to a default holds for the next socket", async () => {
  const server = tls.createServer(OWN, (socket) => careless(socket));
  const port = await listening(server);
  const { DEFAULT_MAX_VERSION } = tls;
  try {
    tls.DEFAULT_MAX_VERSION = "TLSv1.2";
    assert.is(tls.DEFAULT_MAX_VERSION, "TLSv1.2");
    const socket = tls.connect({ port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert });
    await once(socket, "secureConnect");
    assert.is(socket.getProtocol(), "TLSv1.2");
    socket.destroy();
    assert.is(nodeTls.DEFAULT_MAX_VERSION, "TLSv1.3");
  } finally {
    tls.DEFAULT_MAX_VERSION = DEFAULT_MAX_VERSION;
    server.close();
  }
});

tests.run();
