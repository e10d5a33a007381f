/**
 * Functions and stores of the options of `sealwire/web` that never answer: within `helperTimeout` the session goes on without what
 * is optional, and `onWarning` is told; what is needed ends it with one clear error.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SecureOptions } from "../../src/entries/streams.ts";
import { pair } from "./web-kit.ts";

const tests = suite("web: helpers that never answer");
const never = (): Promise<never> => new Promise(() => {});
const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

/** One line goes through a session. */
async function through(client: SecureOptions, server: SecureOptions): Promise<string> {
  const both = pair(client, server);
  await Promise.all([both.client.opened, both.server.opened]);
  const writer = both.client.writable.getWriter();
  void writer.write(new TextEncoder().encode("a line"));
  const { value } = await both.server.readable.getReader().read();
  return new TextDecoder().decode(value);
}

for (const version of VERSIONS) {
  for (const role of ["client", "server"] as const) {
    const needed = role === "client" ? "verifyPeer" : "selectCredential";
    tests(`${version}: ${needed}, ${role}: both ends fail with one error`, async () => {
      const slow = { helperTimeout: 20, versions: [version], [needed]: never } as SecureOptions;
      const { client, server } = pair(
        ...((role === "client" ? [slow, {}] : [{}, slow]) as [SecureOptions, SecureOptions]),
      );
      const ends = [client.opened, client.closed, server.opened, server.closed];
      const errors = await Promise.all(
        ends.map((end) =>
          end.then(
            () => null,
            (error: Error) => error,
          ),
        ),
      );
      const [mine, peer] = role === "client" ? [errors[0], errors[2]] : [errors[2], errors[0]];
      assert.match(
        mine?.message ?? "",
        new RegExp(`^${needed} failed: no answer came within 20 ms \\(helperTimeout\\)$`),
      );
      assert.is((mine as { reason?: string }).reason, "HelperFailed");
      assert.ok(peer instanceof Error);
    });
  }

  tests(`${version}: a session store: the session goes on, and onWarning is told`, async () => {
    const told: string[] = [];
    const slow = (): SecureOptions => ({
      helperTimeout: 20,
      versions: [version],
      sessionStore: { get: never, set: never, delete: never },
      onWarning: ({ message }) => told.push(message),
    });
    assert.is(await through(slow(), slow()), "a line");
    for (let turn = 0; told.length === 0 && turn < 1000; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.ok(told.length > 0);
    for (const message of told)
      assert.match(message, /^sessionStore\.\w+ failed: no answer came within 10 ms/);
  });
}

tests.run();
