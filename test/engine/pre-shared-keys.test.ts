/**
 * Keys agreed on outside TLS (RFC 8446 §2.2, §4.2.11), over the face: which handshakes they carry, what they are bound to,
 * and what falls back to certificates.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { utf8 } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import type { PreSharedKey, SealwireOptions } from "../../src/schannel/credential-types.ts";
import { SECPKG_ATTR_REMOTE_CERT_CONTEXT } from "../../src/sspi/attributes.ts";
import { ASC_REQ_MUTUAL_AUTH } from "../../src/sspi/context-flags.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PAIRS } from "../providers/subjects.ts";
import { identity } from "../support/identities.ts";
import { pattern } from "../support/record-kit.ts";
import { is } from "../support/sspi-kit.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  makeSession,
  type PairOptions,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const IDENTITY = utf8("meter 7");
const KEY = pattern(32);
const OTHER_KEY = pattern(33).subarray(1);
const P256 = 0x0017;
const X25519 = 0x001d;

const options = (sealwire: SealwireOptions, auth: Auth = {}): Auth => ({ ...auth, sealwire });
const offering = (psk: Partial<PreSharedKey> = {}, more: SealwireOptions = {}): Auth =>
  options({ ...more, preSharedKey: { identity: IDENTITY, key: KEY, ...psk } });
const knowing = (
  psk: Partial<PreSharedKey> = {},
  more: SealwireOptions = {},
  auth: Auth = {},
): Auth =>
  options(
    {
      ...more,
      selectPreSharedKey: (name) =>
        equalBytes(name, psk.identity ?? IDENTITY) ? { key: KEY, ...psk } : null,
    },
    auth,
  );
const WITHOUT_CERTIFICATE: Auth = { paCred: [] };

interface Row {
  readonly name: string;
  readonly session: PairOptions;
  /** By what the server proved itself. */
  readonly by: "key" | "certificate";
  readonly check?: (session: SspiSession) => void;
}

const isRetry = ({ client, server }: SspiSession): void => {
  assert.is(client.connection().helloRetryRequest, true);
  assert.is(server.connection().helloRetryRequest, true);
};

const ROWS: readonly Row[] = [
  { name: "a key for SHA-256", by: "key", session: { client: offering(), server: knowing() } },
  {
    name: "a key for SHA-384",
    by: "key",
    session: { client: offering({ hash: "sha384" }), server: knowing({ hash: "sha384" }) },
    check: ({ client }) => assert.is(client.connection().cipherSuite, 0x1302),
  },
  {
    name: "a server without certificates",
    by: "key",
    session: { client: offering(), server: knowing({}, {}, WITHOUT_CERTIFICATE) },
  },
  {
    name: "after HelloRetryRequest",
    by: "key",
    session: {
      client: offering({}, { supportedGroups: [X25519, P256] }),
      server: knowing({}, { supportedGroups: [P256] }),
    },
    check: isRetry,
  },
  {
    name: "a server that asks for certificates asks for none",
    by: "key",
    session: {
      client: offering(),
      server: knowing(),
      serverSide: { contextReq: ASC_REQ_MUTUAL_AUTH },
    },
  },
  {
    name: "ALPN and SNI as ever",
    by: "key",
    session: {
      ...{ client: offering(), server: knowing() },
      ...{ clientSide: { alpn: ["h2", "x"] }, serverSide: { alpn: ["x"] } },
    },
    check: ({ client, server }) => {
      assert.is(client.connection().alpnProtocol, "x");
      assert.is(server.connection().serverName, "localhost");
    },
  },
  {
    name: "an identity that the server does not know",
    by: "certificate",
    session: { client: offering({ identity: utf8("meter 8") }), server: knowing() },
  },
  {
    name: "a server that knows no keys",
    by: "certificate",
    session: { client: offering(), server: {} },
  },
  {
    name: "a key for another hash than the suites on both sides",
    by: "certificate",
    session: {
      client: offering({ hash: "sha384" }),
      server: knowing({ hash: "sha384" }, { cipherSuites: [0x1301] }),
    },
  },
  {
    name: "the retry's suite has another hash: the key is left out of the second hello",
    by: "certificate",
    session: {
      client: offering({}, { supportedGroups: [X25519, P256], cipherSuites: [0x1302, 0x1301] }),
      server: { sealwire: { supportedGroups: [P256], cipherSuites: [0x1302] } },
    },
    check: isRetry,
  },
  {
    name: "a server that demands a certificate is not content with a key",
    by: "certificate",
    session: {
      client: { ...offering(), paCred: [identity("p256-other")] },
      server: knowing({}, { requireClientCertificate: true }),
    },
    check: ({ server }) =>
      is(
        server.functions.queryContextAttributes(server.handle, SECPKG_ATTR_REMOTE_CERT_CONTEXT)
          .status,
        status.SEC_E_OK,
      ),
  },
  {
    name: "TLS 1.2 has no such keys unless its suites are named",
    by: "certificate",
    session: { client: offering(), server: versionOnly(TLS12) },
    check: ({ client }) => assert.is(client.connection().version, TLS12),
  },
];

/** Refused by the server. */
const REFUSED: readonly {
  readonly name: string;
  readonly session: PairOptions;
  readonly reason: string;
}[] = [
  {
    name: "another key under the same name",
    session: { client: offering(), server: knowing({ key: OTHER_KEY }) },
    reason: "BadPskBinder",
  },
  {
    name: "the same key for another hash",
    session: {
      client: offering({}, { cipherSuites: [0x1301, 0x1302] }),
      server: knowing({ hash: "sha384" }),
    },
    reason: "BadPskBinder",
  },
  {
    name: "no key and no certificate",
    session: {
      client: offering({ identity: utf8("meter 8") }),
      server: knowing({}, {}, WITHOUT_CERTIFICATE),
    },
    reason: "NoUsableCredential",
  },
  {
    name: "a key of the server's that is too short",
    session: { client: offering(), server: knowing({ key: pattern(15) }) },
    reason: "HelperFailed",
  },
  {
    name: "a hello that was changed on the way",
    session: {
      ...{ client: offering(), server: knowing() },
      // The last byte of the client's random.
      tamper: (bytes, from, flight) =>
        from === "client" && flight === 0
          ? bytes.map((byte, at) => (at === 5 + 4 + 2 + 31 ? byte ^ 1 : byte))
          : bytes,
    },
    reason: "BadPskBinder",
  },
];

/** What a credential is refused for. */
const WRONG: readonly (readonly [name: string, auth: Auth, message: RegExp])[] = [
  ["an empty identity", offering({ identity: new Uint8Array(0) }), /an identity that is not empty/],
  [
    "an identity too long",
    offering({ identity: new Uint8Array(65536) }),
    /identity must be at most/,
  ],
  ["a key of 15 bytes", offering({ key: pattern(15) }), /key must be at least 16 bytes/],
  [
    "a hash that is none",
    offering({ hash: "sha512" as "sha384" }),
    /hash must be one of "sha256", "sha384"/,
  ],
  ["no TLS 1.3", { ...offering(), ...versionOnly(TLS12) }, /needs TLS 1\.3/],
  ["no suite with the hash", offering({ hash: "sha384" }, { cipherSuites: [0x1301] }), /sha384/],
];

const tests = suite("engine: keys agreed on outside TLS");

for (const [client, server] of PAIRS) {
  const pair = `${client.name} with ${server.name}`;

  for (const { name, session, by, check } of ROWS) {
    tests(`${name}: ${pair}`, () => {
      const one = makeSession(client, server, session);
      one.handshake();
      proved(one, by);
      assert.equal(one.send("client", pattern(100)), pattern(100));
      assert.equal(one.send("server", pattern(20_000)), pattern(20_000));
      assert.equal(one.client.exported(), one.server.exported());
      check?.(one);
    });
  }

  for (const { name, session, reason } of REFUSED) {
    tests(`refused: ${name}: ${pair}`, () => {
      const one = makeSession(client, server, session);
      one.handshake();
      assert.is(one.server.error?.reason, reason, one.server.error?.message);
      assert.is(one.client.ready, false);
    });
  }
}

/** Both sides are ready and say the same of how. */
function proved({ client, server }: SspiSession, by: "key" | "certificate"): void {
  assert.ok(client.ready, client.error?.message);
  assert.ok(server.ready, server.error?.message);
  for (const side of [client, server]) {
    const { preSharedKeyIdentity, resumed, version } = side.connection();
    assert.equal(preSharedKeyIdentity, by === "key" ? IDENTITY : null);
    assert.is(resumed, false);
    if (by === "key") assert.is(version, TLS13);
  }
  const { status: code } = client.functions.queryContextAttributes(
    client.handle,
    SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  );
  assert.is(code === status.SEC_E_OK, by === "certificate");
}

const [NODE] = PAIRS.map(([first]) => first) as [CryptoProvider];

for (const [name, auth, message] of WRONG) {
  tests(`a credential is refused: ${name}`, () => {
    assert.throws(() => acquire(functionsOf(NODE), "client", auth), message);
  });
}

tests("a server that has no TLS 1.3 is refused the question", () => {
  assert.throws(
    () => acquire(functionsOf(NODE), "server", { ...knowing(), ...versionOnly(TLS12) }),
    /selectPreSharedKey needs TLS 1\.3/,
  );
});

tests("no session is left to resume: every connection is by the key", () => {
  const functions = functionsOf(NODE);
  const own = acquire(functions, "client", offering());
  const theirs = acquire(functions, "server", knowing());
  for (let i = 0; i < 2; i++) {
    const one = new SspiSession(
      new SspiSide(functions, "client", own),
      new SspiSide(functions, "server", theirs),
    );
    one.handshake();
    proved(one, "key");
    // Tickets would be here.
    assert.is(one.client.inbox.length, 0);
  }
});

tests("a session with a certificate is not offered beside the key", () => {
  const functions = functionsOf(NODE);
  const theirs = acquire(functions, "server");
  const own = acquire(functions, "client", offering());
  for (let i = 0; i < 2; i++) {
    const one = new SspiSession(
      new SspiSide(functions, "client", own),
      new SspiSide(functions, "server", theirs),
    );
    one.handshake();
    one.drain(one.client);
    proved(one, "certificate");
  }
});

tests("the server's answer may be a promise, and only then goes anything out", async () => {
  let answer: (key: { key: Uint8Array } | null) => void = () => {};
  const asked: Uint8Array[] = [];
  const server = options({
    selectPreSharedKey: (name) => {
      asked.push(name);
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  });
  const one = makeSession(NODE, NODE, { client: offering(), server });
  one.carry("client", one.client.step());
  assert.is(one.server.step().length, 0);
  is(one.server.last.status, status.SEC_I_ASYNC_CALL_PENDING);
  assert.equal(asked, [IDENTITY]);
  answer({ key: KEY });
  one.carry("server", await one.server.stepAsync());
  one.run();
  proved(one, "key");
});

tests("a promise that is rejected ends the handshake", async () => {
  const server = options({ selectPreSharedKey: () => Promise.reject(new Error("no database")) });
  const one = makeSession(NODE, NODE, { client: offering(), server });
  one.carry("client", one.client.step());
  one.carry("server", await one.server.stepAsync());
  is(one.server.last.status, status.SEC_E_INVALID_PARAMETER);
  assert.match(one.server.error?.message ?? "", /no database/);
});

tests("the key log and the credential do not hang on the caller's arrays", () => {
  const key = KEY.slice();
  const name = IDENTITY.slice();
  const functions = functionsOf(NODE);
  const own = acquire(functions, "client", offering({ key, identity: name }));
  key.fill(0);
  name.fill(0);
  const one = new SspiSession(
    new SspiSide(functions, "client", own),
    new SspiSide(functions, "server", acquire(functions, "server", knowing())),
  );
  one.handshake();
  proved(one, "key");
});

tests.run();
