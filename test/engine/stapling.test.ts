/**
 * OCSP stapling over the face, both versions (RFC 6066 §8, RFC 8446 §4.4.2.1): asked for by the client, sent if the server has a
 * response, handed to the verifier, shown as a fact; silence where one side does not take part.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toHex } from "../../src/bytes/text.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PAIRS } from "../providers/subjects.ts";
import { identity } from "../support/identities.ts";
import { pattern } from "../support/record-kit.ts";
import { makeSession, versionOnly } from "../support/sspi-session.ts";

const stapling = suite("engine: stapling");

const VERSIONS = [
  ["TLS 1.3", TLS13],
  ["TLS 1.2", TLS12],
] as const;

for (const [name, version] of VERSIONS) {
  const auth = versionOnly(version);

  for (const [first, second] of PAIRS) {
    stapling(
      `${name}, ${first.name}-${second.name}: the response reaches verifier and caller`,
      () => {
        const response = pattern(700);
        const seen: (string | null)[] = [];
        const session = makeSession(first, second, {
          client: {
            ...auth,
            sealwire: {
              verifyPeer: (_chain, { ocspResponse }) => {
                seen.push(ocspResponse === null ? null : toHex(ocspResponse));
                return { ok: true };
              },
            },
          },
          server: { ...auth, paCred: [{ ...identity("p256"), ocspResponse: response }] },
        });
        session.handshake();
        assert.is(status.statusName(session.client.last.status), "SEC_E_OK");
        assert.equal(seen, [toHex(response)]);
        assert.is(
          toHex(session.client.connection().peerOcspResponse ?? pattern(0)),
          toHex(response),
        );
        assert.is(session.server.connection().peerOcspResponse, null);
      },
    );

    stapling(`${name}, ${first.name}-${second.name}: a server without response sends none`, () => {
      const session = makeSession(first, second, { client: auth, server: auth });
      session.handshake();
      assert.is(status.statusName(session.client.last.status), "SEC_E_OK");
      assert.is(session.client.connection().peerOcspResponse, null);
    });
  }

  stapling(`${name}: a response of another certificate in the same list does not leak`, () => {
    const [first, second] = PAIRS[0] ?? [];
    if (first === undefined || second === undefined) throw new Error("no providers");
    const session = makeSession(first, second, {
      client: { ...auth, sealwire: { signatureSchemes: [0x0804, 0x0401] } },
      server: {
        ...auth,
        paCred: [{ ...identity("p256"), ocspResponse: pattern(9) }, identity("rsa")],
      },
    });
    session.handshake();
    assert.is(status.statusName(session.client.last.status), "SEC_E_OK");
    assert.is(session.client.connection().peerOcspResponse, null);
  });
}

stapling.run();
