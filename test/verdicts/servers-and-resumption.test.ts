/**
 * Every pair of faults in the chain of a client, by servers of the SSPI functions and of `sealwire/node`; and what is reported
 * when a session is resumed whose chain has two faults: as much as at first.
 */
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toPem } from "../../src/pki/files/pem.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as constants from "../../src/schannel/constants.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import type { TlsError } from "../../src/sspi/tls-error.ts";
import { careless, memoryPair, OWN } from "../node/kit.ts";
import { identity } from "../support/identities.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";
import { chainWith, type FaultRow, type FaultyChain, PAIRS, titleOf } from "./fault-chains.ts";

const functions = functionsOf(nodeProvider);

const pkcs8 = ({ leafKey }: FaultyChain): Uint8Array =>
  new Uint8Array(leafKey.secret.export({ format: "der", type: "pkcs8" }));
const pem = (ders: readonly Uint8Array[], label = "CERTIFICATE"): string =>
  ders.map((der) => toPem(label, der)).join("");

/** Everything that was expected is there. */
function has(reasons: readonly string[] | undefined, pair: readonly FaultRow[]): void {
  for (const { name, reason } of pair) {
    assert.ok(reasons?.includes(reason), `${titleOf(pair)}: ${name} is not among ${reasons}`);
  }
}

/** What the chain of a client can have: nobody asks for its name or its staple. */
const ofClients = ({ reason, stopsHandshake, ofStore }: FaultRow): boolean =>
  !stopsHandshake && !ofStore && reason !== "NameMismatch" && reason !== "OcspResponseRequired";
const CLIENTS = PAIRS.filter((pair) => pair.every(ofClients));

/** A server that asks a client for its certificate; versions take turns. */
function visited(given: FaultyChain, tls13: boolean, auth: Auth): SspiSession {
  const { chain, roots, crls } = given;
  const server = acquire(functions, "server", {
    ...auth,
    paCred: [identity("p256")],
    hRootStore: new TrustStore(roots, "basic"),
    sealwire: { ...auth.sealwire, ...(crls.length === 0 ? {} : { revocation: { crls } }) },
  });
  const client = acquire(functions, "client", {
    ...versionOnly(tls13 ? TLS13 : TLS12),
    paCred: [{ chain, privateKey: pkcs8(given) }],
    dwFlags: constants.SCH_CRED_MANUAL_CRED_VALIDATION,
  });
  const session = new SspiSession(
    new SspiSide(functions, "client", client),
    new SspiSide(functions, "server", server, { contextReq: flags.ASC_REQ_MUTUAL_AUTH }),
  );
  session.handshake();
  return session;
}

const servers = suite("verdicts: faults in the chain of a client");

servers("a chain without a fault is accepted in both versions", () => {
  for (const tls13 of [true, false]) {
    const { server } = visited(chainWith(), tls13, {});
    assert.ok(server.ready, server.error?.message);
  }
});

servers("lastError of the server has both", () => {
  assert.ok(CLIENTS.length > 400, `${CLIENTS.length}`);
  for (const [index, pair] of CLIENTS.entries()) {
    const { server } = visited(chainWith(...pair), index % 2 === 0, {});
    assert.is(server.failed, true, titleOf(pair));
    has(
      server.error?.faults?.map(({ reason }) => reason),
      pair,
    );
  }
});

servers("verifyPeer of the server that tolerates one of two refuses", () => {
  for (const [index, pair] of CLIENTS.entries()) {
    const tolerated = pair[(index >> 1) % 2 === 0 ? 0 : 1].reason;
    const { server } = visited(chainWith(...pair), index % 2 === 0, {
      sealwire: {
        verifyPeer: (_chain, { verdict }) => ({
          ok: verdict.ok || verdict.faults.every(({ reason }) => reason === tolerated),
        }),
      },
    });
    const alone = pair.every(({ reason }) => reason === tolerated);
    assert.is(server.ready, alone, `${titleOf(pair)}: ${server.error?.message}`);
  }
});

/** What a server of `sealwire/node` found, with and without `rejectUnauthorized`. */
async function received(given: FaultyChain, rejectUnauthorized: boolean) {
  const { chain, roots, crls } = given;
  const { client, server } = memoryPair(
    {
      ...{ cert: pem(chain), key: pem([pkcs8(given)], "PRIVATE KEY") },
      rejectUnauthorized: false,
    },
    {
      ...{ ...OWN, ca: pem(roots), requestCert: true, rejectUnauthorized },
      ...(crls.length === 0 ? {} : { crl: pem(crls, "X509 CRL") }),
    },
  );
  careless(client, server);
  const error = await once(server, "secure").then(
    () => null,
    (reason: TlsError) => reason,
  );
  const { authorized, authorizationError, authorizationFaults } = server;
  client.destroy();
  server.destroy();
  const reasons = (error === null ? authorizationFaults : error.faults)?.map(
    ({ reason }) => reason,
  );
  return { error, authorized, authorizationError, reasons };
}

servers("sealwire/node: authorizationFaults has both, the client is not authorized", async () => {
  for (const pair of CLIENTS) {
    const found = await received(chainWith(...pair), false);
    assert.equal([found.error, found.authorized], [null, false], titleOf(pair));
    assert.type(found.authorizationError, "string", titleOf(pair));
    has(found.reasons, pair);
  }
});

servers("sealwire/node: the error of a refused client has both", async () => {
  for (const pair of CLIENTS.filter((_, index) => index % 3 === 0)) {
    const found = await received(chainWith(...pair), true);
    assert.ok(found.error !== null, titleOf(pair));
    has(found.reasons, pair);
  }
});

servers.run();

const resumption = suite("verdicts: faults in a resumed session");

const RESUMED = PAIRS.filter((pair) => !pair.some(({ stopsHandshake }) => stopsHandshake)).filter(
  (_, index) => index % 4 === 0,
);

resumption("deferred validation says the same of the session that is resumed", () => {
  let resumed = 0;
  for (const [index, pair] of RESUMED.entries()) {
    const given = chainWith(...pair);
    const { chain, roots, constraints, crls, name } = given;
    const server = acquire(functions, "server", {
      paCred: [{ chain, privateKey: pkcs8(given) }],
      hRootStore: null,
    });
    const client = acquire(functions, "client", {
      ...versionOnly(index % 2 === 0 ? TLS13 : TLS12),
      dwFlags: constants.SCH_CRED_DEFERRED_CRED_VALIDATION,
      hRootStore: new TrustStore(roots, "basic", constraints),
      sealwire: crls.length === 0 ? {} : { revocation: { crls } },
    });
    const results = [0, 1].map(() => {
      const session = new SspiSession(
        new SspiSide(functions, "client", client, { targetName: name }),
        new SspiSide(functions, "server", server),
      );
      session.handshake();
      assert.ok(session.client.ready, `${titleOf(pair)}: ${session.client.error?.message}`);
      session.send("server", Uint8Array.of(1));
      if (session.client.connection().resumed) resumed++;
      return functions.queryContextAttributes(
        session.client.handle,
        attribute.SECPKG_ATTR_CERT_CHECK_RESULT,
      ).value;
    });
    assert.equal(results[1], results[0], titleOf(pair));
    assert.is.not(results[1]?.dwChainErrorStatus, 0, titleOf(pair));
  }
  assert.is(resumed, RESUMED.length);
});

resumption("sealwire/node without rejectUnauthorized has the same faults of it", async () => {
  let resumed = 0;
  const pairs = RESUMED.filter((pair) => !pair.some(({ ofStore }) => ofStore));
  for (const [index, pair] of pairs.entries()) {
    const given = chainWith(...pair);
    const { chain, roots, crls, name } = given;
    const maxVersion = index % 2 === 0 ? "TLSv1.3" : "TLSv1.2";
    const ticketKeys = Buffer.alloc(48, 7);
    let session: Buffer | undefined;
    const found: (readonly string[] | undefined)[] = [];
    for (let visit = 0; visit < 2; visit++) {
      const { client, server } = memoryPair(
        {
          ...{ ca: pem(roots), servername: name, ALPNProtocols: [], maxVersion },
          ...(crls.length === 0 ? {} : { crl: pem(crls, "X509 CRL") }),
          ...(session === undefined ? {} : { session }),
          rejectUnauthorized: false,
        },
        { cert: pem(chain), key: pem([pkcs8(given)], "PRIVATE KEY"), ticketKeys },
      );
      careless(client, server);
      const ticket = once(client, "session");
      await once(client, "secure");
      if (visit === 0) [session] = (await ticket) as [Buffer];
      if (client.isSessionReused()) resumed++;
      assert.is(client.authorized, false, titleOf(pair));
      found.push(client.authorizationFaults?.map(({ reason }) => reason));
      ticket.catch(() => undefined);
      client.destroy();
      server.destroy();
    }
    has(found[1], pair);
    assert.equal(found[1], found[0], titleOf(pair));
  }
  assert.is(resumed, pairs.length);
});

resumption.run();
