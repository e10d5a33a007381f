/**
 * `sealwire/client` against the full server: both versions, every kind of key, groups that the runtime lacks, certificates of
 * ours, resumption, what is refused of a server, and what of the caller.
 */
import { webcrypto } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createClient } from "../../src/api/compose-client.ts";
import { enablePostQuantum } from "../../src/api/enable-post-quantum.ts";
import * as full from "../../src/api/portable.ts";
import type { WebKeySubtle } from "../../src/crypto/web-crypto.ts";
import * as client from "../../src/entries/client.ts";
import { namedGroup } from "../../src/protocol/named-group.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { allFunctions } from "../../src/sspi/all-functions.ts";
import type { SspiFunctions } from "../../src/sspi/package-functions.ts";
import * as status from "../../src/sspi/security-status.ts";
import { AUTHORITY, type IdentityName, identity } from "../support/identities.ts";
import {
  type Auth,
  acquire,
  functionsOf,
  type SideOptions,
  SspiSession,
  SspiSide,
  versionOnly,
} from "../support/sspi-session.ts";

const VERSIONS: readonly (readonly [name: string, version: ProtocolVersion])[] = [
  ["TLS 1.2", TLS12],
  ["TLS 1.3", TLS13],
];
const KEYS: readonly IdentityName[] = ["rsa", "rsa-pss", "p256", "p384", "p521"];
const GROUPS: readonly number[] = [0x001d, 0x0017, 0x0018, 0x0019];
/** For TLS 1.3 alone. */
const HYBRIDS: readonly number[] = [0x11ec, 0x11eb, 0x11ed];
enablePostQuantum();

const SERVER = functionsOf(portableProvider);
const functionsWith = (subtle: WebKeySubtle | undefined): SspiFunctions =>
  allFunctions(createClient(subtle), []);
const CLIENT = functionsWith(webcrypto.subtle);

const real: WebKeySubtle = webcrypto.subtle;

/** The runtime's `crypto.subtle` as it was before it knew X25519. */
const withoutX25519: WebKeySubtle = {
  importKey: (...parameters) => real.importKey(...parameters),
  sign: (...parameters) => real.sign(...parameters),
  verify: (...parameters) => real.verify(...parameters),
  exportKey: (...parameters) => real.exportKey(...parameters),
  deriveBits: (...parameters) => real.deriveBits(...parameters),
  generateKey: (algorithm, ...parameters) =>
    algorithm.name === "X25519"
      ? Promise.reject(new Error("NotSupportedError"))
      : real.generateKey(algorithm, ...parameters),
};

interface Settings {
  readonly functions?: SspiFunctions;
  readonly client?: Auth;
  readonly server?: Auth;
  readonly clientSide?: SideOptions;
  readonly serverSide?: SideOptions;
}

function sessionOf(settings: Settings): SspiSession {
  const functions = settings.functions ?? CLIENT;
  return new SspiSession(
    new SspiSide(
      functions,
      "client",
      acquire(functions, "client", settings.client),
      settings.clientSide,
    ),
    new SspiSide(SERVER, "server", acquire(SERVER, "server", settings.server), settings.serverSide),
  );
}

/** As `SspiSession.handshake`, where the client has to be waited for. */
async function handshake(session: SspiSession): Promise<SspiSession> {
  session.carry("client", await session.client.stepAsync());
  for (let quiet = false; !quiet; ) {
    quiet = true;
    for (const side of [session.server, session.client]) {
      if (side.ready || side.failed || side.inbox.length === 0) continue;
      quiet = false;
      session.carry(side.role, side === session.client ? await side.stepAsync() : side.step());
    }
  }
  return session;
}

function works({ client: mine, server: theirs }: SspiSession): void {
  assert.ok(mine.ready, mine.error?.message);
  assert.ok(theirs.ready, theirs.error?.message);
  assert.equal(mine.exported(), theirs.exported());
}

const small = suite("client");

for (const [words, version] of VERSIONS) {
  for (const key of KEYS) {
    // A key that is for PSS only signs no TLS 1.2 by the schemes that WebCrypto's servers offer there.
    small(`${words}, ${key}: a server's certificate, and data both ways`, async () => {
      const session = sessionOf({
        client: versionOnly(version),
        server: { paCred: [identity(key)] },
      });
      works(await handshake(session));
      assert.is(session.client.connection().version, version);
      const data = Uint8Array.from({ length: 40_000 }, (_, i) => i & 0xff);
      assert.equal(session.send("client", data), data);
      assert.equal(session.send("server", data), data);
    });

    small(`${words}, ${key}: a certificate of ours`, async () => {
      const session = sessionOf({
        client: { ...versionOnly(version), paCred: [identity(key)] },
        server: { sealwire: { requireClientCertificate: true } },
      });
      if (key === "rsa-pss") {
        await handshake(session);
        assert.is(session.client.error?.reason, "UnsupportedCertificateKey");
        return;
      }
      works(await handshake(session));
    });
  }

  for (const group of version === TLS13 ? [...GROUPS, ...HYBRIDS] : GROUPS) {
    small(`${words}: a server that only has ${namedGroup(group)?.name}`, async () => {
      const session = sessionOf({
        client: { ...versionOnly(version), sealwire: { supportedGroups: [...GROUPS, ...HYBRIDS] } },
        server: { sealwire: { supportedGroups: [group] } },
      });
      works(await handshake(session));
      assert.is(session.client.connection().group, group);
      assert.is(session.client.connection().helloRetryRequest, version === TLS13 && group !== 0x1d);
    });
  }

  small(`${words}: a runtime without X25519 offers the next group in its place`, async () => {
    const session = sessionOf({
      functions: functionsWith(withoutX25519),
      client: versionOnly(version),
    });
    works(await handshake(session));
    assert.is(session.client.connection().group, 0x0017);
    assert.is(session.client.connection().helloRetryRequest, false);
  });

  small(`${words}: every suite that is not left out`, async () => {
    const codes = version === TLS13 ? [0x1301, 0x1302, 0x1303] : [0xc02b, 0xc02c, 0xcca9];
    const ciphers = [client.chaCha20Poly1305];
    for (const code of codes) {
      const session = sessionOf({
        client: { ...versionOnly(version), sealwire: { cipherSuites: [code], ciphers } },
      });
      works(await handshake(session));
      assert.is(session.client.connection().cipherSuite, code);
      assert.equal(session.send("client", Uint8Array.of(1, 2)), Uint8Array.of(1, 2));
    }
  });

  small(`${words}: every suite in WebAssembly`, async () => {
    const codes = version === TLS13 ? [0x1301, 0x1302, 0x1303] : [0xc02b, 0xc02c, 0xcca9];
    const ciphers = client.wasmCiphers;
    for (const code of codes) {
      const session = sessionOf({
        client: { ...versionOnly(version), sealwire: { cipherSuites: [code], ciphers } },
      });
      works(await handshake(session));
      assert.is(session.client.connection().cipherSuite, code);
      assert.equal(session.client.connection().cipherTiers, ["wasm"]);
      assert.equal(session.send("client", Uint8Array.of(1, 2)), Uint8Array.of(1, 2));
      assert.equal(session.send("server", new Uint8Array(5000)), new Uint8Array(5000));
    }
  });

  small(`${words}: a session is resumed`, async () => {
    const credential = acquire(CLIENT, "client", versionOnly(version));
    const inbound = acquire(SERVER, "server");
    for (const resumed of [false, true]) {
      const session = new SspiSession(
        new SspiSide(CLIENT, "client", credential),
        new SspiSide(SERVER, "server", inbound),
      );
      works(await handshake(session));
      session.drain(session.client);
      assert.is(session.client.connection().resumed, resumed);
    }
  });

  small(`${words}: a chain that leads to no anchor, and a name that is another's`, async () => {
    const other = full.selfSignedCertificate({ names: ["localhost"] });
    const stranger = sessionOf({
      client: versionOnly(version),
      server: { paCred: [{ chain: [other.certificate], privateKey: other.privateKey }] },
    });
    await handshake(stranger);
    assert.is(stranger.client.last.status, status.SEC_E_UNTRUSTED_ROOT);
    const renamed = sessionOf({
      client: versionOnly(version),
      clientSide: { targetName: "example.com" },
    });
    await handshake(renamed);
    assert.is(renamed.client.last.status, status.SEC_E_WRONG_PRINCIPAL);
  });

  small(`${words}: a server's key that is not its certificate's`, async () => {
    const sign = (): Uint8Array => Uint8Array.of(0x30, 6, 2, 1, 1, 2, 1, 1);
    const liar = { chain: identity("p256").chain, privateKey: { sign } };
    const session = sessionOf({ client: versionOnly(version), server: { paCred: [liar] } });
    await handshake(session);
    assert.is(session.client.error?.reason, "BadSignature");
  });
}

small(
  "the synchronous function says that it has to be waited for, and nothing is lost",
  async () => {
    const { client: side } = sessionOf({});
    assert.is(side.step().length, 0);
    assert.is(side.last.status, status.SEC_I_ASYNC_CALL_PENDING);
    assert.ok((await side.stepAsync()).length > 0);
    assert.is(side.last.status, status.SEC_I_CONTINUE_NEEDED);
  },
);

/** What the caller may ask for and this entry has not. */
const LEFT_OUT: readonly (readonly [words: string, use: number, auth: object, code: number])[] = [
  [
    "a server",
    full.SECPKG_CRED_INBOUND,
    { paCred: [identity("p256")] },
    status.SEC_E_UNSUPPORTED_FUNCTION,
  ],
  ["both roles", full.SECPKG_CRED_BOTH, {}, status.SEC_E_UNSUPPORTED_FUNCTION],
  [
    "revocation",
    2,
    { dwFlags: full.SCH_CRED_REVOCATION_CHECK_CHAIN },
    status.SEC_E_UNSUPPORTED_FUNCTION,
  ],
  [
    "a key agreed on outside TLS",
    2,
    { sealwire: { preSharedKey: { identity: new Uint8Array(1), key: new Uint8Array(16) } } },
    status.SEC_E_UNSUPPORTED_FUNCTION,
  ],
  [
    "keys for hints",
    2,
    {
      sealwire: {
        preSharedKeyForHint: () => ({ identity: new Uint8Array(1), key: new Uint8Array(16) }),
      },
    },
    status.SEC_E_UNSUPPORTED_FUNCTION,
  ],
  [
    "PSK suites alone",
    2,
    { dwFlags: full.SCH_USE_PRESHAREDKEY_ONLY },
    status.SEC_E_UNSUPPORTED_FUNCTION,
  ],
  ["a PSK suite", 2, { sealwire: { cipherSuites: [0xd001] } }, status.SEC_E_ALGORITHM_MISMATCH],
  ["CRLs", 2, { sealwire: { revocation: { crls: [] } } }, status.SEC_E_UNSUPPORTED_FUNCTION],
  [
    "randomness",
    2,
    { sealwire: { random: () => new Uint8Array(0) } },
    status.SEC_E_UNSUPPORTED_FUNCTION,
  ],
  ["CBC", 2, { sealwire: { cipherSuites: [0xc009] } }, status.SEC_E_ALGORITHM_MISMATCH],
  ["static RSA", 2, { sealwire: { cipherSuites: [0x009c] } }, status.SEC_E_ALGORITHM_MISMATCH],
  [
    "ChaCha20 that was not given",
    2,
    { sealwire: { cipherSuites: [0x1303] } },
    status.SEC_E_ALGORITHM_MISMATCH,
  ],
  ["DHE", 2, { sealwire: { cipherSuites: [0x009e] } }, status.SEC_E_ALGORITHM_MISMATCH],
  ["X448", 2, { sealwire: { supportedGroups: [0x001e] } }, status.SEC_E_ALGORITHM_MISMATCH],
  ["Ed25519", 2, { sealwire: { signatureSchemes: [0x0807] } }, status.SEC_E_ALGORITHM_MISMATCH],
];

for (const [words, credentialUse, auth, code] of LEFT_OUT) {
  small(`${words}: refused, with where to find it`, () => {
    const answer = CLIENT.acquireCredentialsHandle({
      package: full.UNISP_NAME,
      credentialUse,
      authData: { dwVersion: 5, hRootStore: AUTHORITY, ...auth },
    });
    assert.is(answer.status, code);
    assert.is(answer.credential, undefined);
    assert.is(answer.error?.reason, "NotBuilt");
    assert.match(answer.error?.message ?? "", /sealwire|other/);
  });
}

small("a certificate with a key of a kind that is left out", async () => {
  const session = sessionOf({ client: {}, server: { paCred: [identity("ed25519")] } });
  await handshake(session);
  // The scheme is not offered, so the server has nothing to sign with.
  assert.ok(session.server.failed);
});

small("a runtime without crypto.subtle has no credentials, and says why", () => {
  const { status: code, error } = functionsWith(undefined).acquireCredentialsHandle({
    package: full.UNISP_NAME,
    credentialUse: full.SECPKG_CRED_OUTBOUND,
  });
  assert.is(code, status.SEC_E_UNSUPPORTED_FUNCTION);
  assert.match(error?.message ?? "", "HTTPS");
});

small("accepting is refused", () => {
  const credential = acquire(CLIENT, "client");
  const { status: code, error } = client.acceptSecurityContext({ credential });
  assert.is(code, status.SEC_E_UNSUPPORTED_FUNCTION);
  assert.is(error?.reason, "NotBuilt");
});

small("an encrypted key is refused by its loader", () => {
  const { certificatePem, privateKeyPem } = full.selfSignedCertificate({});
  assert.is(client.certContextFromPem(certificatePem, privateKeyPem).chain.length, 1);
  assert.throws(
    () => client.certContextFromPem(certificatePem, privateKeyPem, "secret"),
    /sealwire/,
  );
});

small("the names are those of the full entry, less what is left out, and those for streams", () => {
  const leftOut = [
    ...["certContextFromPemAsync", "certContextFromPfx", "createSspi", "defaultProvider"],
    ...["selfSignedCertificate", "verifyChain"],
  ];
  const missing = Object.keys(full).filter((name) => !(name in client));
  assert.equal(missing.sort(), leftOut);
  for (const name of ["secure", "startTls", "overMessages", "acquireCredentials"])
    assert.ok(name in client);
});

small.run();
