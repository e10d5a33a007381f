/**
 * What each peer cannot do, with the reasons that the table gives: every one that applies to a cell; none: it is run.
 */

import { type HybridGroupName, isHybrid } from "../../src/protocol/named-group.ts";
import type { CurveName } from "../../src/protocol/signature-scheme.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import type { Cell } from "./cells.ts";

type Rule = readonly [reason: string, applies: (cell: Cell) => boolean];

type Reasons = (cell: Cell) => readonly string[];

const allOf =
  (rules: readonly Rule[]): Reasons =>
  (cell) =>
    rules.flatMap(([reason, applies]) => (applies(cell) ? [reason] : []));

const noKeyUpdate = (name: string): Rule => [
  `${name} has no way to begin a key update`,
  ({ feature }) => feature === "key update by the peer",
];

const noDhe = (name: string): Rule => [
  `${name} has no DHE suites`,
  ({ suite }) => suite.keyExchange === "dhe",
];

const noEncryptThenMac = (name: string): Rule => [
  `${name} has no encrypt-then-mac`,
  ({ encryptThenMac }) => encryptThenMac,
];

const noX448 = (name: string): Rule => [
  `${name} has no X448`,
  ({ group }) => group?.name === "x448",
];

/** @param but those that it has */
const noHybrids = (name: string, but: readonly HybridGroupName[] = []): Rule => [
  but.length === 0
    ? `${name} has no groups with ML-KEM`
    : `of the groups with ML-KEM ${name} has ${but.join(" and ")}`,
  ({ group }) => group !== null && isHybrid(group.name) && !but.includes(group.name),
];

const noEd448 = (name: string): Rule => [
  `${name} has no Ed448`,
  ({ scheme }) => scheme?.name === "ed448",
];

const noPssKeys = (name: string): Rule => [
  `${name} takes no keys with the RSA-PSS identifier`,
  ({ scheme }) => scheme?.keyType === "rsa-pss",
];

export const cannotNode: Reasons = allOf([
  noHybrids("OpenSSL before 3.5"),
  noKeyUpdate("node:tls"),
]);

const GO_CBC = /_AES_(128|256)_CBC_SHA$|_AES_128_CBC_SHA256$/;

/** @param hybrids groups with ML-KEM that this version has */
export const cannotGo = (hybrids: readonly HybridGroupName[]): Reasons =>
  allOf([
    noDhe("Go"),
    [
      "Go has CBC with SHA-1, and with SHA-256 for AES-128 only",
      ({ suite }) => suite.mac !== null && !GO_CBC.test(suite.name),
    ],
    [
      "Go has no suite with static RSA, AES-256-CBC and SHA-256",
      ({ suite }) => suite.name === "TLS_RSA_WITH_AES_256_CBC_SHA256",
    ],
    noEncryptThenMac("Go"),
    noX448("Go"),
    noHybrids("this version of Go", hybrids),
    noEd448("Go"),
    noPssKeys("Go"),
    ["Go resumes by tickets only", ({ feature }) => feature === "session id"],
    noKeyUpdate("crypto/tls"),
    [
      "Go's first shares are for X25519 and for a group with ML-KEM wherever they are offered",
      ({ role, feature, group }) =>
        role === "server" &&
        feature === "retry" &&
        (group?.name === "x25519" || group?.kind === "hybrid"),
    ],
  ]);

export const cannotOpenssl: Reasons = allOf([noHybrids("OpenSSL before 3.5")]);

export const cannotGnutls: Reasons = allOf([
  noHybrids("GnuTLS 3.7"),
  [
    "gnutls-serv has no way to begin a key update",
    ({ role, feature }) => role === "client" && feature === "key update by the peer",
  ],
]);

export const cannotRustls: Reasons = allOf([
  noDhe("rustls"),
  ["rustls has no static RSA", ({ suite }) => suite.keyExchange === "rsa"],
  ["rustls has no CBC", ({ suite }) => suite.mac !== null],
  noX448("rustls"),
  noHybrids("rustls", ["X25519MLKEM768", "SecP256r1MLKEM768"]),
  ["rustls agrees on no key over P-521", ({ group }) => group?.name === "secp521r1"],
  [
    "rustls lists no P-521, so that a TLS 1.2 server must not show it a certificate over it (RFC 8422 §5.3)",
    ({ role, version, scheme }) =>
      role === "server" && version === TLS12 && scheme?.curve === "secp521r1",
  ],
  noEd448("rustls"),
  noPssKeys("rustls"),
]);

export const cannotJsse: Reasons = allOf([noHybrids("JSSE"), noEncryptThenMac("JSSE")]);

const BORINGSSL_CBC = /_AES_(128|256)_CBC_SHA$|_ECDHE_(ECDSA|RSA)_WITH_AES_128_CBC_SHA256$/;

export const cannotBoringssl: Reasons = allOf([
  noDhe("BoringSSL"),
  [
    "BoringSSL has CBC with SHA-1, and with SHA-256 for AES-128 and ECDHE only",
    ({ suite }) => suite.mac !== null && !BORINGSSL_CBC.test(suite.name),
  ],
  noEncryptThenMac("BoringSSL"),
  noX448("BoringSSL"),
  noHybrids("BoringSSL", ["X25519MLKEM768"]),
  [
    "BoringSSL's first shares are one for a group with ML-KEM, if there is one, and another",
    ({ role, feature, group }) =>
      role === "server" && feature === "retry" && group?.kind === "hybrid",
  ],
  noEd448("BoringSSL"),
  noPssKeys("BoringSSL"),
  [
    "Bun's servers resume by tickets only",
    ({ role, feature }) => role === "client" && feature === "session id",
  ],
  ["Bun's node:tls neither staples nor shows a staple", ({ feature }) => feature === "ocsp staple"],
  noKeyUpdate("node:tls"),
]);

export const cannotBouncyCastle: Reasons = allOf([
  noHybrids("Debian's Bouncy Castle"),
  ["Bouncy Castle has no resumption in TLS 1.3", ({ feature }) => feature === "psk"],
  [
    "Bouncy Castle's JSSE provider neither staples nor shows a staple",
    ({ feature }) => feature === "ocsp staple",
  ],
  noKeyUpdate("Bouncy Castle's JSSE provider"),
  [
    "Bouncy Castle's first share is for X25519 or, where that is off, for P-256",
    ({ role, version, feature, group }) =>
      role === "server" &&
      version === TLS13 &&
      (feature === "retry"
        ? group?.name === "x25519"
        : group?.name !== "x25519" && group?.name !== "secp256r1"),
  ],
  [
    "Bouncy Castle's server has to list the curve of the certificates' issuer, for which our first share is",
    ({ role, feature, group }) =>
      role === "client" && feature === "retry" && group?.name === "x25519",
  ],
]);

const bitsOver256 = (curve: CurveName | null): number =>
  curve === "secp384r1" ? 384 : curve === "secp521r1" ? 521 : 0;

export const cannotNss: Reasons = allOf([
  noEncryptThenMac("NSS"),
  noX448("NSS"),
  noHybrids("NSS"),
  noEd448("NSS"),
  ["NSS has no Ed25519", ({ scheme }) => scheme?.name === "ed25519"],
  [
    "NSS's TLS 1.2 server takes, for ciphers of 256 bits, a group as large as its certificate's, which a client has to list",
    ({ role, version, suite, group, scheme }) =>
      role === "client" &&
      version === TLS12 &&
      suite.cipher.keyLength === 32 &&
      group !== null &&
      group.bits < bitsOver256(scheme?.curve ?? null),
  ],
]);
