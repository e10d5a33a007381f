/**
 * The onlooker on recorded connections of OpenSSL: with the key log every record opens, without it nothing fails.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromHex, fromLatin1 } from "../../src/bytes/text.ts";
import { type WireEvent, WireView } from "../../src/cli/wire-view.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { type RecordedConnection, SCENARIOS } from "../support/openssl-traces.ts";

const onlooker = suite("cli: wire view");

const CONNECTIONS = SCENARIOS.flatMap(({ id, connections }) =>
  connections.map((connection, index) => ({ name: `${id}, ${index}`, connection })),
);

/** What the clients of the recordings say; the last one says it in early data. */
const SAID = /hello conformance|early data/;

/** Everything that a connection held; `chunk` bytes at a time. */
function watch(
  connection: RecordedConnection,
  keylog: readonly string[],
  chunk = 1e6,
): WireEvent[] {
  const view = new WireView(nodeProvider);
  for (const line of keylog) view.keyLog(line);
  const events: WireEvent[] = [];
  for (const { from, record } of connection.records) {
    const bytes = fromHex(record);
    for (let at = 0; at < bytes.length; at += chunk)
      for (const { events: found } of view.push(from, bytes.subarray(at, at + chunk)))
        events.push(...found);
  }
  return events;
}

for (const { name, connection } of CONNECTIONS) {
  onlooker(`${name}: every record opens with the key log`, () => {
    const events = watch(connection, connection.keylog);
    assert.equal(
      events.filter((event) => event.kind === "unreadable"),
      [],
    );
    const said = events.filter((event) => event.kind === "data" && event.from === "client");
    assert.match(said.map((event) => fromLatin1(event.content)).join(""), SAID);
    const finished = events.filter((event) => event.name === "Finished");
    assert.equal(finished.map((event) => event.from).sort(), ["client", "server"]);
  });
}

onlooker("bytes in any pieces tell the same", () => {
  for (const { name, connection } of CONNECTIONS) {
    const whole = watch(connection, connection.keylog).map((event) => event.name);
    const pieces = watch(connection, connection.keylog, 7).map((event) => event.name);
    assert.equal(pieces, whole, name);
  }
});

onlooker("without the key log what is protected is called unreadable", () => {
  for (const { name, connection } of CONNECTIONS) {
    const events = watch(connection, []);
    assert.not(
      events.some((event) => event.kind === "data"),
      name,
    );
    assert.ok(
      events.some((event) => event.kind === "unreadable"),
      name,
    );
  }
});

onlooker("the key log of another session opens nothing", () => {
  const [first, second] = CONNECTIONS;
  assert.ok(first && second);
  const events = watch(first.connection, second.connection.keylog);
  assert.ok(events.some((event) => event.kind === "unreadable"));
});

onlooker.run();
