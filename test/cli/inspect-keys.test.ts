/**
 * `sealwire inspect` on sessions of TLS 1.2 by keys agreed on outside TLS: names, hints and shares are shown, and with the key
 * log everything opens.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { utf8 } from "../../src/bytes/text.ts";
import { explain } from "../../src/cli/inspect/messages.ts";
import { WireView } from "../../src/cli/wire-view.ts";
import { cipherSuite, cipherSuiteName } from "../../src/protocol/cipher-suite.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { keysFor } from "../support/pre-shared-keys.ts";
import { pattern } from "../support/record-kit.ts";
import { makeSession } from "../support/sspi-session.ts";

const inspect = suite("cli: inspect, keys agreed on outside TLS");

const ROWS: readonly (readonly [
  code: number,
  server: readonly string[],
  client: readonly string[],
])[] = [
  [0x00a8, ["psk_identity_hint"], ["psk_identity"]],
  [0xd001, ["psk_identity_hint", "named_curve", "public"], ["psk_identity", "public"]],
  [0x00aa, ["psk_identity_hint", "dh_p", "dh_g", "dh_Ys"], ["psk_identity", "public"]],
];

for (const [code, server, client] of ROWS) {
  inspect(cipherSuiteName(code), () => {
    const row = cipherSuite(code);
    assert.ok(row);
    const view = new WireView(nodeProvider);
    const algorithms = { cipherSuites: [code] };
    const session = makeSession(nodeProvider, nodeProvider, {
      client: {
        sealwire: {
          ...algorithms,
          ...keysFor(row, "client"),
          keyLog: (line) => view.keyLog(line),
        },
      },
      server: {
        sealwire: {
          ...algorithms,
          ...keysFor(row, "server"),
          preSharedKeyHint: utf8("meters"),
        },
      },
    });
    session.handshake();
    assert.equal(session.send("client", pattern(100)), pattern(100));
    const events = session.flights
      .flatMap(({ from, bytes }) => view.push(from, bytes))
      .flatMap((found) => found.events);
    assert.not(events.some((event) => event.kind === "unreadable"));
    const fieldsOf = (name: string): readonly string[] =>
      events
        .filter((event) => event.name === name)
        .flatMap((event) => explain(event).map((field) => field.name));
    assert.equal(fieldsOf("ServerKeyExchange"), server);
    assert.equal(fieldsOf("ClientKeyExchange"), client);
    const data = events.find((event) => event.kind === "data");
    assert.equal(data?.content, pattern(100));
  });
}

inspect.run();
