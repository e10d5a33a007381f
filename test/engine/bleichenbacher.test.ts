/**
 * Static RSA in TLS 1.2: whatever a client sends as its encrypted premaster secret, a server that cannot read it answers in one
 * way, at the same place, with the same alert (RFC 5246 §7.4.7.1). Both providers.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createCertificateServices } from "../../src/pki/certificate-services.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { encodeClientKeyExchange } from "../../src/wire/key-exchange-12.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { configuration } from "../support/configurations.ts";
import { change } from "../support/edits.ts";
import { identity } from "../support/identities.ts";
import { Encounter } from "../support/impostor.ts";
import { premasterBlock } from "../support/rsa-blocks.ts";

const SIZE = 256;
const PREMASTER = 48;
const key = createCertificateServices(nodeProvider).readLeaf(
  identity("rsa").chain[0] ?? new Uint8Array(0),
).publicKey;

/** PKCS#1 v1.5 of a premaster secret that begins with a version, then changed. */
function encrypted(how: (block: Uint8Array) => void): Uint8Array {
  const block = premasterBlock(SIZE, PREMASTER, TLS12);
  how(block);
  const share = key.rsaPublic?.(block);
  if (share == null) throw new Error("the block is no number below the modulus");
  return share;
}

const SEPARATOR = SIZE - PREMASTER - 1;

const SHARES: Readonly<Record<string, Uint8Array>> = {
  "right, but of another secret": encrypted(() => {}),
  "another version": encrypted((block) => block.set([3, 2], SEPARATOR + 1)),
  "version of TLS 1.3": encrypted((block) => block.set([3, 4], SEPARATOR + 1)),
  "another block type": encrypted((block) => block.set([1], 1)),
  "no leading zero": encrypted((block) => block.set([1], 0)),
  "no separator": encrypted((block) => block.set([7], SEPARATOR)),
  "separator too early": encrypted((block) => block.set([0], 20)),
  "separator in the first eight bytes": encrypted((block) => block.set([0], 5)),
  "secret of 47 bytes": encrypted((block) => block.set([9, 0], SEPARATOR)),
  "nothing but zeros": new Uint8Array(SIZE),
  one: new Uint8Array(SIZE).fill(1, SIZE - 1),
  "above the modulus": new Uint8Array(SIZE).fill(0xff),
  short: new Uint8Array(SIZE - 1).fill(7),
  "very short": Uint8Array.of(1),
  long: new Uint8Array(SIZE + 1).fill(7),
  empty: new Uint8Array(0),
};

for (const provider of PROVIDERS) {
  const tests = suite(`engine: Bleichenbacher, ${provider.name}`);

  const meet = (share: Uint8Array | null): Encounter => {
    const rsa = {
      versions: [TLS12],
      cipherSuites: CIPHER_SUITES.filter((row) => row.keyExchange === "rsa"),
    } as const;
    const edit =
      share === null
        ? undefined
        : change(HandshakeType.ClientKeyExchange, () => encodeClientKeyExchange("rsa", share));
    return new Encounter(
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
    for (const share of Object.values(SHARES)) {
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
