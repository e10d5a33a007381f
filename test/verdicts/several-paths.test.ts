/**
 * Chains that lead upwards by several paths, each with faults of its own: a verdict is that of one path, with all of its
 * faults; a path on which nothing is wrong is found whatever the others are; and a fault of the leaf stands in every verdict.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import type { ChainResult } from "../../src/api/function-types.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import {
  authorityExtensions,
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateSpec,
  extendedKeyUsage,
  keyUsage,
  makeCertificate,
  makeKey,
  nameConstraints,
  serverExtensions,
  subjectKeyIdentifier,
  unknownExtension,
} from "../pki/certificate-maker.ts";
import { HOST } from "./fault-chains.ts";

const { verifyChain } = createSspi(nodeProvider);

const [rootA, rootB, middle, leafKey, stranger] = [
  makeKey("p256"),
  makeKey("p256"),
  makeKey("p256"),
  makeKey("p256"),
  makeKey("p256"),
];
const PAST = Date.UTC(2021, 0, 2);
const anchorOf = (subject: string, key: typeof rootA): Uint8Array =>
  makeCertificate({
    ...{ subject, issuer: subject, key, signer: key, extensions: authorityExtensions(key, key) },
  });
const ANCHORS = { A: anchorOf("Root A", rootA), B: anchorOf("Root B", rootB) };

interface Change {
  readonly reason: string | null;
  readonly spec?: Partial<CertificateSpec>;
  /** Instead of the usual extensions, or beside them. */
  readonly extensions?: readonly Uint8Array[];
  readonly more?: readonly Uint8Array[];
}

/** What can be wrong with the middle authority; null: nothing. */
const OF_MIDDLE: readonly Change[] = [
  { reason: null },
  { reason: "CertificateExpired", spec: { notAfter: PAST } },
  { reason: "NameExcluded", more: [nameConstraints([], ["dns:example.com"])] },
  { reason: "UnknownCriticalExtension", more: [unknownExtension(true)] },
  {
    reason: "IssuerNotAuthority",
    extensions: [basicConstraints(false), keyUsage(0x06), subjectKeyIdentifier(middle)],
  },
  {
    reason: "IssuerMayNotSign",
    extensions: [basicConstraints(true), keyUsage(0x02), subjectKeyIdentifier(middle)],
  },
  { reason: "BadCertificateSignature", spec: { brokenSignature: true } },
];

/** What can be wrong with the leaf. */
const OF_LEAF: readonly (Change & { readonly name?: string })[] = [
  { reason: null },
  { reason: "NameMismatch", name: "other.example.org" },
  { reason: "CertificateExpired", spec: { notAfter: PAST } },
  {
    reason: "WrongCertificateUsage",
    extensions: [
      ...[keyUsage(0x80), extendedKeyUsage(OID.clientAuth), authorityKeyIdentifier(middle)],
      ...serverExtensions(middle, `dns:${HOST}`).slice(3),
    ],
  },
  { reason: "BadCertificateSignature", spec: { signer: stranger } },
];

function middleBy(root: "A" | "B", change: Change): Uint8Array {
  const signer = root === "A" ? rootA : rootB;
  return makeCertificate({
    ...{ subject: "Middle", issuer: `Root ${root}`, key: middle, signer },
    extensions: [
      ...(change.extensions ?? authorityExtensions(middle, signer)),
      ...(change.more ?? []),
    ],
    ...change.spec,
  });
}

function leafWith(change: Change): Uint8Array {
  return makeCertificate({
    ...{ subject: HOST, issuer: "Middle", key: leafKey, signer: middle },
    extensions: change.extensions ?? serverExtensions(middle, `dns:${HOST}`),
    ...change.spec,
  });
}

interface Fork {
  readonly leaf: (typeof OF_LEAF)[number];
  readonly a: Change;
  readonly b: Change;
  /** Root B is trusted too. */
  readonly both: boolean;
}

const FORKS: readonly Fork[] = OF_LEAF.flatMap((leaf) =>
  OF_MIDDLE.flatMap((a) =>
    OF_MIDDLE.flatMap((b) => [
      { leaf, a, b, both: true },
      { leaf, a, b, both: false },
    ]),
  ),
);
const titleOf = ({ leaf, a, b, both }: Fork): string =>
  `leaf ${leaf.reason}, by A ${a.reason}, by B ${b.reason}, ${both ? "both" : "A"} trusted`;

function judged({ leaf, a, b, both }: Fork, backwards: boolean): ChainResult {
  const middles = [middleBy("A", a), middleBy("B", b)];
  return verifyChain({
    chain: [leafWith(leaf), ...(backwards ? middles.reverse() : middles)],
    trust: new TrustStore(both ? [ANCHORS.A, ANCHORS.B] : [ANCHORS.A], "basic"),
    ...{ name: leaf.name ?? HOST, purpose: "server" },
  });
}

const reasonsOf = ({ faults }: ChainResult): string[] => faults.map(({ reason }) => reason);
const without = (reasons: readonly (string | null)[]): string[] =>
  reasons.filter((reason) => reason !== null);

const forks = suite("verdicts: several paths");

forks("a path on which nothing is wrong leaves the faults of the leaf alone", () => {
  for (const [index, fork] of FORKS.entries()) {
    const { leaf, a, b, both } = fork;
    const good = a.reason === null || (both && b.reason === null);
    if (!good) continue;
    const result = judged(fork, index % 2 === 0);
    assert.equal(reasonsOf(result), without([leaf.reason]), titleOf(fork));
    assert.is(result.ok, leaf.reason === null, titleOf(fork));
  }
});

forks("where every path is broken, the verdict has the faults of the leaf and of one path", () => {
  for (const [index, fork] of FORKS.entries()) {
    const { leaf, a, b, both } = fork;
    if (a.reason === null || (both && b.reason === null)) continue;
    const result = judged(fork, index % 2 === 0);
    const reasons = [...new Set(reasonsOf(result))].sort().join();
    const possible = [a, ...(both ? [b] : [])].map((path) =>
      [...new Set(without([leaf.reason, path.reason]))].sort().join(),
    );
    assert.ok(possible.includes(reasons), `${titleOf(fork)}: ${reasons}, not ${possible}`);
    assert.is(result.ok, false, titleOf(fork));
  }
});

forks("a path that an authority vouches for says more than one with a wrong signature", () => {
  for (const leaf of OF_LEAF.filter(({ reason }) => reason !== "BadCertificateSignature")) {
    for (const change of OF_MIDDLE.slice(1, -1)) {
      for (const backwards of [false, true]) {
        const [broken] = OF_MIDDLE.slice(-1);
        assert.ok(broken !== undefined);
        const fork = { leaf, a: broken, b: change, both: true };
        const result = judged(fork, backwards);
        assert.not(reasonsOf(result).includes("BadCertificateSignature"), titleOf(fork));
        assert.ok(reasonsOf(result).includes(String(change.reason)), titleOf(fork));
        assert.is(result.explain.paths[0]?.trusted, true, titleOf(fork));
      }
    }
  }
});

forks("a cross certificate of a root that nobody trusts brings no fault and no trust", () => {
  const good = { reason: null };
  for (const change of OF_MIDDLE) {
    const trusted = judged({ leaf: good, a: good, b: change, both: false }, true);
    assert.equal(trusted.faults, [], String(change.reason));
    const [leaf, cross] = [leafWith(good), middleBy("B", change)];
    const strange = verifyChain({
      ...{ chain: [leaf, cross, ANCHORS.B], trust: new TrustStore([ANCHORS.A], "basic") },
      ...{ name: "other.example.org", purpose: "server" },
    });
    const reasons = reasonsOf(strange);
    assert.ok(reasons.includes("UnknownIssuer") && reasons.includes("NameMismatch"), `${reasons}`);
    if (change.reason !== null) assert.ok(reasons.includes(change.reason), `${reasons}`);
    assert.ok(strange.explain.paths.every(({ trusted: known }) => !known));
  }
});

forks.run();
