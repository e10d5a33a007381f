/**
 * Peers whose shares are no keys and whose signatures are no proofs, in both versions and roles, by name (RFC 7748 §6.1,
 * RFC 7919 §5.1, RFC 8422 §5.4, §5.11, RFC 8446 §4.2.8, §4.4.3, §7.4.2). What such a peer sends fits together otherwise.
 */
import { concat } from "../../src/bytes/byte-arrays.ts";
import { NAMED_GROUPS, type NamedGroup } from "../../src/protocol/named-group.ts";
import { type Changes, groupNamed } from "../support/configurations.ts";
import { flip, overwrite } from "../support/edits.ts";
import { type Bend, withShares, withSignatures } from "../support/faulty-provider.ts";
import { type Attack, type Case, table } from "./attack.ts";
import { mutual, NONE, own, rsa, suites12, tls12, tls13, zeros } from "./attack-kit.ts";

/** The group goes first; that of the certificate must be among them in TLS 1.2. */
const only = (name: NamedGroup["name"]): Changes => ({
  groups: [...new Set([groupNamed(name), groupNamed("secp256r1")])],
  keyShares: [groupNamed(name)],
});

/** The share of an encoding with another first byte; half of it if that is compressed. */
const form = (first: number, coordinates = 2): Bend =>
  withShares((share) =>
    overwrite(share.slice(0, 1 + (coordinates * (share.length - 1)) / 2), 0, first),
  );

const always = (share: readonly number[]): Bend => withShares(() => Uint8Array.from(share));
/** Little-endian numbers of 32 bytes near the prime of Curve25519, all of them of a small order or none on the curve. */
const nearPrime = (last: number): readonly number[] => [
  last,
  ...new Array<number>(30).fill(0xff),
  0x7f,
];

const SHARES: readonly Case[] = (
  [
    ["x25519", "cut", withShares((share) => share.subarray(1))],
    ["x25519", "with a byte more", withShares((share) => concat(share, Uint8Array.of(0)))],
    ["x25519", "zero", always(zeros(32))],
    ["x25519", "one", always([1, ...zeros(31)])],
    ["x25519", "the prime less one", always(nearPrime(0xec))],
    ["x25519", "the prime", always(nearPrime(0xed))],
    ["x25519", "the prime and one", always(nearPrime(0xee))],
    ["secp256r1", "cut", withShares((share) => share.slice(0, -1))],
    ["secp256r1", "with a byte more", withShares((share) => concat(share, Uint8Array.of(0)))],
    ["secp256r1", "compressed", form(2, 1)],
    ["secp256r1", "hybrid", form(6)],
    ["secp256r1", "of an unknown form", form(5)],
    ["secp256r1", "the point at infinity", always([0])],
    ["secp256r1", "infinity as long as a point", always(zeros(65))],
    ["secp256r1", "not on the curve", withShares((share) => flip(share, -1))],
    ["secp256r1", "beyond the field", withShares((share) => share.fill(0xff, 1))],
    ["secp384r1", "not on the curve", withShares((share) => flip(share, -1))],
  ] satisfies readonly (readonly [NamedGroup["name"], string, Bend])[]
).map(([group, name, bend]) => ({
  name: `${group}, ${name}`,
  both: only(group),
  bend,
  reason: "BadKeyShare",
}));

const HIGH_BIT: Case = {
  name: "x25519, the highest bit is not looked at",
  both: only("x25519"),
  bend: withShares((share) => overwrite(share, 31, 0x80 | (share[31] as number))),
  reason: null,
};

/** The bytes of a number with the length of the group's prime. */
const small = (value: number): Bend => withShares((share) => overwrite(share.fill(0), -1, value));
const dhe = {
  both: {
    ...tls12,
    cipherSuites: suites12(({ keyExchange }) => keyExchange === "dhe"),
    groups: NAMED_GROUPS.filter((group) => group.kind === "finite-field"),
  },
  server: rsa,
} as const;

const INTEGERS: readonly Case[] = [
  { name: "DHE, zero", ...dhe, bend: small(0), reason: "BadKeyShare" },
  { name: "DHE, one", ...dhe, bend: small(1), reason: "BadKeyShare" },
  {
    name: "DHE, beyond the prime",
    ...dhe,
    bend: withShares((share) => share.fill(0xff)),
    reason: "BadKeyShare",
  },
];

const SIGNATURES = [
  ["empty", () => NONE],
  ["a single byte", () => Uint8Array.of(0x30)],
  ["cut", (right) => right().slice(0, -1)],
  ["with a byte more", (right) => concat(right(), Uint8Array.of(0))],
  ["of zeros", () => Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 0)],
  ["of ones", () => Uint8Array.of(0x30, 6, 2, 1, 1, 2, 1, 1)],
  ["of negative numbers", () => Uint8Array.of(0x30, 6, 2, 1, 0x81, 2, 1, 0x81)],
  ["as two plain numbers", () => new Uint8Array(64).fill(1)],
] satisfies readonly (readonly [string, Parameters<typeof withSignatures>[0]])[];

const RSA_SIGNATURES = [
  ["empty", () => NONE],
  ["with a zero before it", (right) => concat(Uint8Array.of(0), right())],
  ["of zeros", () => new Uint8Array(256)],
  ["beyond the modulus", () => new Uint8Array(256).fill(0xff)],
] satisfies typeof SIGNATURES;

const signed = (what: string, forms: typeof SIGNATURES): readonly Case[] =>
  forms.map(([name, how]) => ({
    name: `${what} signature ${name}`,
    bend: withSignatures(how),
    reason: "BadSignature",
  }));

const rsaSuites = (both: Changes): Changes => ({
  ...both,
  ...(both.versions === tls12.versions
    ? { cipherSuites: suites12(({ authentication, mac }) => authentication === "rsa" && !mac) }
    : {}),
});

const VERSIONS = [
  { name: "TLS 1.3", both: tls13 },
  { name: "TLS 1.2", both: tls12 },
] as const;
const VICTIMS = ["client", "server"] as const;
const proving = { server: mutual, client: own } as const;

export const ATTACKS_PROOFS: readonly Attack[] = VERSIONS.flatMap(({ name, both }) => [
  ...VICTIMS.flatMap((victim) => [
    ...table(`${name} ${victim}, share`, { victim, both }, [
      ...SHARES,
      HIGH_BIT,
      ...(both === tls12 ? INTEGERS : []),
    ]),
    ...table(
      `${name} ${victim}, proof`,
      { victim, both, ...(victim === "server" ? proving : {}) },
      signed("ECDSA", SIGNATURES),
    ),
  ]),
  ...table(
    `${name} client, proof`,
    { victim: "client", both: rsaSuites(both), server: rsa },
    signed("RSA", RSA_SIGNATURES),
  ),
]);
