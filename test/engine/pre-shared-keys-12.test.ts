/**
 * Keys agreed on outside TLS in TLS 1.2 (RFC 4279, 5487, 5489, 7905, 8442), over the face: every suite, hints, sessions, what
 * the attributes say, and what is refused before anything is sent.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { utf8 } from "../../src/bytes/text.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as c from "../../src/schannel/constants.ts";
import type { PreSharedKey, SealwireOptions } from "../../src/schannel/credential-types.ts";
import * as a from "../../src/sspi/attributes.ts";
import { ASC_REQ_EXTENDED_ERROR, ASC_REQ_MUTUAL_AUTH } from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PAIRS } from "../providers/subjects.ts";
import { keysFor, METER_KEY } from "../support/pre-shared-keys.ts";
import { pattern } from "../support/record-kit.ts";
import { is } from "../support/sspi-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  makeSession,
  type PairOptions,
  type Role,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const PSK = 0x00a8;
const ECDHE_PSK = 0xd001;
const ECDHE_ECDSA = 0xc02b;
const SUITES = CIPHER_SUITES.filter((row) => row.authentication === "psk");
const OTHER: PreSharedKey = { ...METER_KEY, key: pattern(33).subarray(1) };

const offering = (sealwire: SealwireOptions, auth: Auth = {}): Auth => ({
  ...auth,
  sealwire: { cipherSuites: [PSK], preSharedKey: METER_KEY, ...sealwire },
});
/** A server without certificates that knows one key. */
const knowing = (sealwire: SealwireOptions = {}, auth: Auth = {}): Auth => ({
  paCred: [],
  ...auth,
  sealwire: {
    cipherSuites: [PSK],
    selectPreSharedKey: (name) => (equalBytes(name, METER_KEY.identity) ? METER_KEY : null),
    ...sealwire,
  },
});

const connect = (options: PairOptions): SspiSession => {
  const session = makeSession(nodeProvider, nodeProvider, options);
  session.handshake();
  return session;
};

/** Both are ready, by the key, without certificates; data goes both ways. */
function proved(session: SspiSession, resumed = false): void {
  const { client, server } = session;
  for (const side of [client, server]) {
    assert.ok(side.ready, `${side.role}: ${side.error?.message}`);
    const facts = side.connection();
    assert.equal(facts.preSharedKeyIdentity, METER_KEY.identity);
    assert.is(facts.version, TLS12);
    assert.is(facts.resumed, resumed);
    const { functions, handle } = side;
    const { status: code } = functions.queryContextAttributes(
      handle,
      a.SECPKG_ATTR_REMOTE_CERT_CONTEXT,
    );
    assert.is.not(code, status.SEC_E_OK);
  }
  assert.equal(session.send("client", pattern(100)), pattern(100));
  assert.equal(session.send("server", pattern(20_000)), pattern(20_000));
  assert.equal(client.exported(), server.exported());
}

function refusedBy(side: SspiSide, reason: string, message: RegExp = /./): void {
  assert.is(side.error?.reason, reason, side.error?.message);
  assert.match(side.error?.message ?? "", message);
}

const tests = suite("engine: keys agreed on outside TLS, TLS 1.2");

for (const [clientProvider, serverProvider] of PAIRS) {
  for (const row of SUITES) {
    tests(
      `${row.name}, full and resumed: ${clientProvider.name} with ${serverProvider.name}`,
      () => {
        const faces = { client: functionsOf(clientProvider), server: functionsOf(serverProvider) };
        const auth = (role: Role, more: SealwireOptions = {}): Auth => ({
          sealwire: { cipherSuites: [row.code], ...keysFor(row, role), ...more },
        });
        const own = acquire(faces.client, "client", auth("client"));
        for (const ticketCount of [1, 0]) {
          const theirs = acquire(faces.server, "server", auth("server", { ticketCount }));
          for (const resumed of [false, true]) {
            const session = new SspiSession(
              new SspiSide(faces.client, "client", own, { chunk: 7, alpn: ["x"] }),
              new SspiSide(faces.server, "server", theirs, { alpn: ["x"] }),
            );
            session.handshake();
            proved(session, resumed);
            const { cipherSuite, alpnProtocol, group, extendedMasterSecret, encryptThenMac } =
              session.client.connection();
            assert.is(cipherSuite, row.code);
            assert.is(alpnProtocol, "x");
            assert.is(extendedMasterSecret, true);
            assert.is(encryptThenMac, row.mac !== null);
            if (!resumed) assert.is(group !== null, row.keyExchange === "ecdhe");
          }
        }
      },
    );
  }
}

/** What carries the session, and what the client was told. */
const HINTS: readonly (readonly [
  name: string,
  hint: Uint8Array | null,
  told: Uint8Array | null,
])[] = [
  ["no hint", null, null],
  ["an empty hint is none", new Uint8Array(0), null],
  ["a hint", utf8("meters"), utf8("meters")],
];

for (const [name, preSharedKeyHint, told] of HINTS) {
  for (const cipherSuites of [[PSK], [ECDHE_PSK]]) {
    tests(`${name}, ${cipherSuites[0]?.toString(16)}`, () => {
      const asked: (Uint8Array | null)[] = [];
      const preSharedKeyForHint: SealwireOptions["preSharedKeyForHint"] = (hint) => {
        asked.push(hint);
        return METER_KEY;
      };
      proved(
        connect({
          client: { sealwire: { cipherSuites, preSharedKeyForHint } },
          server: knowing({ cipherSuites, preSharedKeyHint }),
        }),
      );
      assert.equal(asked, [told]);
      // A key that is always the same goes with any hint (RFC 4279 §5.2).
      proved(
        connect({
          client: offering({ cipherSuites }),
          server: knowing({ cipherSuites, preSharedKeyHint }),
        }),
      );
    });
  }
}

tests("both sides may be answered later, and only then goes anything out", async () => {
  const later = <T>(value: T): Promise<T> => new Promise((done) => setTimeout(done, 1, value));
  const session = makeSession(nodeProvider, nodeProvider, {
    client: {
      sealwire: { cipherSuites: [ECDHE_PSK], preSharedKeyForHint: () => later(METER_KEY) },
    },
    server: knowing({ cipherSuites: [ECDHE_PSK], selectPreSharedKey: () => later(METER_KEY) }),
  });
  const { client, server } = session;
  session.carry("client", client.step());
  session.carry("server", server.step());
  assert.is(client.step().length, 0);
  is(client.last.status, status.SEC_I_ASYNC_CALL_PENDING);
  session.carry("client", await client.stepAsync());
  assert.is(server.step().length, 0);
  is(server.last.status, status.SEC_I_ASYNC_CALL_PENDING);
  session.carry("server", await server.stepAsync());
  session.run();
  proved(session);
});

tests("answers that are no keys, or none, end the handshake", async () => {
  const of = (answer: unknown): SspiSession =>
    connect({
      client: {
        sealwire: {
          cipherSuites: [PSK],
          preSharedKeyForHint: () => answer as PreSharedKey,
        },
      },
      server: knowing({ preSharedKeyHint: utf8("meters") }),
    });
  refusedBy(of(null).client, "NoUsableCredential", /the hint "meters"/);
  const short = of({ ...METER_KEY, key: pattern(15) }).client;
  refusedBy(short, "HelperFailed", /preSharedKeyForHint answered .* at least 16 bytes/);
  refusedBy(
    of({ ...METER_KEY, identity: new Uint8Array(65536) }).client,
    "HelperFailed",
    /identity/,
  );
  const session = makeSession(nodeProvider, nodeProvider, {
    client: offering({}),
    server: knowing({ selectPreSharedKey: () => Promise.reject(new Error("no database")) }),
  });
  session.carry("client", session.client.step());
  session.carry("server", session.server.step());
  session.carry("client", session.client.step());
  await session.server.stepAsync();
  refusedBy(session.server, "HelperFailed", /no database/);
});

tests("who does not know the key, or the name, is refused", () => {
  const serverSide = { contextReq: ASC_REQ_EXTENDED_ERROR };
  const unknown = connect({
    client: offering({ preSharedKey: { ...METER_KEY, identity: utf8("meter 8") } }),
    server: knowing(),
    serverSide,
  });
  refusedBy(unknown.server, "UnknownPskIdentity", /"meter 8"/);
  assert.is(unknown.client.error?.alertReceived?.description, 115);
  // Whoever answers with some key for every name tells nobody which he knows.
  for (const selectPreSharedKey of [() => OTHER, () => ({ key: pattern(16) })]) {
    const server = knowing({ selectPreSharedKey });
    const wrong = connect({ client: offering({}), server, serverSide });
    refusedBy(wrong.server, "BadRecordMac");
    assert.is(wrong.client.error?.alertReceived?.description, 20);
  }
});

tests("the key log has the line of TLS 1.2, and the caller's arrays may be overwritten", () => {
  const lines: string[] = [];
  const key = METER_KEY.key.slice();
  const functions = functionsOf(nodeProvider);
  const own = acquire(
    functions,
    "client",
    offering({ preSharedKey: { ...METER_KEY, key }, keyLog: (line) => lines.push(line) }),
  );
  key.fill(0);
  const session = new SspiSession(
    new SspiSide(functions, "client", own),
    new SspiSide(functions, "server", acquire(functions, "server", knowing())),
  );
  session.handshake();
  proved(session);
  assert.is(lines.length, 1);
  assert.match(lines[0] ?? "", /^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}$/);
});

tests("attributes: there is no certificate, and the exchange has its name", () => {
  const rows = [
    { code: PSK, exchange: "PSK", id: 0, maximum: 0 },
    { code: ECDHE_PSK, exchange: "ECDH", id: c.CALG_ECDH_EPHEM, maximum: 65_536 },
  ];
  for (const { code, exchange, id, maximum } of rows) {
    const session = connect({
      client: offering({ cipherSuites: [code] }),
      server: knowing({ cipherSuites: [code] }),
    });
    for (const { functions, handle } of [session.client, session.server]) {
      const cipher = functions.queryContextAttributes(handle, a.SECPKG_ATTR_CIPHER_INFO).value;
      assert.is(cipher?.szExchange, exchange);
      assert.is(cipher?.dwMaxExchangeLen, maximum);
      assert.is(cipher?.szCertificate, "");
      const info = functions.queryContextAttributes(handle, a.SECPKG_ATTR_CONNECTION_INFO).value;
      assert.is(info?.aiExch, id);
      const key = functions.queryContextAttributes(handle, a.SECPKG_ATTR_KEY_INFO).value;
      assert.is(key?.SignatureAlgorithm, 0);
      const unique = functions.queryContextAttributes(handle, a.SECPKG_ATTR_UNIQUE_BINDINGS);
      is(unique.status, status.SEC_E_OK);
      const point = functions.queryContextAttributes(handle, a.SECPKG_ATTR_ENDPOINT_BINDINGS);
      assert.is.not(point.status, status.SEC_E_OK);
    }
  }
});

tests("versions and certificates beside it", () => {
  const cipherSuites = [0x1301, ECDHE_PSK, ECDHE_ECDSA];
  const both = { cipherSuites, preSharedKey: METER_KEY };
  const certified = (options: PairOptions): SspiSession => {
    const session = connect(options);
    assert.ok(session.client.ready, session.client.error?.message);
    assert.is(session.client.connection().preSharedKeyIdentity, null);
    return session;
  };
  // One hello offers the key for both versions.
  const tls13 = connect({
    client: { sealwire: both },
    server: knowing({ cipherSuites }),
  });
  assert.is(tls13.client.connection().version, TLS13);
  assert.equal(tls13.client.connection().preSharedKeyIdentity, METER_KEY.identity);
  proved(
    connect({
      client: { sealwire: both },
      server: knowing({ cipherSuites }, versionOnly(TLS12)),
    }),
  );
  const other = certified({ client: { sealwire: both }, server: versionOnly(TLS12) });
  assert.is(other.client.connection().cipherSuite, ECDHE_ECDSA);
  // A server's order decides, as ever.
  certified({
    client: { sealwire: both },
    server: {
      sealwire: { cipherSuites: [ECDHE_ECDSA, ECDHE_PSK], selectPreSharedKey: () => METER_KEY },
    },
  });
  certified({
    client: { sealwire: { cipherSuites, preSharedKeyForHint: () => METER_KEY } },
    server: {},
  });
  proved(
    connect({
      client: { sealwire: both },
      server: knowing({ cipherSuites: [ECDHE_PSK] }),
      serverSide: { contextReq: ASC_REQ_MUTUAL_AUTH },
    }),
  );
});

tests("SCH_USE_PRESHAREDKEY_ONLY needs no names of suites", () => {
  const dwFlags = c.SCH_USE_PRESHAREDKEY_ONLY;
  const session = connect({
    client: { dwFlags, sealwire: { preSharedKey: METER_KEY } },
    server: { dwFlags, paCred: [], sealwire: { selectPreSharedKey: () => METER_KEY } },
  });
  proved(session);
  assert.is(session.client.connection().cipherSuite, 0xd002);
});

tests("sessions: a key that is taken back takes its sessions along", () => {
  const functions = functionsOf(nodeProvider);
  let key: PreSharedKey | null = METER_KEY;
  const own = acquire(functions, "client", offering({}));
  const theirs = acquire(functions, "server", knowing({ selectPreSharedKey: () => key }));
  const again = (): SspiSession => {
    const session = new SspiSession(
      new SspiSide(functions, "client", own),
      new SspiSide(functions, "server", theirs),
    );
    session.handshake();
    return session;
  };
  proved(again());
  proved(again(), true);
  key = OTHER;
  refusedBy(again().server, "BadRecordMac");
  key = null;
  refusedBy(again().server, "UnknownPskIdentity");
  key = METER_KEY;
  proved(again(), true);
});

tests("sessions: in a store of several, each credential has those of its own key", () => {
  const functions = functionsOf(nodeProvider);
  const sessionStore = new MemorySessionStore(() => Date.now());
  const theirs = acquire(functions, "server", knowing({ selectPreSharedKey: () => METER_KEY }));
  const connectWith = (sealwire: SealwireOptions): boolean => {
    const own = acquire(functions, "client", { sealwire: { sessionStore, ...sealwire } });
    const session = new SspiSession(
      new SspiSide(functions, "client", own),
      new SspiSide(functions, "server", theirs),
    );
    session.handshake();
    assert.ok(session.client.ready, session.client.error?.message);
    return session.client.connection().resumed;
  };
  const cipherSuites = [PSK];
  const renamed = { ...METER_KEY, identity: utf8("meter 8") };
  const forHint = (): PreSharedKey => METER_KEY;
  assert.is(connectWith({ cipherSuites, preSharedKey: METER_KEY }), false);
  assert.is(connectWith({ cipherSuites, preSharedKey: METER_KEY }), true);
  assert.is(connectWith({ cipherSuites, preSharedKey: renamed }), false);
  assert.is(connectWith({ cipherSuites, preSharedKeyForHint: forHint }), false);
  assert.is(connectWith({ cipherSuites, preSharedKeyForHint: forHint }), true);
  assert.is(connectWith({ cipherSuites, preSharedKeyForHint: () => METER_KEY }), false);
});

const WRONG: readonly (readonly [name: string, role: Role, auth: Auth, message: RegExp])[] = [
  [
    "PSK suites without a key",
    "client",
    { sealwire: { cipherSuites: [PSK] } },
    /PSK suites need a key/,
  ],
  [
    "PSK suites without anybody to ask",
    "server",
    { sealwire: { cipherSuites: [PSK] } },
    /PSK suites need a key/,
  ],
  [
    "PSK suites alone, and no key",
    "client",
    { dwFlags: c.SCH_USE_PRESHAREDKEY_ONLY },
    /PSK suites need a key/,
  ],
  [
    "a key that no suite is for",
    "client",
    offering({ cipherSuites: [ECDHE_ECDSA] }),
    /preSharedKey needs TLS 1\.3, an identity that is not empty and a suite with sha256, or a PSK suite/,
  ],
  [
    "a question for hints that no suite leads to",
    "client",
    { sealwire: { preSharedKeyForHint: () => METER_KEY } },
    /preSharedKeyForHint needs TLS 1\.2, a PSK suite/,
  ],
  [
    "a server's question that nothing leads to",
    "server",
    knowing({ cipherSuites: [ECDHE_ECDSA] }),
    /selectPreSharedKey needs TLS 1\.3, or a PSK suite/,
  ],
  [
    "a hint that no suite carries",
    "server",
    knowing({ cipherSuites: [0x1301], preSharedKeyHint: utf8("meters") }),
    /preSharedKeyHint needs TLS 1\.2, a PSK suite/,
  ],
  [
    "a hint too long",
    "server",
    knowing({ preSharedKeyHint: new Uint8Array(65_536) }),
    /preSharedKeyHint must be at most 65535 bytes/,
  ],
  [
    "a hint that is text",
    "server",
    knowing({ preSharedKeyHint: "meters" as unknown as Uint8Array }),
    /preSharedKeyHint must be/,
  ],
  [
    "a key too long",
    "client",
    offering({ preSharedKey: { ...METER_KEY, key: new Uint8Array(65_536) } }),
    /key must be at most 65535 bytes/,
  ],
  [
    "a suite with RSA and PSK",
    "client",
    offering({ cipherSuites: [0x00ac] }),
    /cipher suite 0x00ac is not built/,
  ],
];

for (const [name, role, auth, message] of WRONG) {
  tests(`a credential is refused: ${name}`, () => {
    assert.throws(() => acquire(functionsOf(nodeProvider), role, auth), message);
  });
}

tests.run();
