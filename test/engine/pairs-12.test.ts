/**
 * TLS 1.2 in memory over the face: suites, groups, signatures, providers of both sides and kinds of handshake, thinned out to
 * all pairs; data both ways through transports of one byte, odd pieces, and all at once.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toHex } from "../../src/bytes/text.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { NAMED_GROUPS } from "../../src/protocol/named-group.ts";
import { SIGNATURE_SCHEMES, signatureScheme } from "../../src/protocol/signature-scheme.ts";
import { TLS12 } from "../../src/protocol/version.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { type IdentityName, identity } from "../support/identities.ts";
import { type Combination, pairwise, valuesMet } from "../support/pairwise.ts";
import { pattern } from "../support/record-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  type SideOptions,
  SspiSession,
  SspiSide,
} from "../support/sspi-session.ts";

/** A key and a scheme that it signs with: in TLS 1.2 any curve goes with any hash. */
interface Signer {
  readonly name: IdentityName;
  readonly scheme: number;
}

const SIGNERS: readonly Signer[] = SIGNATURE_SCHEMES.filter((row) => row.tls12).flatMap(
  ({ code, keyType }) =>
    (keyType === "ec" ? (["p256", "p384", "p521"] as const) : [keyType]).map((name) => ({
      name,
      scheme: code,
    })),
);

const isRsa = ({ name }: Signer): boolean => name.startsWith("rsa");

const PARAMETERS = {
  suite: CIPHER_SUITES.filter((row) => row.version === TLS12 && row.authentication !== "psk"),
  group: NAMED_GROUPS.filter((row) => row.tls12),
  signer: SIGNERS,
  client: [nodeProvider, portableProvider],
  server: [nodeProvider, portableProvider],
  kind: ["full", "ticket", "session id", "client certificate", "renegotiation"],
  encryptThenMac: [true, false],
  chunk: [1, 7, 1000, 100_000],
} as const;

const COMBINATIONS = pairwise(PARAMETERS, (combination) => {
  const { suite: row, group, signer, client, server, encryptThenMac } = combination;
  if (client.keyAgreement(group.name) === null) return false;
  if (server.keyAgreement(group.name) === null) return false;
  if (isRsa(signer) !== (row.authentication === "rsa")) return false;
  if (!encryptThenMac && row.mac === null) return false;
  // Static RSA signs nothing and agrees on nothing: one signer and one group stand for all.
  if (row.keyExchange === "rsa") return signer.scheme === 0x0401 && group.code === 0x001d;
  return (row.keyExchange === "dhe") === (group.kind === "finite-field");
});

const tests = suite("engine: TLS 1.2 in memory");

for (const combination of COMBINATIONS) {
  const { suite: row, group, signer, client, server, kind, encryptThenMac, chunk } = combination;
  const scheme = `${signer.name}/${signatureScheme(signer.scheme)?.name}`;
  const mac = encryptThenMac ? "" : " without encrypt-then-MAC";
  tests(
    `${row.name} ${group.name} ${scheme} ${client.name}-${server.name} ${kind}${mac} ${chunk}`,
    () => connect(combination),
  );
}

function connect(combination: Combination<typeof PARAMETERS>): void {
  const { suite: row, group, signer, client, server, kind, encryptThenMac, chunk } = combination;
  const mutual = kind === "client certificate";
  const own = [identity(signer.name)];
  const algorithms = {
    cipherSuites: [row.code],
    signatureSchemes: [signer.scheme],
    supportedGroups: [group.code],
    encryptThenMac,
  };
  const clientAuth: Auth = {
    ...(mutual ? { paCred: own } : {}),
    sealwire: { ...algorithms, supportedGroups: clientGroups(combination) },
  };
  const serverAuth: Auth = {
    paCred: own,
    sealwire: {
      ...algorithms,
      requireClientCertificate: mutual,
      allowRenegotiation: true,
      ticketCount: kind === "session id" ? 0 : 1,
    },
  };
  const faces = { client: functionsOf(client), server: functionsOf(server) };
  const credentials = {
    client: acquire(faces.client, "client", clientAuth),
    server: acquire(faces.server, "server", serverAuth),
  };
  const common: SideOptions = { chunk, alpn: ["h2"] };
  for (const resumed of kind === "ticket" || kind === "session id" ? [false, true] : [false]) {
    const session = new SspiSession(
      new SspiSide(faces.client, "client", credentials.client, common),
      new SspiSide(faces.server, "server", credentials.server, {
        ...common,
        contextReq: mutual ? flags.ASC_REQ_MUTUAL_AUTH : 0,
      }),
    );
    session.handshake();
    checkReady(session);
    exchange(session, chunk);
    if (kind === "renegotiation") renegotiate(session, chunk);
    checkFacts(session, combination, resumed);
    assert.is(toHex(session.client.exported()), toHex(session.server.exported()));
    session.client.functions.deleteSecurityContext(session.client.handle);
    session.server.functions.deleteSecurityContext(session.server.handle);
  }
}

/** A client also lists the curve of the certificate (RFC 8422 §5.1.1); the server has one group only. */
function clientGroups({ group, signer }: Combination<typeof PARAMETERS>): number[] {
  const curve = NAMED_GROUPS.find(({ name }) => name === signer.name.replace(/^p(.*)/, "secp$1r1"));
  return [...new Set([group.code, ...(curve === undefined ? [] : [curve.code])])];
}

function checkReady(session: SspiSession): void {
  for (const side of [session.client, session.server]) {
    assert.is(side.error, null, `${side.role}: ${side.error?.message ?? ""}`);
    assert.is(status.statusName(side.last.status), "SEC_E_OK", side.role);
  }
}

function checkFacts(
  session: SspiSession,
  combination: Combination<typeof PARAMETERS>,
  resumed: boolean,
): void {
  const { suite: row, group, signer, kind, encryptThenMac } = combination;
  const signed = resumed || row.keyExchange === "rsa" ? null : signer.scheme;
  const mutual = kind === "client certificate" && !resumed ? signer.scheme : null;
  const facts = { client: session.client.connection(), server: session.server.connection() };
  for (const fact of Object.values(facts)) {
    assert.equal(
      [fact.version, fact.cipherSuite, fact.resumed, fact.alpnProtocol, fact.serverName],
      [TLS12, row.code, resumed, "h2", "localhost"],
    );
    assert.equal([fact.extendedMasterSecret, fact.secureRenegotiation], [true, true]);
    assert.is(fact.encryptThenMac, encryptThenMac && row.mac !== null);
    if (!resumed && row.keyExchange === "ecdhe") assert.is(fact.group, group.code);
  }
  assert.equal(
    [facts.client.peerSignatureScheme, facts.client.ownSignatureScheme],
    [signed, mutual],
  );
  assert.equal(
    [facts.server.ownSignatureScheme, facts.server.peerSignatureScheme],
    [signed, mutual],
  );
}

/** Data both ways, the client's first. */
function exchange(session: SspiSession, chunk: number): void {
  const length = chunk === 1 ? 100 : 20_000;
  for (const from of ["client", "server"] as const) {
    const content = pattern(length, from.length);
    assert.is(toHex(session.send(from, content)), toHex(content), `data of the ${from}`);
  }
}

/** Begun by the server's HelloRequest, then by the client on its own. */
function renegotiate(session: SspiSession, chunk: number): void {
  const { client, server } = session;
  const before = toHex(client.exported());
  session.carry("server", server.step());
  openUntil(client, status.SEC_I_RENEGOTIATE);
  session.carry("client", client.step());
  assert.is(status.statusName(client.last.status), "SEC_I_CONTINUE_NEEDED");
  openUntil(server, status.SEC_I_RENEGOTIATE);
  session.carry("server", server.step());
  session.run();
  checkReady(session);
  assert.is.not(toHex(client.exported()), before, "new secrets");
  exchange(session, chunk);
}

function openUntil(side: SspiSide, wanted: number): void {
  let code = side.open().code;
  while (code === status.SEC_E_INCOMPLETE_MESSAGE && side.inbox.length > 0) code = side.open().code;
  assert.is(status.statusName(code), status.statusName(wanted));
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
