/**
 * What each peer cannot do, with the reasons that the table gives: every one that applies to a cell; none: it is run.
 */
import type { Cell } from "./cells.ts";

type Rule = readonly [reason: string, applies: (cell: Cell) => boolean];

type Reasons = (cell: Cell) => readonly string[];

const allOf =
  (rules: readonly Rule[]): Reasons =>
  (cell) =>
    rules.flatMap(([reason, applies]) => (applies(cell) ? [reason] : []));

const noKeyUpdate: (name: string) => Rule = (name) => [
  `${name} has no way to begin a key update`,
  ({ feature }) => feature === "key update by the peer",
];

export const cannotNode: Reasons = allOf([noKeyUpdate("node:tls")]);

const GO_CBC = /_AES_(128|256)_CBC_SHA$|_AES_128_CBC_SHA256$/;

export const cannotGo: Reasons = allOf([
  ["Go has no DHE suites", ({ suite }) => suite.keyExchange === "dhe"],
  [
    "Go has CBC with SHA-1, and with SHA-256 for AES-128 only",
    ({ suite }) => suite.mac !== null && !GO_CBC.test(suite.name),
  ],
  [
    "Go has no suite with static RSA, AES-256-CBC and SHA-256",
    ({ suite }) => suite.name === "TLS_RSA_WITH_AES_256_CBC_SHA256",
  ],
  ["Go has no encrypt-then-mac", ({ encryptThenMac }) => encryptThenMac],
  ["Go has no X448", ({ group }) => group?.name === "x448"],
  ["Go has no Ed448", ({ scheme }) => scheme?.name === "ed448"],
  ["Go takes no keys with the RSA-PSS identifier", ({ scheme }) => scheme?.keyType === "rsa-pss"],
  ["Go resumes by tickets only", ({ feature }) => feature === "session id"],
  noKeyUpdate("crypto/tls"),
  [
    "Go's first share is for X25519 whenever it is offered",
    ({ role, feature, group }) =>
      role === "server" && feature === "retry" && group?.name === "x25519",
  ],
]);

export const cannotOpenssl: Reasons = () => [];

export const cannotGnutls: Reasons = allOf([
  [
    "gnutls-serv has no way to begin a key update",
    ({ role, feature }) => role === "client" && feature === "key update by the peer",
  ],
]);
