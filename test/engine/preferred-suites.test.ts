/**
 * Which suite is taken where nobody names one: the server's first, and which that is its provider says. AES by tables comes
 * after ChaCha20-Poly1305.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { PAIRS } from "../providers/subjects.ts";
import { identity } from "../support/identities.ts";
import {
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const suites = suite("engine: preferred suites");

const CASES = [
  { version: TLS13, aes: 0x1302, chacha: 0x1303 },
  { version: TLS12, aes: 0xc02c, chacha: 0xcca9 },
];

for (const [clientProvider, serverProvider] of PAIRS) {
  for (const { version, aes, chacha } of CASES) {
    const negotiated = (named: readonly number[] | null): number | null => {
      const [client, server] = [functionsOf(clientProvider), functionsOf(serverProvider)];
      const auth = { ...versionOnly(version), sealwire: { cipherSuites: named } };
      const own = { ...auth, paCred: [identity("p256")] };
      const session = new SspiSession(
        new SspiSide(client, "client", acquire(client, "client", auth)),
        new SspiSide(server, "server", acquire(server, "server", own)),
      );
      session.handshake();
      return session.client.connection().cipherSuite;
    };

    suites(`${clientProvider.name} to ${serverProvider.name}, ${version.toString(16)}`, () => {
      assert.is(negotiated(null), serverProvider.name === "node" ? aes : chacha);
      assert.is(negotiated([aes, chacha]), aes);
      assert.is(negotiated([chacha, aes]), chacha);
    });
  }
}

suites.run();
