/**
 * The two forms of the entry `sealwire` are one: the same names, but for what only Node has, and every function that is
 * wired is exported.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import * as packages from "../../src/entries/packages.ts";
import * as nodePackages from "../../src/entries/packages-node.ts";
import * as session from "../../src/entries/session.ts";
import * as nodeSession from "../../src/entries/session-node.ts";
import * as portable from "../../src/entries/sspi.ts";
import * as node from "../../src/entries/sspi-node.ts";
import * as web from "../../src/entries/streams.ts";
import * as nodeWeb from "../../src/entries/streams-node.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";

/** Trust stores that the runtime or the system brings along. */
const NODE_ONLY = ["defaultTrustStore", "systemTrustStore"];

const entries = suite("architecture: entries");

entries("the entry for Node has the names of the portable one, and its trust stores", () => {
  assert.equal(Object.keys(node).sort(), [...Object.keys(portable), ...NODE_ONLY].sort());
});

entries("the entry for streams has the same names in Node and elsewhere", () => {
  assert.equal(Object.keys(nodeWeb).sort(), Object.keys(web).sort());
});

entries("the entry for sessions has the same names in Node and elsewhere", () => {
  assert.equal(Object.keys(nodeSession).sort(), Object.keys(session).sort());
});

entries("the entry for packages has the same names in Node and elsewhere", () => {
  assert.equal(Object.keys(nodePackages).sort(), Object.keys(packages).sort());
});

entries("every wired function is exported by both", () => {
  const functions = Object.keys(createSspi(portableProvider));
  assert.ok(functions.length > 0);
  for (const name of functions)
    assert.ok(name in portable && name in node, `${name} is wired and not exported`);
});

entries.run();
