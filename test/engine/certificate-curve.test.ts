/**
 * TLS 1.2: the client's groups are also the curves that it takes in ECDSA certificates (RFC 8422 §5.1.1).
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Sspi } from "../../src/api/compose.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { type IdentityName, identity } from "../support/identities.ts";
import { acquire, functionsOf, SspiSession, SspiSide } from "../support/sspi-session.ts";

const SUITES = CIPHER_SUITES.filter((row) => row.version === TLS12 && row.enabledByDefault).map(
  ({ code }) => code,
);
const code = (name: string): number => NAMED_GROUPS.find((row) => row.name === name)?.code ?? 0;

function connect(
  functions: Sspi,
  groups: readonly string[],
  identities: readonly IdentityName[],
): SspiSession {
  const supportedGroups = groups.map(code);
  const session = new SspiSession(
    new SspiSide(
      functions,
      "client",
      acquire(functions, "client", { sealwire: { cipherSuites: SUITES, supportedGroups } }),
    ),
    new SspiSide(
      functions,
      "server",
      acquire(functions, "server", {
        paCred: identities.map(identity),
        sealwire: { cipherSuites: SUITES },
      }),
    ),
  );
  session.handshake();
  return session;
}

for (const provider of PROVIDERS) {
  const tests = suite(`engine: curves of certificates in TLS 1.2, ${provider.name}`);
  const functions = functionsOf(provider);

  tests("a certificate on a curve that is not listed is not used", () => {
    const { server } = connect(functions, ["x25519"], ["p256"]);
    assert.is(server.error?.reason, "NoCommonCipherSuite");
    assert.is(server.error?.alertSent?.name, "handshake_failure");
  });

  tests("the next certificate is used", () => {
    const { client } = connect(functions, ["x25519", "secp384r1"], ["p256", "rsa"]);
    assert.is(client.error, null);
    assert.is(client.connection().group, code("x25519"));
    assert.is(client.connection().peerSignatureScheme, 0x0804);
  });

  tests("Ed25519 is no such curve", () => {
    const { client } = connect(functions, ["secp256r1"], ["ed25519"]);
    assert.is(client.error, null);
    assert.is(client.connection().peerSignatureScheme, 0x0807);
  });

  tests.run();
}
