/**
 * AcquireCredentialsHandle and QueryCredentialsAttributes, row by row (reference 2.1, 6.1), as tables.
 */
import * as assert from "uvu/assert";
import { chooseAlgorithms } from "../../src/schannel/algorithm-choice.ts";
import * as c from "../../src/schannel/constants.ts";
import type { SchannelAuthData } from "../../src/schannel/credential-types.ts";
import { acquireCredential } from "../../src/schannel/credentials.ts";
import { queryCredentialsAttributes } from "../../src/schannel/query-credentials.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import {
  SECPKG_CRED_INBOUND as INBOUND,
  SECPKG_CRED_OUTBOUND as OUTBOUND,
  SECPKG_CRED_BOTH,
} from "../../src/sspi/package-constants.ts";
import { Refusal } from "../../src/sspi/refusal.ts";
import * as status from "../../src/sspi/security-status.ts";
import { TlsError } from "../../src/sspi/tls-error.ts";
import { FAKE_CERTIFICATE, FAKE_ENVIRONMENT, FAKE_LEAF } from "../support/fake-dependencies.ts";
import { rows } from "../support/rows.ts";
import { is } from "../support/sspi-kit.ts";

const credentials = rows("schannel: credentials");

function acquire(credentialUse: number, authData: unknown): status.SECURITY_STATUS {
  try {
    acquireCredential(FAKE_ENVIRONMENT, { credentialUse, authData });
    return status.SEC_E_OK;
  } catch (error) {
    if (error instanceof Refusal) return error.status;
    if (error instanceof TlsError && error.status !== undefined) return error.status;
    throw error;
  }
}

const unreadable = { chain: [Uint8Array.of(1, 2, 3)], privateKey: "key" };
const keyless = { chain: [FAKE_LEAF] };
const tooMany = <T>(item: T, count: number): T[] => new Array<T>(count).fill(item);

type Case = readonly [row: string, title: string, use: number, authData: unknown, expected: number];

const OK = status.SEC_E_OK;
const UNKNOWN = status.SEC_E_UNKNOWN_CREDENTIALS;
const NONE = status.SEC_E_NO_CREDENTIALS;
const MISMATCH = status.SEC_E_ALGORITHM_MISMATCH;

const CASES: readonly Case[] = [
  ["C2", "credential use 0 without auth data", 0, null, NONE],
  ["C2", "BOTH without auth data", SECPKG_CRED_BOTH, null, NONE],
  ["C3", "INBOUND without auth data", INBOUND, null, NONE],
  ["C4", "OUTBOUND without auth data", OUTBOUND, null, OK],
  ...[0, 1, 2, 3].flatMap((dwVersion): Case[] => [
    [
      dwVersion === 3 ? "C6" : "C5",
      `dwVersion ${dwVersion} outbound`,
      OUTBOUND,
      { dwVersion },
      UNKNOWN,
    ],
    [
      dwVersion === 3 ? "C6" : "C5",
      `dwVersion ${dwVersion} inbound`,
      INBOUND,
      { dwVersion },
      UNKNOWN,
    ],
  ]),
  ["C7", "dwVersion 4 without certificate, outbound", OUTBOUND, { dwVersion: 4 }, OK],
  ["C7", "dwVersion 4 without certificate, inbound", INBOUND, { dwVersion: 4 }, OK],
  ["C8", "dwVersion 5, all else zero", OUTBOUND, { dwVersion: 5 }, OK],
  [
    "C9",
    "certificate that does not parse",
    OUTBOUND,
    { dwVersion: 4, paCred: [unreadable] },
    UNKNOWN,
  ],
  ["C10", "certificate without private key", INBOUND, { dwVersion: 4, paCred: [keyless] }, NONE],
  [
    "C11",
    "two certificates, one without key",
    INBOUND,
    { dwVersion: 4, paCred: [FAKE_CERTIFICATE, keyless] },
    UNKNOWN,
  ],
  [
    "C11",
    "two certificates, one unreadable",
    INBOUND,
    { dwVersion: 4, paCred: [unreadable, FAKE_CERTIFICATE] },
    UNKNOWN,
  ],
  [
    "C9",
    "key that cannot be used",
    INBOUND,
    { dwVersion: 5, paCred: [{ chain: [FAKE_LEAF], privateKey: "bad" }] },
    UNKNOWN,
  ],
  [
    "C12",
    "protocol mask for the other direction",
    OUTBOUND,
    { dwVersion: 4, grbitEnabledProtocols: c.SP_PROT_TLS1_2_SERVER },
    MISMATCH,
  ],
  [
    "C12",
    "protocol mask for the other direction, inbound",
    INBOUND,
    { dwVersion: 4, grbitEnabledProtocols: c.SP_PROT_TLS1_2_CLIENT },
    MISMATCH,
  ],
  [
    "C13",
    "protocol mask mixes TLS and DTLS",
    OUTBOUND,
    { dwVersion: 4, grbitEnabledProtocols: c.SP_PROT_TLS1_2_CLIENT | c.SP_PROT_DTLS1_2_CLIENT },
    MISMATCH,
  ],
  [
    "C14",
    "mask leaves nothing that is built",
    OUTBOUND,
    { dwVersion: 4, grbitEnabledProtocols: c.SP_PROT_TLS1_0_CLIENT },
    MISMATCH,
  ],
  [
    "C14",
    "everything disabled",
    OUTBOUND,
    { dwVersion: 5, pTlsParameters: [{ grbitDisabledProtocols: 0xffffffff }] },
    MISMATCH,
  ],
  [
    "C14, 1.7 E_SCH_USE_PRESHAREDKEY_ONLY",
    "PSK only",
    OUTBOUND,
    { dwVersion: 5, dwFlags: c.SCH_USE_PRESHAREDKEY_ONLY },
    MISMATCH,
  ],
  [
    "C14, 1.7 E_SCH_USE_DTLS_ONLY",
    "DTLS only",
    OUTBOUND,
    { dwVersion: 5, dwFlags: c.SCH_USE_DTLS_ONLY },
    MISMATCH,
  ],
  [
    "C15, 1.7 L1",
    "17 TLS_PARAMETERS",
    OUTBOUND,
    { dwVersion: 5, pTlsParameters: tooMany({}, 17) },
    UNKNOWN,
  ],
  [
    "C15",
    "two TLS_PARAMETERS without ALPN",
    INBOUND,
    { dwVersion: 5, pTlsParameters: [{}, {}] },
    UNKNOWN,
  ],
  [
    "C15, 1.7 L2",
    "17 ALPN ids",
    INBOUND,
    { dwVersion: 5, pTlsParameters: [{ rgstrAlpnIds: tooMany("h2", 17) }] },
    UNKNOWN,
  ],
  [
    "C15, 1.7 L6",
    "101 certificates",
    INBOUND,
    { dwVersion: 5, paCred: tooMany(FAKE_CERTIFICATE, 101) },
    UNKNOWN,
  ],
  [
    "C15",
    "more counted than given",
    INBOUND,
    { dwVersion: 5, cCreds: 2, paCred: [keyless] },
    UNKNOWN,
  ],
  [
    "C15, 1.7 E_SCH_CRED_REVOCATION_CHECK_CHAIN E_SCH_CRED_REVOCATION_CHECK_END_CERT E_SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT",
    "two revocation flags",
    OUTBOUND,
    {
      dwVersion: 5,
      dwFlags: c.SCH_CRED_REVOCATION_CHECK_CHAIN | c.SCH_CRED_REVOCATION_CHECK_END_CERT,
    },
    UNKNOWN,
  ],
  ["C15", "hRootStore that is none", OUTBOUND, { dwVersion: 5, hRootStore: "store" }, UNKNOWN],
];

for (const [row, title, use, authData, expected] of CASES) {
  credentials.row(`2.1 ${row}`, `${title}: ${status.statusName(expected)}`, () => {
    is(acquire(use, authData), expected);
  });
}

const OPTIONS: readonly (readonly [title: string, sealwire: object, expected: number])[] = [
  ["a suite that is not built", { cipherSuites: [0x1301, 0x1304] }, MISMATCH],
  ["a group that is not built", { supportedGroups: [0x0201] }, MISMATCH],
  ["a group the provider lacks", { supportedGroups: [0x001e] }, MISMATCH],
  ["a scheme that is not built", { signatureSchemes: [0x0301] }, MISMATCH],
  ["a share outside the groups", { supportedGroups: [0x17], keyShares: [0x1d] }, MISMATCH],
  ["no shares at all", { keyShares: [] }, OK],
  ["a name that is an address", { serverName: "192.0.2.1" }, status.SEC_E_INVALID_PARAMETER],
  ["a negative limit", { limits: { keyUpdates: -1 } }, status.SEC_E_INVALID_PARAMETER],
  ["null options", { cipherSuites: null, serverName: null, limits: null }, OK],
];

for (const [title, sealwire, expected] of OPTIONS) {
  credentials.row("8.2 P3 P17", `${title}: ${status.statusName(expected)}`, () => {
    is(acquire(OUTBOUND, { dwVersion: 5, sealwire }), expected);
  });
}

type Choice = ReturnType<typeof chooseAlgorithms>;
const choose = (
  auth: Partial<SchannelAuthData> & { dwVersion: 4 | 5 },
  alpn: string[] = [],
): Choice => chooseAlgorithms(auth as SchannelAuthData, "client", alpn, FAKE_ENVIRONMENT.provider);
const codes = (choice: Choice): number[] => choice.cipherSuites.map((suite) => suite.code);

credentials.row(
  "6.1 V1 V2, 8.2 P4, 6.3 V3 V4",
  "SCHANNEL_CRED never reaches TLS 1.3, unless one of its suites is named",
  () => {
    assert.equal(choose({ dwVersion: 4 }).versions, [0x0303]);
    assert.equal(choose({ dwVersion: 5 }).versions, [0x0304, 0x0303]);
    const named = choose({ dwVersion: 4, sealwire: { cipherSuites: [0x1301, 0xc02b] } });
    assert.equal(named.versions, [0x0304, 0x0303]);
  },
);

credentials.row(
  "6.1 V9, 8.2 P3",
  "cipherSuites are exactly these, in this order, also those off by default",
  () => {
    const choice = choose({ dwVersion: 5, sealwire: { cipherSuites: [0x009e, 0x002f, 0xc02f] } });
    assert.equal(codes(choice), [0x009e, 0x002f, 0xc02f]);
    assert.equal(choice.versions, [0x0303]);
    assert.ok(choice.groups.some((group) => group.kind === "finite-field"));
  },
);

credentials.row("6.1 V3", "palgSupportedAlgs restricts within the classes that it names", () => {
  const choice = choose({ dwVersion: 4, palgSupportedAlgs: [c.CALG_AES_128, c.CALG_ECDSA] });
  assert.equal(codes(choice), [0xc02b]);
});

credentials.row("6.1 V3 V4", "strengths bound the cipher's bits; -1 and -1 leave nothing", () => {
  const strong = choose({ dwVersion: 4, dwMinimumCipherStrength: 256 });
  assert.ok(strong.cipherSuites.every((suite) => suite.cipher.keyLength === 32));
  const nullOnly = { dwVersion: 4, dwMinimumCipherStrength: -1, dwMaximumCipherStrength: -1 };
  is(acquire(OUTBOUND, nullOnly), MISMATCH);
  is(acquire(OUTBOUND, { ...nullOnly, dwMaximumCipherStrength: 0 }), OK);
});

credentials.row("6.1 V3", "CRYPTO_SETTINGS deny ciphers, digests, exchanges and signatures", () => {
  const deny = (eAlgorithmUsage: number, strCngAlgId: string, more: object = {}): Choice =>
    choose({
      dwVersion: 5,
      pTlsParameters: [{ pDisabledCrypto: [{ eAlgorithmUsage, strCngAlgId, ...more }] }],
    });
  const without128 = deny(c.TlsParametersCngAlgUsageCipher, "AES", {
    rgstrChainingModes: ["ChainingModeGCM"],
    dwMinBitLength: 128,
    dwMaxBitLength: 128,
  });
  assert.not.ok(without128.cipherSuites.some((suite) => suite.cipher.name === "aes-128-gcm"));
  assert.ok(without128.cipherSuites.some((suite) => suite.cipher.name === "aes-256-gcm"));
  const withoutP384 = deny(c.TlsParametersCngAlgUsageKeyExchange, "ECDH_P384");
  assert.not.ok(withoutP384.groups.some((group) => group.name === "secp384r1"));
  const withoutPss = deny(c.TlsParametersCngAlgUsageSignature, "RSA", {
    rgstrChainingModes: [c.SCH_RSA_PSS_PAD],
  });
  assert.not.ok(withoutPss.signatureSchemes.some((s) => s.algorithm.family === "rsa-pss"));
  const without384 = deny(c.TlsParametersCngAlgUsageDigest, "SHA384");
  assert.not.ok(without384.cipherSuites.some((suite) => suite.hash === "sha384"));
});

credentials.row(
  "6.1 V5, 1.7 L8",
  "TLS_PARAMETERS with ALPN ids apply to those protocols; optional ones never empty",
  () => {
    const sets = [{ rgstrAlpnIds: ["h2"], grbitDisabledProtocols: c.SP_PROT_TLS1_2_CLIENT }];
    assert.equal(choose({ dwVersion: 5, pTlsParameters: sets }, ["h2"]).versions, [0x0304]);
    assert.equal(choose({ dwVersion: 5, pTlsParameters: sets }).versions, [0x0304, 0x0303]);
    const all = { dwFlags: c.TLS_PARAMS_OPTIONAL, grbitDisabledProtocols: 0xffffffff };
    assert.equal(choose({ dwVersion: 5, pTlsParameters: [all] }).versions, [0x0304, 0x0303]);
  },
);

const query = (authData: unknown, number: number): unknown => {
  const credential = acquireCredential(FAKE_ENVIRONMENT, { credentialUse: OUTBOUND, authData });
  const { status: code, value } = queryCredentialsAttributes(credential, number);
  return value ?? status.statusName(code);
};

credentials.row(
  "2.1 K3 K4 K6",
  "the protocols effective for this credential, its algorithms and strengths",
  () => {
    const mask = (authData: unknown): unknown =>
      query(authData, attribute.SECPKG_ATTR_SUPPORTED_PROTOCOLS);
    assert.equal(mask(null), { grbitProtocol: c.SP_PROT_TLS1_2_CLIENT | c.SP_PROT_TLS1_3_CLIENT });
    assert.equal(mask({ dwVersion: 4 }), { grbitProtocol: c.SP_PROT_TLS1_2_CLIENT });
    assert.equal(query(null, attribute.SECPKG_ATTR_CIPHER_STRENGTHS), {
      dwMinimumCipherStrength: 128,
      dwMaximumCipherStrength: 256,
    });
    const algorithms = query(null, attribute.SECPKG_ATTR_SUPPORTED_ALGS) as {
      palgSupportedAlgs: number[];
    };
    assert.ok(algorithms.palgSupportedAlgs.includes(c.CALG_AES_256));
  },
);

credentials.row(
  "2.1 K2 K5",
  "names: SEC_E_NO_CREDENTIALS; anything else: SEC_E_UNSUPPORTED_FUNCTION",
  () => {
    assert.is(query(null, attribute.SECPKG_CRED_ATTR_NAMES), "SEC_E_NO_CREDENTIALS");
    assert.is(query(null, 0x99), "SEC_E_UNSUPPORTED_FUNCTION");
  },
);

credentials.run();
