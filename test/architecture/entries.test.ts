/**
 * The two forms of the entry `sealwire` are one: the same names, but for what only Node has, and every function that is
 * wired is exported.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as portable from "../../src/index.ts";
import * as node from "../../src/node-index.ts";
import * as nodeWeb from "../../src/node-web.ts";
import { portableProvider } from "../../src/providers/portable/provider.ts";
import * as web from "../../src/web.ts";
import { createSspi } from "../../src/wiring/sspi.ts";

/** Trust stores that the runtime or the system brings along. */
const NODE_ONLY = ["defaultTrustStore", "systemTrustStore"];

const entries = suite("architecture: entries");

entries("the entry for Node has the names of the portable one, and its trust stores", () => {
  assert.equal(Object.keys(node).sort(), [...Object.keys(portable), ...NODE_ONLY].sort());
});

entries("the entry for streams has the same names in Node and elsewhere", () => {
  assert.equal(Object.keys(nodeWeb).sort(), Object.keys(web).sort());
});

entries("every wired function is exported by both", () => {
  const functions = Object.keys(createSspi(portableProvider));
  assert.ok(functions.length > 0);
  for (const name of functions)
    assert.ok(name in portable && name in node, `${name} is wired and not exported`);
});

entries.run();
