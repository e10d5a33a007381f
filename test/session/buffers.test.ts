/**
 * Node's Buffers where bytes are given: their `slice` is no copy, so the core must not mistake it for one.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { ENTRIES, type End, pair, pattern } from "./session-pair.ts";

const memory = suite("transports: Buffers");

/** Delivers as Buffers. */
function asBuffers(end: End): void {
  end.deliver = (bytes) => end.other?.pump.receive(Buffer.from(bytes));
}

for (const { name, entry } of ENTRIES) {
  for (const version of [TLS12, TLS13] as const) {
    memory(
      `${name}, ${version === TLS12 ? "TLS 1.2" : "TLS 1.3"}: sessions kept as Buffers`,
      () => {
        let kept: Buffer | null = null;
        const sessionStore = {
          get: () => kept && Buffer.from(kept),
          set: (_key: string, value: Uint8Array) => {
            kept = Buffer.from(value);
          },
          delete: () => undefined,
        };
        const first = pair(entry, version, { client: { sealwire: { sessionStore } } });
        for (const end of [first.client, first.server]) asBuffers(end);
        first.client.pump.start();
        assert.equal([first.client.events, first.server.events], [["secure"], ["secure"]]);
        const ticketed = pair(entry, version, { client: { sealwire: { sessionStore } } });
        ticketed.server = first.server.again();
        ticketed.client.other = ticketed.server;
        ticketed.server.other = ticketed.client;
        for (const end of [ticketed.client, ticketed.server]) asBuffers(end);
        ticketed.client.pump.start();
        assert.equal(ticketed.client.error ?? ticketed.server.error, null);
        assert.is(ticketed.client.pump.connection?.resumed, true);
        const exported = ticketed.client.pump.exportKeyingMaterial(
          16,
          "EXPORTER-a",
          Buffer.alloc(3),
        );
        assert.equal(
          [...exported],
          [...ticketed.server.pump.exportKeyingMaterial(16, "EXPORTER-a", pattern(3).fill(0))],
        );
      },
    );
  }
}

memory.run();
