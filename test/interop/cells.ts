/**
 * The cells of the interoperability matrix: a role of ours, version × suite (CBC with and without encrypt-then-mac) ×
 * group × signature × feature, and the rule which of all combinations are run.
 *
 * The rule: for a full handshake every pair of suite and group, of suite and signature, and of group and signature that
 * occurs in a combination the peer can do; for every other feature every single suite, group and signature.
 */
import { CIPHER_SUITES, type CipherSuite } from "../../src/protocol/cipher-suite.ts";
import { NAMED_GROUPS, type NamedGroup } from "../../src/protocol/named-group.ts";
import { SIGNATURE_SCHEMES, type SignatureScheme } from "../../src/protocol/signature-scheme.ts";
import { type ProtocolVersion, TLS13 } from "../../src/protocol/version.ts";
import { covering } from "../support/pairwise.ts";
import type { KeyKind } from "./certificates.ts";

export type Feature =
  | "full"
  | "session id"
  | "ticket"
  | "psk"
  | "client certificate"
  | "retry"
  | "key update by us"
  | "key update by the peer"
  | "alpn"
  | "ocsp staple";

export interface Cell {
  /** Ours. */
  readonly role: "client" | "server";
  readonly version: ProtocolVersion;
  readonly suite: CipherSuite;
  /** CBC only: whether we offer or accept encrypt-then-mac. */
  readonly encryptThenMac: boolean;
  /** Null: static RSA. */
  readonly group: NamedGroup | null;
  /** The server's signature, and the client's where it has a certificate. Null: static RSA. */
  readonly scheme: SignatureScheme | null;
  readonly feature: Feature;
}

/** What a table has a row for. */
export interface AxisValue {
  readonly axis: "suite" | "group" | "signature";
  readonly name: string;
}

export const suiteLabel = ({ suite, encryptThenMac }: Cell): string =>
  encryptThenMac ? `${suite.name}, encrypt-then-mac` : suite.name;

/** The rows that a cell counts for. */
export function valuesOf(cell: Cell): AxisValue[] {
  const { group, scheme } = cell;
  return [
    { axis: "suite", name: suiteLabel(cell) },
    ...(group === null ? [] : [{ axis: "group", name: group.name } as const]),
    ...(scheme === null ? [] : [{ axis: "signature", name: scheme.name } as const]),
  ];
}

export const keyOf = ({ axis, name }: AxisValue): string => `${axis} ${name}`;

/** What is run in a version, in the order of the table's columns. */
export function featuresOf(version: ProtocolVersion): readonly Feature[] {
  return version === TLS13
    ? [
        ...(["full", "psk", "client certificate", "retry", "key update by us"] as const),
        ...(["key update by the peer", "alpn", "ocsp staple"] as const),
      ]
    : ["full", "session id", "ticket", "client certificate", "alpn", "ocsp staple"];
}

/** The kind of certificate that a signature takes. */
export function kindOf({ scheme }: Pick<Cell, "scheme">): KeyKind {
  if (scheme === null) return "rsa";
  if (scheme.curve !== null) {
    return ({ secp256r1: "p256", secp384r1: "p384", secp521r1: "p521" } as const)[scheme.curve];
  }
  return scheme.keyType === "ec" ? "p256" : scheme.keyType;
}

/** Every combination that the protocol allows, in the registries' order. */
export function combinations(
  role: Cell["role"],
  version: ProtocolVersion,
  feature: Feature,
): Cell[] {
  const cells: Cell[] = [];
  for (const suite of CIPHER_SUITES) {
    // Keys from outside TLS have tests of their own: they need no certificates.
    if (suite.version !== version || suite.authentication === "psk") continue;
    for (const encryptThenMac of suite.mac === null ? [false] : [false, true])
      for (const group of groupsFor(suite))
        for (const scheme of schemesFor(suite))
          cells.push({ role, version, suite, encryptThenMac, group, scheme, feature });
  }
  return cells;
}

function groupsFor({ keyExchange, version }: CipherSuite): readonly (NamedGroup | null)[] {
  if (keyExchange === "rsa") return [null];
  return NAMED_GROUPS.filter(({ kind, tls12, tls13 }) => {
    const inVersion = version === TLS13 ? tls13 : tls12;
    return inVersion && (kind === "finite-field") === (keyExchange === "dhe");
  });
}

function schemesFor(suite: CipherSuite): readonly (SignatureScheme | null)[] {
  if (suite.keyExchange === "rsa") return [null];
  return SIGNATURE_SCHEMES.filter((scheme) => {
    const { hash } = scheme.algorithm;
    if (hash === "sha1" || !(suite.version === TLS13 ? scheme.tls13 : scheme.tls12)) return false;
    const isRsa = scheme.keyType === "rsa" || scheme.keyType === "rsa-pss";
    return suite.authentication === "any" || isRsa === (suite.authentication === "rsa");
  });
}

/** A selection of cells by the rule of this file. */
export function selected(all: readonly Cell[]): Cell[] {
  const numbers = new Map<string, number>();
  for (const need of all.flatMap(requirements))
    numbers.set(need, numbers.get(need) ?? numbers.size);
  return covering(
    all,
    (cell) => requirements(cell).map((need) => numbers.get(need) ?? 0),
    numbers.size,
  );
}

function requirements(cell: Cell): string[] {
  const keys = valuesOf(cell).map(keyOf);
  if (cell.feature !== "full") return keys;
  return [
    ...keys,
    ...keys.flatMap((one, index) => keys.slice(index + 1).map((other) => `${one} + ${other}`)),
  ];
}
