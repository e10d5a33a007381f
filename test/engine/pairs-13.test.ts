/**
 * TLS 1.3 in memory over the face: suites, groups, signatures, providers of both sides and kinds of handshake, thinned out to
 * all pairs; data both ways through transports of one byte, odd pieces, and all at once.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enablePostQuantum } from "../../src/api/enable-post-quantum.ts";
import { toHex } from "../../src/bytes/text.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { SIGNATURE_SCHEMES, type SignatureScheme } from "../../src/protocol/signature-scheme.ts";
import { TLS13 } from "../../src/protocol/version.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { type IdentityName, identity } from "../support/identities.ts";
import { type Combination, pairwise, valuesMet } from "../support/pairwise.ts";
import { pattern } from "../support/record-kit.ts";
import { type Auth, acquire, functionsOf, SspiSession, SspiSide } from "../support/sspi-session.ts";

/** The identity that signs with a scheme in TLS 1.3. */
function identityFor(scheme: SignatureScheme): IdentityName {
  if (scheme.curve === "secp256r1") return "p256";
  if (scheme.curve === "secp384r1") return "p384";
  if (scheme.curve === "secp521r1") return "p521";
  return scheme.keyType === "ec" ? "p256" : (scheme.keyType as IdentityName);
}

const PARAMETERS = {
  suite: CIPHER_SUITES.filter((row) => row.version === TLS13),
  group: NAMED_GROUPS.filter((row) => row.tls13),
  scheme: SIGNATURE_SCHEMES.filter((row) => row.tls13),
  client: [nodeProvider, portableProvider],
  server: [nodeProvider, portableProvider],
  kind: [
    "full",
    "psk",
    "client certificate",
    "retry",
    "retry with psk",
    "key updates",
    "psk with client certificate",
  ],
  chunk: [1, 7, 1000, 100_000],
} as const;

enablePostQuantum();

const COMBINATIONS = pairwise(
  PARAMETERS,
  ({ group, client, server }) =>
    client.keyAgreement(group.name) !== null && server.keyAgreement(group.name) !== null,
);

const other = (code: number): number => (code === 0x001d ? 0x0017 : 0x001d);

const tests = suite("engine: TLS 1.3 in memory");

for (const combination of COMBINATIONS) {
  const { suite: row, group, scheme, client, server, kind, chunk } = combination;
  const title = `${row.name} ${group.name} ${scheme.name} ${client.name}-${server.name} ${kind} ${chunk}`;
  tests(title, () => connect(combination));
}

function connect(combination: Combination<typeof PARAMETERS>): void {
  const { suite: row, group, scheme, client, server, kind, chunk } = combination;
  const mutual = kind.includes("client certificate");
  const retry = kind.includes("retry");
  const own = [identity(identityFor(scheme))];
  const algorithms = { cipherSuites: [row.code], signatureSchemes: [scheme.code] };
  const clientAuth: Auth = {
    ...(mutual ? { paCred: own } : {}),
    sealwire: {
      ...algorithms,
      supportedGroups: retry ? [other(group.code), group.code] : [group.code],
    },
  };
  const serverAuth: Auth = {
    paCred: own,
    sealwire: {
      ...algorithms,
      supportedGroups: [group.code],
      requireClientCertificate: mutual,
    },
  };
  const faces = { client: functionsOf(client), server: functionsOf(server) };
  const credentials = {
    client: acquire(faces.client, "client", clientAuth),
    server: acquire(faces.server, "server", serverAuth),
  };
  for (const resumed of kind.includes("psk") ? [false, true] : [false]) {
    const session = new SspiSession(
      new SspiSide(faces.client, "client", credentials.client, { chunk, alpn: ["h2"] }),
      new SspiSide(faces.server, "server", credentials.server, {
        chunk,
        alpn: ["h2"],
        contextReq: mutual ? flags.ASC_REQ_MUTUAL_AUTH : 0,
      }),
    );
    session.handshake();
    for (const side of [session.client, session.server]) {
      assert.is(side.error, null, side.error?.message ?? "");
      assert.is(status.statusName(side.last.status), "SEC_E_OK", side.role);
    }
    exchange(session, chunk);
    if (kind === "key updates") updateKeys(session, chunk);
    const facts = [session.client.connection(), session.server.connection()] as const;
    for (const fact of facts) {
      assert.equal(
        [fact.version, fact.cipherSuite, fact.group, fact.resumed, fact.alpnProtocol],
        [TLS13, row.code, group.code, resumed, "h2"],
      );
      assert.is(fact.helloRetryRequest, retry);
      assert.is(fact.serverName, "localhost");
    }
    if (!resumed) {
      const signer = mutual ? scheme.code : null;
      assert.equal(facts[0].peerSignatureScheme, scheme.code);
      assert.equal(facts[0].ownSignatureScheme, signer);
      assert.equal(facts[1].ownSignatureScheme, scheme.code);
      assert.equal(facts[1].peerSignatureScheme, signer);
    }
    assert.is(toHex(session.client.exported()), toHex(session.server.exported()));
    assert.is(session.client.exported().length, 40);
    session.client.functions.deleteSecurityContext(session.client.handle);
    session.server.functions.deleteSecurityContext(session.server.handle);
  }
}

/** Data both ways, the client's first; the server's ticket comes on the way. */
function exchange(session: SspiSession, chunk: number): void {
  const length = chunk === 1 ? 100 : 20_000;
  for (const from of ["client", "server", "client"] as const) {
    const content = pattern(length, from.length);
    assert.is(toHex(session.send(from, content)), toHex(content), `data of the ${from}`);
  }
}

function updateKeys(session: SspiSession, chunk: number): void {
  for (const from of ["client", "server"] as const) {
    for (const requestPeer of [false, true]) {
      const side = session[from];
      assert.is(side.functions.requestKeyUpdate(side.handle, { requestPeer }), status.SEC_E_OK);
      session.carry(from, side.step());
      exchange(session, chunk);
    }
  }
}

tests("every value met both providers in both roles", () => {
  const sizes = Object.entries(PARAMETERS).map(([name, values]) => [name, values.length] as const);
  for (const role of ["client", "server"] as const)
    for (const provider of PARAMETERS[role]) {
      const mine = COMBINATIONS.filter((combination) => combination[role] === provider);
      const groups = PARAMETERS.group.filter(({ name }) => provider.keyAgreement(name) !== null);
      assert.equal(valuesMet(mine), {
        ...Object.fromEntries(sizes),
        [role]: 1,
        group: groups.length,
      });
    }
});

tests.run();
