/**
 * Chains with chosen faults: root, two intermediates, leaf (of a server or a client), and a table of things that can be wrong, each at one place, with
 * the reason that the verdict must have. Two faults that write the same place cannot be had together.
 */

import { createHash } from "node:crypto";
import { OID } from "../../src/pki/object-identifiers.ts";
import type { TrustConstraints } from "../../src/pki/path/trust-constraints.ts";
import type { FailureReason } from "../../src/protocol/failure.ts";
import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateSpec,
  extendedKeyUsage,
  keyUsage,
  makeCertificate,
  makeKey,
  nameConstraints,
  policyConstraints,
  policyMappings,
  subjectAltName,
  subjectKeyIdentifier,
  type TestKey,
  unknownExtension,
} from "../pki/certificate-maker.ts";
import { MUST_STAPLE, makeCrl } from "../revocation/evidence-maker.ts";

export const HOST = "www.example.com";

export type Place = "root" | "middle" | "low" | "leaf";
const PLACES: readonly Place[] = ["root", "middle", "low", "leaf"];

/** A certificate before it is made. */
interface Draft {
  key: TestKey;
  /** Signed by a key that is not the issuer's, which its authorityKeyIdentifier names all the same. */
  forged: boolean;
  readonly extensions: Map<string, Uint8Array>;
  spec: Partial<CertificateSpec>;
}

interface Plan {
  readonly drafts: Readonly<Record<Place, Draft>>;
  rootIsKnown: boolean;
  name: string;
  constraints: TrustConstraints;
  readonly revoked: Place[];
}

/** A chain as it is sent, and what it is judged by. */
export interface FaultyChain {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly roots: readonly Uint8Array[];
  /** The name that the leaf must be for. */
  readonly name: string;
  readonly constraints: TrustConstraints;
  /** None, or one of each authority. */
  readonly crls: readonly Uint8Array[];
  readonly leafKey: TestKey;
  /** SHA-256 of the keys. */
  readonly keyIds: Readonly<Record<Place, Uint8Array>>;
}

export interface FaultRow {
  /** What is wrong, and where. */
  readonly name: string;
  readonly reason: FailureReason;
  /** Places that the fault writes or needs; "root" alone stands for everything about the root. */
  readonly writes: readonly string[];
  /** A handshake stops before the verdict, at the proof of possession. */
  readonly stopsHandshake: boolean;
  /** Of the trust store itself, which `ca` of node:tls cannot say. */
  readonly ofStore: boolean;
  readonly apply: (plan: Plan) => void;
}

const PAST = Date.UTC(2021, 0, 2);
const FUTURE = Date.UTC(2039, 0, 2);
const [EARLY, LATE] = [Date.UTC(2020, 0, 1), Date.UTC(2040, 0, 1)];

const KEYS: Readonly<Record<Place, TestKey>> = {
  root: makeKey("p256"),
  middle: makeKey("p256"),
  low: makeKey("p256"),
  leaf: makeKey("p256"),
};
const strangerKey = makeKey("p256");
const weakKeys = { middle: makeKey("rsa1024"), leaf: makeKey("rsa1024") };
const strangeRoot = makeCertificate({
  ...{ subject: "Another root", issuer: "Another root", key: strangerKey, signer: strangerKey },
  extensions: [basicConstraints(true), keyUsage(0x06)],
});

/** More comparisons than a search may make. */
const MANY = 800;
const manyNames = (tail: string): string[] =>
  Array.from({ length: MANY }, (_, i) => `dns:${i.toString(36)}.${tail}`);

function planned(): Plan {
  const draft = (place: Place, extensions: Record<string, Uint8Array>): Draft => ({
    ...{ key: KEYS[place], forged: false, extensions: new Map(Object.entries(extensions)) },
    spec: { serial: Uint8Array.of(1 + PLACES.indexOf(place)) },
  });
  const authority = { basic: basicConstraints(true), usage: keyUsage(0x06) };
  return {
    drafts: {
      root: draft("root", authority),
      middle: draft("middle", authority),
      low: draft("low", authority),
      leaf: draft("leaf", {
        usage: keyUsage(0x80),
        purpose: extendedKeyUsage(OID.serverAuth, OID.clientAuth),
        names: subjectAltName(`dns:${HOST}`),
      }),
    },
    rootIsKnown: true,
    name: HOST,
    constraints: {},
    revoked: [],
  };
}

const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(bytes).digest());

const made = new Map<string, FaultyChain>();

/** The chain with these faults, made once; without any it is good. */
export function chainWith(...faults: readonly FaultRow[]): FaultyChain {
  const key = titleOf(faults);
  const known = made.get(key) ?? makeChain(faults);
  made.set(key, known);
  return known;
}

function makeChain(faults: readonly FaultRow[]): FaultyChain {
  const plan = planned();
  for (const fault of faults) fault.apply(plan);
  const { drafts } = plan;
  const names: Record<Place, string> = { root: "Root", middle: "Middle", low: "Low", leaf: HOST };
  const ders = PLACES.map((place, index) => {
    const { key, forged, extensions, spec } = drafts[place];
    const above = PLACES[index - 1] ?? "root";
    const issuer = drafts[above].key;
    return makeCertificate({
      ...{ subject: names[place], issuer: names[above], key },
      signer: forged ? strangerKey : issuer,
      extensions: [
        ...extensions.values(),
        ...(place === "leaf" ? [] : [subjectKeyIdentifier(key)]),
        authorityKeyIdentifier(issuer),
      ],
      ...spec,
    });
  });
  const [root, ...sent] = ders;
  if (root === undefined) throw new RangeError("a chain without a root");
  return {
    chain: sent.reverse(),
    roots: [plan.rootIsKnown ? root : strangeRoot],
    ...{ name: plan.name, constraints: plan.constraints, leafKey: drafts.leaf.key },
    keyIds: {
      ...{ root: sha256(drafts.root.key.spki), middle: sha256(drafts.middle.key.spki) },
      ...{ low: sha256(drafts.low.key.spki), leaf: sha256(drafts.leaf.key.spki) },
    },
    crls: plan.revoked.length === 0 ? [] : crlsOf(plan, names),
  };
}

function crlsOf({ drafts, revoked }: Plan, names: Readonly<Record<Place, string>>): Uint8Array[] {
  return PLACES.slice(0, -1).flatMap((place, index) => {
    const below = PLACES[index + 1];
    const { key } = drafts[place];
    // The maker of lists signs with ECDSA.
    if (key.kind !== "p256") return [];
    return makeCrl({
      ...{ issuer: names[place], signer: key, thisUpdate: EARLY, nextUpdate: LATE },
      revoked: below !== undefined && revoked.includes(below) ? [{ serial: index + 2 }] : [],
    });
  });
}

type Options = Partial<Pick<FaultRow, "stopsHandshake" | "ofStore">>;

function row(
  name: string,
  reason: FailureReason,
  writes: readonly string[],
  apply: FaultRow["apply"],
  options: Options = {},
): FaultRow {
  return { name, reason, writes, apply, stopsHandshake: false, ofStore: false, ...options };
}

/** A fault of one extension. */
function withExtension(
  place: Place,
  slot: string,
  value: Uint8Array,
  name: string,
  reason: FailureReason,
  options: Options = {},
): FaultRow {
  return row(
    `${place}: ${name}`,
    reason,
    [`${place}.${slot}`],
    ({ drafts }) => drafts[place].extensions.set(slot, value),
    options,
  );
}

/** A fault of another field. */
function withField(
  place: Place,
  slot: string,
  spec: Partial<CertificateSpec>,
  name: string,
  reason: FailureReason,
): FaultRow {
  // Who signed an intermediate below the root shows only where the root is known.
  const needs = place === "middle" && slot === "signature" ? ["root.signs"] : [];
  return row(`${place}: ${name}`, reason, [`${place}.${slot}`, ...needs], ({ drafts }) => {
    drafts[place].spec = { ...drafts[place].spec, ...spec };
  });
}

function weak(place: "middle" | "leaf"): FaultRow {
  return row(`${place}: RSA 1024`, "WeakCertificateKey", [`${place}.key`], ({ drafts }) => {
    drafts[place].key = weakKeys[place];
  });
}

const unused = makeKey("p256");
const GAP = "ip:192.0.2.0/255.0.255.0";
const GOLD = "1.3.6.1.4.1.99999.1";
const CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

export const FAULTS: readonly FaultRow[] = [
  withField("leaf", "after", { notAfter: PAST }, "expired", "CertificateExpired"),
  withField("leaf", "before", { notBefore: FUTURE }, "not yet valid", "CertificateNotYetValid"),
  withField("middle", "after", { notAfter: PAST }, "expired", "CertificateExpired"),
  withField("low", "before", { notBefore: FUTURE }, "not yet valid", "CertificateNotYetValid"),
  withField("root", "after", { notAfter: PAST }, "expired", "CertificateExpired"),
  row("another name", "NameMismatch", ["name"], (plan) => {
    plan.name = "other.example.org";
  }),
  withExtension(
    ...(["leaf", "purpose", extendedKeyUsage(CODE_SIGNING)] as const),
    ...(["for code signing", "WrongCertificateUsage"] as const),
  ),
  withExtension(
    ...(["leaf", "usage", keyUsage(0x20)] as const),
    ...(["may not sign", "WrongCertificateUsage", { stopsHandshake: true }] as const),
  ),
  withExtension(
    ...(["low", "purpose", extendedKeyUsage(CODE_SIGNING)] as const),
    ...(["for code signing", "WrongCertificateUsage"] as const),
  ),
  row("leaf: forged", "BadCertificateSignature", ["leaf.signature"], ({ drafts }) => {
    drafts.leaf.forged = true;
  }),
  withField("low", "signature", { brokenSignature: true }, "broken", "BadCertificateSignature"),
  withField("middle", "signature", { brokenSignature: true }, "broken", "BadCertificateSignature"),
  withField("leaf", "signature", { hash: "sha1" }, "SHA-1", "UnverifiedSignature"),
  withField("low", "signature", { hash: "sha1" }, "SHA-1", "UnverifiedSignature"),
  weak("leaf"),
  weak("middle"),
  ...(["leaf", "low", "middle", "root"] as const).map((place) =>
    withExtension(
      ...([place, "unknown", unknownExtension(true)] as const),
      ...(["unknown critical extension", "UnknownCriticalExtension"] as const),
    ),
  ),
  ...(["low", "middle", "root"] as const).map((place) =>
    withExtension(place, "basic", basicConstraints(false), "CA:FALSE", "IssuerNotAuthority"),
  ),
  ...(["low", "middle"] as const).map((place) =>
    withExtension(place, "usage", keyUsage(0x02), "no keyCertSign", "IssuerMayNotSign"),
  ),
  withExtension("middle", "basic", basicConstraints(true, 0), "path length 0", "PathTooLong"),
  withExtension("root", "basic", basicConstraints(true, 1), "path length 1", "PathTooLong"),
  withExtension(
    ...(["low", "constraints", nameConstraints([], ["dns:example.com"])] as const),
    ...(["excludes the host", "NameExcluded"] as const),
  ),
  withExtension(
    ...(["middle", "constraints", nameConstraints(["dns:example.org"], [])] as const),
    ...(["permits another domain", "NameNotPermitted"] as const),
  ),
  withExtension(
    ...(["root", "constraints", nameConstraints(["dns:example.org"], [])] as const),
    ...(["permits another domain", "NameNotPermitted"] as const),
  ),
  withExtension(
    ...(["low", "constraints", nameConstraints([], [GAP])] as const),
    ...(["constraint of no meaning", "CertificateRefused"] as const),
  ),
  withExtension(
    ...(["middle", "policies", policyConstraints(0, null)] as const),
    ...(["a policy is required", "PolicyRequired"] as const),
  ),
  withExtension(
    ...(["low", "mappings", policyMappings([OID.anyPolicy, GOLD])] as const),
    ...(["maps any policy", "CertificateRefused"] as const),
  ),
  row("leaf: revoked", "CertificateRevoked", ["leaf.revoked"], ({ revoked }) => {
    revoked.push("leaf");
  }),
  row("middle: revoked", "CertificateRevoked", ["middle.revoked", "root.crl"], ({ revoked }) => {
    revoked.push("middle");
  }),
  withExtension("leaf", "staple", MUST_STAPLE, "no stapled response", "OcspResponseRequired"),
  row("no root", "UnknownIssuer", ["root"], (plan) => {
    plan.rootIsKnown = false;
  }),
  row(
    "more names and constraints than a search may compare",
    "ChainTooCostly",
    ["root.constraints", "leaf.names"],
    ({ drafts }) => {
      drafts.root.extensions.set("constraints", nameConstraints([], manyNames("q")));
      drafts.leaf.extensions.set("names", subjectAltName(`dns:${HOST}`, ...manyNames("x")));
    },
  ),
  row(
    "store: another key is pinned",
    "UntrustedByConstraint",
    ["store.pins"],
    (plan) => {
      plan.constraints = {
        ...plan.constraints,
        pins: [Buffer.from(unused.id).toString("base64")],
      };
    },
    { ofStore: true },
  ),
  row(
    "store: for clients",
    "UntrustedByConstraint",
    ["store.purposes"],
    (plan) => {
      plan.constraints = { ...plan.constraints, purposes: ["client"] };
    },
    { ofStore: true },
  ),
];

const overlap = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);

/** Can a chain have all of these faults at once? */
export function together(faults: readonly FaultRow[]): boolean {
  return faults.every((one, index) =>
    faults
      .slice(index + 1)
      .every((other) => !one.writes.some((a) => other.writes.some((b) => overlap(a, b)))),
  );
}

/** All pairs of faults that a chain can have at once. */
export const PAIRS: readonly (readonly [FaultRow, FaultRow])[] = FAULTS.flatMap((one, index) =>
  FAULTS.slice(index + 1)
    .map((other) => [one, other] as const)
    .filter(together),
);

export const titleOf = (faults: readonly FaultRow[]): string =>
  faults.map(({ name }) => name).join(" + ");
