/**
 * What the flags and members of the credential structures do, one by one (reference 1.7, 6), and the options beyond
 * Windows that make the same decisions (8.2).
 */
import * as assert from "uvu/assert";
import type { Configuration } from "../../src/handshake/configuration.ts";
import type { Verdict } from "../../src/handshake/peer-identity.ts";
import type { CertContext } from "../../src/pki/cert-context.ts";
import { createCertificateServices } from "../../src/pki/certificate-services.ts";
import { makeRevocationVerifier } from "../../src/pki/revocation/revocation-verifier.ts";
import type { RevocationPolicy } from "../../src/pki/services.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { chooseAlgorithms } from "../../src/schannel/algorithm-choice.ts";
import { configure } from "../../src/schannel/configure.ts";
import * as c from "../../src/schannel/constants.ts";
import type { SchannelAuthData } from "../../src/schannel/credential-types.ts";
import { acquireCredential, type SchannelCredential } from "../../src/schannel/credentials.ts";
import { PRE_SHARED_KEYS } from "../../src/schannel/pre-shared-keys.ts";
import * as a from "../../src/sspi/attributes.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import { SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND } from "../../src/sspi/package-constants.ts";
import { Refusal } from "../../src/sspi/refusal.ts";
import * as status from "../../src/sspi/security-status.ts";
import { FAKE_CERTIFICATE, FAKE_ENVIRONMENT, FAKE_LEAF } from "../support/fake-dependencies.ts";
import {
  CLIENT_IDENTITY,
  CLIENT_PIN,
  RSA_IDENTITY,
  RSA_PIN,
  WEAK_IDENTITY,
} from "../support/pinned-dependencies.ts";
import { rows } from "../support/rows.ts";
import {
  type Auth,
  connected,
  credential,
  handshake,
  pair,
  Side,
  sspi,
  VERSIONS,
  versionOnly,
} from "../support/session-kit.ts";
import { is } from "../support/sspi-kit.ts";

const tests = rows("schannel: flags and credentials");

type Use = typeof SECPKG_CRED_INBOUND | typeof SECPKG_CRED_OUTBOUND;

const acquire = (use: Use, authData: object, environment = FAKE_ENVIRONMENT): SchannelCredential =>
  acquireCredential(environment, { credentialUse: use, authData: { dwVersion: 5, ...authData } });

const refusalOf = (authData: object): number => {
  try {
    acquire(SECPKG_CRED_OUTBOUND, authData);
    return status.SEC_E_OK;
  } catch (error) {
    if (error instanceof Refusal) return error.status;
    throw error;
  }
};

const configured = (
  role: "client" | "server",
  held: SchannelCredential,
  contextReq = 0,
): Configuration =>
  configure(held, { role, targetName: "localhost", contextReq, alpnProtocols: [] }).configuration;

const NUMBERS: Readonly<Record<string, unknown>> = { ...c };

/** Accepted, and the same configuration as without. */
const WITHOUT_EFFECT = [
  ...["SCH_CRED_NO_SYSTEM_MAPPER", "SCH_CRED_NO_DEFAULT_CREDS", "SCH_CRED_USE_DEFAULT_CREDS"],
  ...["SCH_CRED_RESTRICTED_ROOTS", "SCH_CRED_REVOCATION_CHECK_CACHE_ONLY"],
  ...["SCH_CRED_CACHE_ONLY_URL_RETRIEVAL", "SCH_CRED_MEMORY_STORE_CERT"],
  ...["SCH_CRED_CACHE_ONLY_URL_RETRIEVAL_ON_CREATE", "SCH_CRED_SNI_CREDENTIAL"],
  ...["SCH_CRED_SNI_ENABLE_OCSP", "SCH_SEND_AUX_RECORD", "SCH_USE_STRONG_CRYPTO"],
  ...["SCH_ALLOW_NULL_ENCRYPTION", "SCH_CRED_AUTO_CRED_VALIDATION"],
] as const;

for (const name of WITHOUT_EFFECT) {
  tests.row(`1.7 E_${name}`, "accepted, and what is negotiated and validated stays", () => {
    const dwFlags = Number(NUMBERS[name]);
    for (const use of [SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND] as const) {
      const role = use === SECPKG_CRED_INBOUND ? "server" : "client";
      const shape = (auth: object): unknown => {
        const { cipherSuites, groups, signatureSchemes, versions, verifyName, ...rest } =
          configured(role, acquire(use, { paCred: [FAKE_CERTIFICATE], ...auth }));
        const { requestOcsp, ticketCount, sessionLifetime, verifier } = rest;
        const { mode } = verifier as { mode?: string };
        const names = [cipherSuites, groups, signatureSchemes].map((list) =>
          list.map((item) => item.code),
        );
        return [names, versions, verifyName, requestOcsp, ticketCount, sessionLifetime, mode];
      };
      assert.equal(shape({ dwFlags }), shape({}));
    }
    const { client } = connected("TLS 1.3", { dwFlags }, { dwFlags });
    is(client.last.status, status.SEC_E_OK);
  });
}

const REVOCATION: readonly (readonly [name: string, expected: Partial<RevocationPolicy>])[] = [
  ["REVOCATION_CHECK_END_CERT", { check: "end-cert" }],
  ["REVOCATION_CHECK_CHAIN", { check: "chain" }],
  ["REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT", { check: "chain-exclude-root" }],
  ["IGNORE_NO_REVOCATION_CHECK", { ignoreNoRevocationCheck: true }],
  ["IGNORE_REVOCATION_OFFLINE", { ignoreOffline: true }],
];

for (const [name, expected] of REVOCATION) {
  tests.row(`1.7 E_SCH_CRED_${name}, 8.2 P16`, "reaches the verifier", () => {
    const seen: RevocationPolicy[] = [];
    const { certificates } = FAKE_ENVIRONMENT;
    const environment = {
      ...FAKE_ENVIRONMENT,
      certificates: {
        ...certificates,
        verifier: (...given: Parameters<typeof certificates.verifier>) => {
          seen.push(given[1].revocation);
          return certificates.verifier(...given);
        },
      },
    };
    const dwFlags = Number(NUMBERS[`SCH_CRED_${name}`]);
    configured("client", acquire(SECPKG_CRED_OUTBOUND, { dwFlags }, environment));
    const none = { check: "none", ignoreNoRevocationCheck: false, ignoreOffline: false };
    assert.equal(seen, [{ ...none, ...expected }]);
  });
}

tests.row("1.7 L3 L4 L5 L9", "limits of the structures", () => {
  const many = <T>(item: T, count: number): T[] => new Array<T>(count).fill(item);
  const setting = { eAlgorithmUsage: 2, strCngAlgId: "3DES" };
  const UNKNOWN = status.SEC_E_UNKNOWN_CREDENTIALS;
  const settings = (list: object[]): number =>
    refusalOf({ pTlsParameters: [{ pDisabledCrypto: list }] });
  is(settings(many(setting, 16)), status.SEC_E_OK);
  is(settings(many(setting, 17)), UNKNOWN);
  is(settings([{ ...setting, rgstrChainingModes: many("ChainingModeCBC", 17) }]), UNKNOWN);
  const algorithms = [c.CALG_AES_256, c.CALG_AES_128];
  is(
    refusalOf({ dwVersion: 4, palgSupportedAlgs: [...algorithms, ...many(1, 254)] }),
    status.SEC_E_OK,
  );
  is(refusalOf({ dwVersion: 4, palgSupportedAlgs: [...algorithms, ...many(1, 255)] }), UNKNOWN);
  for (const dwCredFormat of [1, 2, 7]) is(refusalOf({ dwCredFormat }), UNKNOWN);
});

tests.row("1.7 E_SCH_SEND_ROOT_CERT", "the root is sent only with the flag", () => {
  const chain = [FAKE_LEAF, Uint8Array.of(0x30, 3, 2, 1, 2)];
  const sent = (dwFlags: number): number | undefined =>
    acquire(SECPKG_CRED_INBOUND, { dwFlags, paCred: [{ chain, privateKey: "key" }] })
      .certificates[0]?.chain.length;
  assert.equal([sent(0), sent(c.SCH_SEND_ROOT_CERT)], [1, 2]);
});

/** Whether a second connection on the same credentials is resumed. */
function resumes(
  clientAuth: Auth,
  serverAuth: Auth,
  between: (sides: { client: Side; server: Side }) => void = () => {},
): boolean {
  const handles = [credential("client", clientAuth), credential("server", serverAuth)] as const;
  const connect = (): Side => {
    const client = new Side("client", handles[0]);
    const server = new Side("server", handles[1]);
    server.receive(client.step());
    client.receive(server.step());
    between({ client, server });
    server.receive(client.step());
    if (server.inbox.length > 0) client.receive(server.step());
    if (client.last.status !== status.SEC_E_OK) client.step();
    client.settle();
    is(client.last.status, status.SEC_E_OK);
    return client;
  };
  connect();
  return connect().value(a.SECPKG_ATTR_SESSION_INFO).dwFlags === c.SSL_SESSION_RECONNECT;
}

for (const version of VERSIONS) {
  const base = versionOnly(version);
  tests.row("1.7 E_SCH_CRED_DISABLE_RECONNECTS, 6.5 V5 V4", version, () => {
    const flag = { dwFlags: c.SCH_CRED_DISABLE_RECONNECTS };
    assert.ok(resumes(base, {}));
    assert.not.ok(resumes(base, flag));
    const enable = ({ server }: { server: Side }): void => {
      is(server.control(c.SCHANNEL_SESSION, c.SSL_SESSION_ENABLE_RECONNECTS), status.SEC_E_OK);
    };
    assert.ok(resumes(base, flag, enable));
    const disable = ({ client }: { client: Side }): void => {
      is(client.control(c.SCHANNEL_SESSION, c.SSL_SESSION_DISABLE_RECONNECTS), status.SEC_E_OK);
    };
    assert.not.ok(resumes(base, {}, disable));
  });

  tests.row("6.1 V7, 8.2 P11", `${version}: dwSessionLifespan`, () => {
    assert.not.ok(resumes({ ...base, dwSessionLifespan: -1 }, {}));
    assert.not.ok(resumes(base, { dwSessionLifespan: 0xffffffff }));
    assert.ok(resumes({ ...base, dwSessionLifespan: 60_000 }, {}));
  });

  tests.row(
    "6.2 V1 V2, 1.7 E_SCH_CRED_MANUAL_CRED_VALIDATION E_SCH_CRED_AUTO_CRED_VALIDATION E_SCH_CRED_NO_SERVERNAME_CHECK",
    version,
    () => {
      const answer = (auth: Auth, targetName = "localhost", contextReq = 0): string => {
        const sides = pair({ ...base, ...auth }, {}, { targetName, contextReq });
        sides.server.receive(sides.client.step());
        sides.client.receive(sides.server.step());
        sides.client.step();
        return status.statusName(sides.client.last.status);
      };
      const good = version === "TLS 1.3" ? "SEC_E_OK" : "SEC_I_CONTINUE_NEEDED";
      const stranger = { hRootStore: RSA_PIN };
      assert.is(answer({}), good);
      assert.is(answer(stranger), "SEC_E_UNTRUSTED_ROOT");
      assert.is(answer({ hRootStore: null }), "SEC_E_UNTRUSTED_ROOT");
      assert.is(answer({ ...stranger, dwFlags: c.SCH_CRED_MANUAL_CRED_VALIDATION }), good);
      assert.is(answer(stranger, "localhost", flags.ISC_REQ_MANUAL_CRED_VALIDATION), good);
      assert.is(answer({}, "other.example"), "SEC_E_WRONG_PRINCIPAL");
      assert.is(answer({ dwFlags: c.SCH_CRED_NO_SERVERNAME_CHECK }, "other.example"), good);
    },
  );

  tests.row("6.2 V4, 6.1 V6 V8, 8.2 P2", `${version}: client certificates`, () => {
    const answer = (serverAuth: Auth, clientAuth: Auth = { paCred: [CLIENT_IDENTITY] }): string => {
      const sides = pair(
        { ...base, ...clientAuth },
        { ...serverAuth, sealwire: { ticketCount: 0, ...serverAuth.sealwire } },
        { contextReq: flags.ISC_REQ_USE_SUPPLIED_CREDS },
        { contextReq: flags.ASC_REQ_MUTUAL_AUTH },
      );
      handshake(sides.client, sides.server);
      return status.statusName(sides.server.last.status);
    };
    assert.is(answer({}), "SEC_E_OK");
    assert.is(answer({ hRootStore: CLIENT_PIN }), "SEC_E_OK");
    assert.is(answer({ hRootStore: RSA_PIN }), "SEC_E_UNTRUSTED_ROOT");
    assert.is(answer({ hRootStore: CLIENT_PIN }, {}), "SEC_E_OK");
    const required = { hRootStore: CLIENT_PIN, sealwire: { requireClientCertificate: true } };
    assert.is(answer(required, {}), "SEC_E_NO_CREDENTIALS");
  });

  tests.row(
    "8.2 P13 P14, 1.5 V1",
    `${version}: SNI apart from the name that is checked, seen before the choice`,
    () => {
      const seen: (string | null)[] = [];
      const selectCredential = ({ serverName }: { serverName: string | null }): null => {
        seen.push(serverName);
        return null;
      };
      for (const [serverName, expected] of [
        ["other.example", "other.example"],
        [null, null],
        [undefined, "localhost"],
      ] as const) {
        const { client, server } = connected(
          version,
          serverName === undefined ? {} : { sealwire: { serverName } },
          { sealwire: { selectCredential } },
        );
        is(client.last.status, status.SEC_E_OK);
        assert.is(server.value(a.SEALWIRE_ATTR_CONNECTION).serverName, expected);
        assert.is(seen.at(-1), expected);
      }
    },
  );

  tests.row("8.2 P10, 6.5 V2", `${version}: key log, lifetime and number of tickets`, () => {
    const lines: string[] = [];
    const lifetimes: number[] = [];
    const sessionStore = {
      get: () => null,
      set: (_key: string, _value: Uint8Array, lifetime: number): void => {
        lifetimes.push(lifetime);
      },
      delete: () => {},
    };
    const connect = (sealwire: object): void => {
      const sides = pair(
        { ...base, sealwire: { sessionStore, keyLog: (line) => lines.push(line) } },
        { sealwire },
      );
      handshake(sides.client, sides.server);
      sides.client.settle();
    };
    connect({});
    assert.equal(lifetimes, [36_000]);
    connect({ ticketCount: 3, ticketLifetime: 60 });
    assert.equal(lifetimes.slice(1), version === "TLS 1.3" ? [60, 60, 60] : [60]);
    assert.is(lines.length, version === "TLS 1.3" ? 10 : 2);
  });
}

tests.row("6.5 V1", "another target or another handle is not resumed", () => {
  const server = credential("server");
  const handle = credential("client", { dwFlags: c.SCH_CRED_NO_SERVERNAME_CHECK });
  const connect = (held: typeof handle, targetName: string): number => {
    const client = new Side("client", held, { targetName });
    const peer = new Side("server", server);
    handshake(client, peer);
    client.settle();
    return client.value(a.SECPKG_ATTR_SESSION_INFO).dwFlags;
  };
  assert.is(connect(handle, "localhost"), 0);
  assert.is(connect(handle, "other.example"), 0);
  assert.is(connect(credential("client"), "localhost"), 0);
  assert.is(connect(handle, "localhost"), c.SSL_SESSION_RECONNECT);
});

tests.row("6.5 V1", "an expired session is not resumed", () => {
  let now = Date.now();
  const held = credential("client", { dwSessionLifespan: 60_000, sealwire: { clock: () => now } });
  const server = credential("server");
  const connect = (): number => {
    const client = new Side("client", held);
    handshake(client, new Side("server", server));
    client.settle();
    return client.value(a.SECPKG_ATTR_SESSION_INFO).dwFlags;
  };
  connect();
  now += 61_000;
  assert.is(connect(), 0);
});

tests.row("6.5 V6", "limits of handshake messages", () => {
  const limit = (role: "client" | "server", contextReq = 0): number => {
    const use = role === "client" ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND;
    return configured(role, acquire(use, { paCred: [FAKE_CERTIFICATE] }), contextReq).limits
      .handshakeMessage;
  };
  assert.equal([limit("client"), limit("server")], [0x8000, 0x4000]);
  assert.is(limit("server", flags.ASC_REQ_MUTUAL_AUTH), 0x8000);
});

tests.row("6.5 V7", "a client refuses RSA keys below 2048 bits", async () => {
  const certificates = createCertificateServices(nodeProvider, makeRevocationVerifier);
  const revocation = {
    check: "none",
    ignoreNoRevocationCheck: false,
    ignoreOffline: false,
  } as const;
  const verdict = async ({ chain }: CertContext): Promise<Verdict> =>
    certificates.verifier(new TrustStore(chain), { revocation }).verify({
      chain,
      purpose: "server",
      name: "localhost",
      time: Date.now(),
      ocspResponse: null,
    });
  assert.is((await verdict(RSA_IDENTITY)).ok, true);
  const weak = await verdict(WEAK_IDENTITY);
  assert.match(weak.ok ? "" : weak.message, /1024/);
});

tests.row("6.5 V9", "the structure is read when the credential is acquired", () => {
  const parameters = { grbitDisabledProtocols: 0 };
  const auth = {
    dwVersion: 5,
    pTlsParameters: [parameters],
    dwFlags: 0,
    sealwire: { ticketCount: 5 },
  };
  const held = acquire(SECPKG_CRED_OUTBOUND, auth);
  auth.dwFlags = c.SCH_CRED_MANUAL_CRED_VALIDATION;
  auth.sealwire.ticketCount = 1;
  parameters.grbitDisabledProtocols = c.SP_PROT_TLS1_3_CLIENT;
  assert.equal(configured("client", held).versions, [0x0304, 0x0303]);
  assert.is(held.options.ticketCount, 5);
  assert.is(held.flags, 0);
});

/** Windows 11 and Windows Server 2022. */
const WINDOWS_ORDER = [
  ...[
    0x1302, 0x1301, 0xc02c, 0xc02b, 0xc030, 0xc02f, 0x009f, 0x009e, 0xc024, 0xc023, 0xc028, 0xc027,
  ],
  ...[0xc00a, 0xc009, 0xc014, 0xc013, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f],
];

const defaults = (auth: object = {}): ReturnType<typeof chooseAlgorithms> =>
  chooseAlgorithms(
    { dwVersion: 5, ...auth } as SchannelAuthData,
    "client",
    [],
    FAKE_ENVIRONMENT.provider,
  );

tests.row("6.4 V1 V2 V6, 6.3 V3 V4", "order of suites and groups, versions", () => {
  const built = CIPHER_SUITES.map((suite) => suite.code).filter((code) =>
    WINDOWS_ORDER.includes(code),
  );
  assert.equal(built, WINDOWS_ORDER);
  const { cipherSuites, groups, versions } = defaults();
  const names = cipherSuites.map((suite) => suite.name).join(" ");
  assert.not.match(names, /RC4|3DES|NULL|_DHE_|TLS_RSA_|CBC/);
  assert.equal(
    groups.map((group) => group.code).filter((code) => [0x1d, 0x17, 0x18].includes(code)),
    [0x1d, 0x17, 0x18],
  );
  assert.equal(versions, [0x0304, 0x0303]);
});

tests.row("6.4 V4, 1.7 E_SCH_USE_PRESHAREDKEY_ONLY", "PSK suites, and no others", () => {
  const key = { identity: new Uint8Array(1), key: new Uint8Array(16) };
  const chosen = (auth: object): readonly number[] =>
    chooseAlgorithms(
      { dwVersion: 5, sealwire: { preSharedKey: key }, ...auth } as SchannelAuthData,
      "client",
      [],
      FAKE_ENVIRONMENT.provider,
      PRE_SHARED_KEYS.suites,
    ).cipherSuites.map((suite) => suite.code);
  const windows = [0x00a9, 0x00a8, 0x00af, 0x00ae];
  const ours = CIPHER_SUITES.filter((suite) => suite.authentication === "psk");
  assert.equal(
    ours.map((suite) => suite.code).filter((code) => windows.includes(code)),
    windows,
  );
  assert.ok(chosen({}).every((code) => ours.every((suite) => suite.code !== code)));
  const only = chosen({ dwFlags: c.SCH_USE_PRESHAREDKEY_ONLY });
  assert.equal(only, [0xd002, 0xd001, 0xccac, 0x00a9, 0x00a8, 0xccab]);
  const sealwire = { preSharedKey: key, cipherSuites: [0x1301, 0x00ae, 0xc02b] };
  assert.equal(chosen({ sealwire, dwFlags: c.SCH_USE_PRESHAREDKEY_ONLY }), [0x00ae]);
  assert.equal(chosen({ sealwire }), [0x1301, 0x00ae, 0xc02b]);
  assert.equal(chosen({ sealwire: { ...sealwire, preSharedKey: null } }), [0x1301, 0xc02b]);
});

tests.row("6.4 V5", "the highest version wins before the order of suites", () => {
  const sealwire = { cipherSuites: [0xc02b, 0x1301] };
  const sides = pair({ sealwire }, { sealwire });
  handshake(sides.client, sides.server);
  assert.is(sides.client.value(a.SECPKG_ATTR_CIPHER_INFO).dwProtocol, 0x0304);
});

tests.row(
  "8.2 P3 P4",
  "suites, groups and versions of one credential, through SCHANNEL_CRED too",
  () => {
    const sealwire = { cipherSuites: [0x1301], supportedGroups: [0x18] };
    for (const dwVersion of [4, 5]) {
      const { client, server } = pair({ dwVersion, sealwire });
      handshake(client, server);
      const info = client.value(a.SECPKG_ATTR_CIPHER_INFO);
      assert.equal([info.dwProtocol, info.dwCipherSuite, info.dwKeyType], [0x0304, 0x1301, 0x18]);
    }
  },
);

tests.row("7.3 V3", "a handshake is never answered with SEC_I_COMPLETE_*", () => {
  const seen = new Set<string>();
  for (const version of VERSIONS) {
    const sides = pair(versionOnly(version));
    for (const name of handshake(sides.client, sides.server)) seen.add(name);
  }
  assert.equal([...seen].sort(), ["SEC_E_OK", "SEC_I_CONTINUE_NEEDED"]);
  assert.is(sspi.enumerateSecurityPackages().packages.length, 1);
});

tests.run();
