/**
 * Every pair of faults of a chain through a handshake: automatic, manual and deferred validation, `verifyPeer`, `sealwire/node`
 * with and without `rejectUnauthorized`, `sealwire/web` and `sealwire/client`. All see the whole set of faults; none accepts a
 * pair of which it tolerates one.
 */
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { SecureSocketOptions } from "../../src/entries/node.ts";
import type { Verdict } from "../../src/handshake/peer-identity.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as constants from "../../src/schannel/constants.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import { CERT_E_CN_NO_MATCH, isFailure } from "../../src/sspi/security-status.ts";
import type { TlsError } from "../../src/sspi/tls-error.ts";
import { careless, memoryPair } from "../node/kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";
import {
  chainWith,
  FAULTS,
  type FaultRow,
  type FaultyChain,
  PAIRS,
  titleOf,
} from "./fault-chains.ts";

const functions = functionsOf(nodeProvider);

/** CERT_TRUST_* bits that stand for each fault in dwChainErrorStatus (wincrypt.h); a wrong name has one beside others alone. */
const BITS: Readonly<Record<string, number>> = {
  CertificateExpired: 0x1,
  CertificateNotYetValid: 0x1,
  CertificateRevoked: 0x4,
  BadCertificateSignature: 0x8,
  UnverifiedSignature: 0x8,
  WrongCertificateUsage: 0x10,
  IssuerMayNotSign: 0x10,
  UnknownIssuer: 0x20,
  CertificateRefused: 0x100,
  IssuerNotAuthority: 0x400,
  PathTooLong: 0x400,
  NameNotPermitted: 0x4000,
  NameExcluded: 0x8000,
  ChainTooCostly: 0x1_0000,
  WeakCertificateKey: 0x10_0000,
  OcspResponseRequired: 0x0100_0040,
  PolicyRequired: 0x0200_0000,
  UntrustedByConstraint: 0x0400_0000,
  UnknownCriticalExtension: 0x0800_0000,
  NameMismatch: 0x2000,
};

const pkcs8 = ({ leafKey }: FaultyChain): Uint8Array =>
  new Uint8Array(leafKey.secret.export({ format: "der", type: "pkcs8" }));

/** A handshake with a server that shows the chain; versions take turns. */
function handshake(given: FaultyChain, tls13: boolean, auth: Auth): SspiSession {
  const { chain, roots, constraints, crls, name } = given;
  const server = acquire(functions, "server", {
    paCred: [{ chain, privateKey: pkcs8(given) }],
    hRootStore: null,
  });
  const client = acquire(functions, "client", {
    ...versionOnly(tls13 ? TLS13 : TLS12),
    ...auth,
    hRootStore: new TrustStore(roots, "basic", constraints),
    sealwire: { ...auth.sealwire, ...(crls.length === 0 ? {} : { revocation: { crls } }) },
  });
  const session = new SspiSession(
    new SspiSide(functions, "client", client, { targetName: name }),
    new SspiSide(functions, "server", server),
  );
  session.handshake();
  return session;
}

const HANDSHAKES = PAIRS.filter((pair) => !pair.some(({ stopsHandshake }) => stopsHandshake));
const reasonsOf = (verdict: Verdict): string[] =>
  verdict.ok ? [] : verdict.faults.map(({ reason }) => reason);

/** Everything that was expected is there. */
function has(reasons: readonly string[], pair: readonly FaultRow[]): void {
  for (const { name, reason } of pair) {
    assert.ok(reasons.includes(reason), `${titleOf(pair)}: ${name} is not among ${reasons}`);
  }
}

const sspi = suite("verdicts: faults in the handshake");

sspi("a key that may not sign ends every handshake, whoever decides on the chain", () => {
  for (const fault of FAULTS.filter(({ stopsHandshake }) => stopsHandshake)) {
    for (const tls13 of [true, false]) {
      const lax = { sealwire: { verifyPeer: () => ({ ok: true }) } };
      const { client } = handshake(chainWith(fault), tls13, lax);
      assert.is(client.error?.reason, fault.reason);
    }
  }
});

sspi("automatic validation: lastError has both, and its reason is the gravest", () => {
  for (const [index, pair] of HANDSHAKES.entries()) {
    const { client } = handshake(chainWith(...pair), index % 2 === 0, {});
    const faults = client.error?.faults?.map(({ reason }) => reason) ?? [];
    has(faults, pair);
    assert.is(client.failed, true, titleOf(pair));
    assert.is(client.error?.reason, faults[0], titleOf(pair));
  }
});

sspi("deferred validation: dwChainErrorStatus has the bits of both", () => {
  for (const [index, pair] of HANDSHAKES.entries()) {
    const { client } = handshake(chainWith(...pair), index % 2 === 0, {
      dwFlags: constants.SCH_CRED_DEFERRED_CRED_VALIDATION,
    });
    assert.ok(client.ready, `${titleOf(pair)}: ${client.error?.message}`);
    const { value } = functions.queryContextAttributes(
      client.handle,
      attribute.SECPKG_ATTR_CERT_CHECK_RESULT,
    );
    const bits = pair.reduce((all, { reason }) => all | (BITS[reason] ?? Number.NaN), 0) >>> 0;
    const got = value?.dwChainErrorStatus ?? 0;
    assert.is((got & bits) >>> 0, bits, `${titleOf(pair)}: ${got.toString(16)}`);
    assert.is.not(value?.hrVerifyChainStatus, 0, titleOf(pair));
  }
});

sspi(
  "deferred validation: one fault is in both members, a wrong name in one, as on Windows",
  () => {
    for (const fault of FAULTS.filter(({ stopsHandshake }) => !stopsHandshake)) {
      const { client } = handshake(chainWith(fault), true, {
        dwFlags: constants.SCH_CRED_DEFERRED_CRED_VALIDATION,
      });
      const { value } = functions.queryContextAttributes(
        client.handle,
        attribute.SECPKG_ATTR_CERT_CHECK_RESULT,
      );
      const named = fault.reason === "NameMismatch";
      assert.is(value?.dwChainErrorStatus, named ? 0 : BITS[fault.reason], fault.name);
      assert.is(isFailure(value?.hrVerifyChainStatus ?? 0), true, fault.name);
      assert.is(value?.hrVerifyChainStatus === CERT_E_CN_NO_MATCH, named, fault.name);
    }
  },
);

sspi(
  "verifyPeer has both, with and without manual validation, and need not know their order",
  () => {
    for (const [index, pair] of HANDSHAKES.entries()) {
      const seen: string[][] = [];
      const tolerated = pair[index % 3 === 0 ? 0 : 1].reason;
      const { client } = handshake(chainWith(...pair), index % 2 === 0, {
        dwFlags: index % 4 < 2 ? 0 : constants.SCH_CRED_MANUAL_CRED_VALIDATION,
        sealwire: {
          verifyPeer: (_chain, { verdict }) => {
            seen.push(reasonsOf(verdict));
            return { ok: reasonsOf(verdict).every((reason) => reason === tolerated) };
          },
        },
      });
      has(seen[0] ?? [], pair);
      const one = pair[0].reason === pair[1].reason;
      assert.is(client.failed, !one, `${titleOf(pair)}: ${client.error?.message}`);
    }
  },
);

sspi.run();

const node = suite("verdicts: faults in sealwire/node");

interface Seen {
  readonly error: TlsError | null;
  readonly authorized: boolean;
  readonly code: string | null;
  readonly reasons: readonly string[];
  /** How often the caller's rule was asked. */
  readonly asked: number;
}

/** A client over memory whose own rule accepts every name. */
async function seen(given: FaultyChain, options: SecureSocketOptions = {}): Promise<Seen> {
  const { chain, roots, crls, name } = given;
  const pem = (ders: readonly Uint8Array[], label = "CERTIFICATE"): string =>
    ders.map((der) => toPem(label, der)).join("");
  let asked = 0;
  const { client, server } = memoryPair(
    {
      ...{ ca: pem(roots), servername: name, ALPNProtocols: [] },
      ...(crls.length === 0 ? {} : { crl: pem(crls, "X509 CRL") }),
      checkServerIdentity: () => {
        asked++;
        return undefined;
      },
      ...options,
    },
    { cert: pem(chain), key: toPem("PRIVATE KEY", pkcs8(given)) },
  );
  careless(client, server);
  const error = await once(client, "secure").then(
    () => null,
    (reason: TlsError) => reason,
  );
  const { authorized, authorizationError, authorizationFaults } = client;
  const reasons = (authorizationFaults ?? []).map(({ reason }) => reason);
  client.destroy();
  server.destroy();
  return { error, authorized, code: authorizationError, reasons, asked };
}

const SOCKETS = HANDSHAKES.filter((pair) => !pair.some(({ ofStore }) => ofStore));

node("a good chain, and one whose name alone is another, are the caller's to judge", async () => {
  const [other] = FAULTS.filter(({ reason }) => reason === "NameMismatch");
  assert.ok(other !== undefined);
  for (const given of [chainWith(), chainWith(other)]) {
    const { error, authorized, asked, reasons } = await seen(given);
    assert.equal([error, authorized, asked, reasons], [null, true, 1, []]);
  }
});

node("checkServerIdentity is never asked about a chain with another fault", async () => {
  for (const fault of FAULTS) {
    if (fault.reason === "NameMismatch" || fault.ofStore || fault.stopsHandshake) continue;
    const { error, asked } = await seen(chainWith(fault));
    assert.equal([error?.reason, asked], [fault.reason, 0], fault.name);
    assert.equal([...new Set(error?.faults?.map(({ reason }) => reason))], [fault.reason]);
  }
});

node("rejectUnauthorized: false reports both, and the code is that of the gravest", async () => {
  for (const pair of SOCKETS) {
    const got = await seen(chainWith(...pair), { rejectUnauthorized: false });
    assert.equal([got.error, got.authorized, got.asked], [null, false, 0], titleOf(pair));
    has(got.reasons, pair);
    assert.is.not(got.code, null, titleOf(pair));
    assert.is.not(got.code, "ERR_TLS_CERT_ALTNAME_INVALID", titleOf(pair));
  }
});

node.run();
