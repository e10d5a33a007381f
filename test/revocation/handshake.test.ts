/**
 * Revocation over the face, in both versions: the server staples, the client's flags and `sealwire.revocation` say what it
 * means, status and alert are those of reference 7.2.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type {
  RevocationOptions,
  RevocationQuestion,
} from "../../src/pki/revocation/revocation-options.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as constants from "../../src/schannel/constants.ts";
import * as status from "../../src/sspi/security-status.ts";
import { acquire, functionsOf, SspiSession, SspiSide } from "../support/sspi-session.ts";
import * as make from "./evidence-maker.ts";

const { makeCrl, makeOcsp, NOW } = make;
const trust = new TrustStore([make.root]);
const pkcs8 = new Uint8Array(make.serverKey.secret.export({ format: "der", type: "pkcs8" }));
const END = constants.SCH_CRED_REVOCATION_CHECK_END_CERT;
const CHAIN = constants.SCH_CRED_REVOCATION_CHECK_CHAIN;
const BUT_ROOT = constants.SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT;
const NO_CHECK = constants.SCH_CRED_IGNORE_NO_REVOCATION_CHECK;
const OFFLINE = constants.SCH_CRED_IGNORE_REVOCATION_OFFLINE;

interface Case {
  readonly leaf?: Uint8Array;
  readonly staple?: Uint8Array;
  readonly flags?: number;
  readonly revocation?: RevocationOptions;
}

const VERSIONS = { "TLS 1.2": 0xc02b, "TLS 1.3": 0x1301 };

function sessionOf(suiteCode: number, given: Case): SspiSession {
  const functions = functionsOf(nodeProvider);
  const shared = { cipherSuites: [suiteCode], clock: () => NOW };
  const server = acquire(functions, "server", {
    paCred: [
      {
        chain: [given.leaf ?? make.server, make.middle],
        privateKey: pkcs8,
        ...(given.staple === undefined ? {} : { ocspResponse: given.staple }),
      },
    ],
    hRootStore: null,
    sealwire: shared,
  });
  const client = acquire(functions, "client", {
    hRootStore: trust,
    dwFlags: given.flags ?? 0,
    sealwire: { ...shared, revocation: given.revocation ?? null },
  });
  return new SspiSession(
    new SspiSide(functions, "client", client),
    new SspiSide(functions, "server", server),
  );
}

/** Status of the client, reason, alert; "SEC_E_OK" alone when both are ready. */
function outcome({ client, server }: SspiSession): string {
  if (client.ready && server.ready) return "SEC_E_OK";
  const { reason, alertSent } = client.error ?? {};
  return `${status.statusName(client.last.status)} ${reason} ${alertSent?.name}`;
}

const REVOKED = "CRYPT_E_REVOKED CertificateRevoked certificate_revoked";
const IS_OFFLINE = "CRYPT_E_REVOCATION_OFFLINE RevocationOffline certificate_revoked";
const NO_INFORMATION = "CRYPT_E_NO_REVOCATION_CHECK NoRevocationInformation certificate_unknown";
const BAD = "SEC_E_CERT_UNKNOWN BadOcspResponse bad_certificate_status_response";
const DEMANDED = "SEC_E_CERT_UNKNOWN OcspResponseRequired bad_certificate_status_response";

const good = makeOcsp();
const revoked = makeOcsp({ status: "revoked" });
const stale = makeOcsp({ thisUpdate: NOW - 9 * make.HOUR, nextUpdate: NOW - make.HOUR });
const placed = make.makeServer(make.ocspPlace("http://ocsp.test/"));
const must = make.makeServer(make.MUST_STAPLE);
const lists = [makeCrl(), makeCrl({ issuer: "Root", signer: make.rootKey })];
const middleRevoked = [
  makeCrl(),
  makeCrl({ issuer: "Root", signer: make.rootKey, revoked: [{ serial: 2 }] }),
];

const ROWS: readonly (readonly [title: string, expected: string, given: Case])[] = [
  ["no flag, no response", "SEC_E_OK", {}],
  ["no flag, malformed", "SEC_E_OK", { staple: Uint8Array.of(1, 2) }],
  ["no flag, revoked", REVOKED, { staple: revoked }],
  [
    "no flag, revoked by a given CRL",
    REVOKED,
    { revocation: { crls: [makeCrl({ revoked: [{ serial: 3 }] })] } },
  ],
  ["good", "SEC_E_OK", { staple: good, flags: END }],
  ["revoked", REVOKED, { staple: revoked, flags: END }],
  ["revoked, everything ignored", REVOKED, { staple: revoked, flags: END | NO_CHECK | OFFLINE }],
  ["malformed", BAD, { staple: Uint8Array.of(1, 2), flags: END }],
  [
    "malformed, everything ignored",
    BAD,
    { staple: Uint8Array.of(1, 2), flags: END | NO_CHECK | OFFLINE },
  ],
  ["out of date", IS_OFFLINE, { staple: stale, flags: END }],
  ["out of date, ignored", "SEC_E_OK", { staple: stale, flags: END | OFFLINE }],
  ["out of date, the other ignored", IS_OFFLINE, { staple: stale, flags: END | NO_CHECK }],
  ["nobody to ask", NO_INFORMATION, { flags: END }],
  ["nobody to ask, ignored", "SEC_E_OK", { flags: END | NO_CHECK }],
  ["nobody to ask, the other ignored", NO_INFORMATION, { flags: END | OFFLINE }],
  ["somebody to ask", IS_OFFLINE, { leaf: placed, flags: END }],
  ["somebody to ask, ignored", "SEC_E_OK", { leaf: placed, flags: END | OFFLINE }],
  [
    "somebody to ask, soft",
    "SEC_E_OK",
    { leaf: placed, flags: END, revocation: { offline: "soft" } },
  ],
  ["chain by CRLs", "SEC_E_OK", { flags: CHAIN, revocation: { crls: lists } }],
  ["chain but root by CRLs", "SEC_E_OK", { flags: BUT_ROOT, revocation: { crls: lists } }],
  ["chain: only the leaf stapled", NO_INFORMATION, { flags: BUT_ROOT, staple: good }],
  ["chain: intermediate revoked", REVOKED, { flags: CHAIN, revocation: { crls: middleRevoked } }],
  ["demanded, none", DEMANDED, { leaf: must }],
  ["demanded, good", "SEC_E_OK", { leaf: must, staple: good }],
  ["demanded, malformed", BAD, { leaf: must, staple: Uint8Array.of(1) }],
];

for (const [version, code] of Object.entries(VERSIONS)) {
  const tests = suite(`revocation in the handshake, ${version}`);
  for (const [title, expected, given] of ROWS) {
    tests(title, () => {
      const session = sessionOf(code, given);
      session.handshake();
      assert.is(outcome(session), expected, session.client.error?.message);
    });
  }

  tests("fetch answers at once", () => {
    const asked: RevocationQuestion[] = [];
    const fetch = (question: RevocationQuestion) => {
      asked.push(question);
      return asked.length === 1 ? { ocspResponse: good } : { crls: [lists[1] as Uint8Array] };
    };
    const session = sessionOf(code, { leaf: placed, flags: BUT_ROOT, revocation: { fetch } });
    session.handshake();
    assert.is(outcome(session), "SEC_E_OK", session.client.error?.message);
    assert.equal(
      asked.map(({ ocspUrls }) => ocspUrls),
      [["http://ocsp.test/"], []],
    );
    assert.equal(asked[0]?.certificate, placed);
    assert.equal(asked[0]?.issuer, make.middle);
  });

  for (const [title, answer, expected] of [
    ["nothing", async () => null, IS_OFFLINE],
    ["revoked", async () => ({ ocspResponse: revoked }), REVOKED],
    ["good", async () => ({ ocspResponse: good }), "SEC_E_OK"],
    ["a rejection", async () => Promise.reject(new Error("no network today")), IS_OFFLINE],
    ["rubbish", async () => ({ crls: [Uint8Array.of(1)] }), IS_OFFLINE],
  ] as const) {
    tests(`fetch answers later: ${title}`, async () => {
      const session = sessionOf(code, {
        ...{ leaf: placed, flags: END },
        revocation: { fetch: answer },
      });
      const { client, server } = session;
      session.handshake();
      assert.is(client.last.status, status.SEC_I_ASYNC_CALL_PENDING);
      session.carry("client", await client.stepAsync());
      session.run();
      // A client that is done may still wait for the server's last flight.
      assert.is(outcome({ client, server } as SspiSession), expected, client.error?.message);
      if (title === "a rejection") assert.match(client.error?.message ?? "", /no network today/);
    });
  }

  tests.run();
}

const acquiring = suite("revocation options at acquire");

acquiring("what cannot be used is refused", () => {
  const functions = functionsOf(nodeProvider);
  const refused: readonly (readonly [RevocationOptions, RegExp])[] = [
    [{ crls: [makeCrl({ extensions: [make.DELTA] })] }, /delta CRL/],
    [{ crls: [Uint8Array.of(1)] }, /cannot be read/],
    [{ crls: ["-----BEGIN X509 CRL-----"] }, /does not end/],
    [{ crlSigners: [Uint8Array.of(1)] }, /cannot be read/],
    [{ offline: "maybe" as "soft" }, /one of "hard", "soft"/],
  ];
  for (const [revocation, text] of refused) {
    assert.throws(
      () => acquire(functions, "client", { hRootStore: trust, sealwire: { revocation } }),
      text,
    );
  }
});

acquiring.run();
