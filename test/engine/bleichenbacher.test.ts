/**
 * Static RSA in TLS 1.2: whatever a client sends as its encrypted premaster secret, a server that cannot read it answers in one
 * way, at the same place, with the same alert (RFC 5246 §7.4.7.1). Both providers.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { encodeClientKeyExchange } from "../../src/wire/key-exchange-12.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { configuration } from "../support/configurations.ts";
import { change } from "../support/edits.ts";
import { AttackRun } from "../support/malicious-peer.ts";
import { encryptedBlocks } from "../support/rsa-blocks.ts";

const { right, wrong } = encryptedBlocks(nodeProvider);

for (const provider of PROVIDERS) {
  const tests = suite(`engine: Bleichenbacher, ${provider.name}`);

  const meet = (share: Uint8Array | null): AttackRun => {
    const rsa = {
      versions: [TLS12],
      cipherSuites: CIPHER_SUITES.filter((row) => row.keyExchange === "rsa"),
    } as const;
    const edit =
      share === null
        ? undefined
        : change(HandshakeType.ClientKeyExchange, () =>
            encodeClientKeyExchange("rsa", { identity: null, share }),
          );
    return new AttackRun(
      "server",
      {
        client: configuration("client", rsa),
        server: configuration("server", {
          ...rsa,
          provider,
          identities: ["rsa"],
        }),
      },
      edit,
    ).run();
  };

  tests("an honest client gets in", () => {
    const { victim } = meet(null);
    assert.is(victim.failure, null);
    assert.ok(victim.connected);
  });

  tests("all blocks that cannot be read look the same", () => {
    const answers = new Set<string>();
    // Even a block that can be read looks so, for its secret is not the one of Finished.
    for (const share of [right, ...Object.values(wrong)]) {
      const { victim, impostor } = meet(share);
      const { failure } = victim;
      answers.add(JSON.stringify([failure?.reason, failure?.message, impostor.alerts]));
    }
    assert.equal(
      [...answers],
      [JSON.stringify(["BadRecordMac", "the authentication tag of a record is wrong", [[2, 20]]])],
    );
  });

  tests.run();
}
