/**
 * TLS 1.2: the client's groups are also the curves that it takes in ECDSA certificates (RFC 8422 §5.1.1).
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import type { Sspi } from "../../src/wiring/sspi.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { acquire, FaceSession, FaceSide, faceOf } from "../support/face-session.ts";
import { type IdentityName, identity } from "../support/identities.ts";

const SUITES = CIPHER_SUITES.filter((row) => row.version === TLS12 && row.enabledByDefault).map(
  ({ code }) => code,
);
const code = (name: string): number => NAMED_GROUPS.find((row) => row.name === name)?.code ?? 0;

function connect(
  face: Sspi,
  groups: readonly string[],
  identities: readonly IdentityName[],
): FaceSession {
  const supportedGroups = groups.map(code);
  const session = new FaceSession(
    new FaceSide(
      face,
      "client",
      acquire(face, "client", { sealwire: { cipherSuites: SUITES, supportedGroups } }),
    ),
    new FaceSide(
      face,
      "server",
      acquire(face, "server", {
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
  const face = faceOf(provider);

  tests("a certificate on a curve that is not listed is not used", () => {
    const { server } = connect(face, ["x25519"], ["p256"]);
    assert.is(server.error?.reason, "NoCommonCipherSuite");
    assert.is(server.error?.alertSent?.name, "handshake_failure");
  });

  tests("the next certificate is used", () => {
    const { client } = connect(face, ["x25519", "secp384r1"], ["p256", "rsa"]);
    assert.is(client.error, null);
    assert.is(client.connection().group, code("x25519"));
    assert.is(client.connection().peerSignatureScheme, 0x0804);
  });

  tests("Ed25519 is no such curve", () => {
    const { client } = connect(face, ["secp256r1"], ["ed25519"]);
    assert.is(client.error, null);
    assert.is(client.connection().peerSignatureScheme, 0x0807);
  });

  tests.run();
}
