/**
 * Every pair of faults of a chain (`../verdicts/fault-chains.ts`) by OpenSSL and by Go: what one of them refuses we refuse, and
 * every fault that OpenSSL names is in our verdict.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import type { ChainResult } from "../../src/api/function-types.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { chainWith, FAULTS, type FaultRow, PAIRS, titleOf } from "../verdicts/fault-chains.ts";
import { NOON } from "./certificate-maker.ts";
import type { World } from "./chain-generator.ts";
import { type Answer, goAnswers, opensslAnswers } from "./judges.ts";

const { verifyChain } = createSspi(nodeProvider);

/** X509_V_ERR_* of OpenSSL (x509_vfy.h) → the reasons that stand for it here. */
const NUMBERS: Readonly<Record<number, readonly string[]>> = {
  2: ["UnknownIssuer"],
  3: ["NoRevocationInformation"],
  7: ["BadCertificateSignature", "UnverifiedSignature"],
  9: ["CertificateNotYetValid"],
  10: ["CertificateExpired"],
  19: ["UnknownIssuer"],
  20: ["UnknownIssuer"],
  23: ["CertificateRevoked"],
  24: ["IssuerNotAuthority"],
  25: ["PathTooLong"],
  // The purpose of an issuer takes its CA flag and its key usage in.
  26: ["WrongCertificateUsage", "IssuerNotAuthority", "IssuerMayNotSign"],
  32: ["IssuerMayNotSign"],
  34: ["UnknownCriticalExtension"],
  42: ["CertificateRefused"],
  43: ["PolicyRequired"],
  47: ["NameNotPermitted"],
  48: ["NameExcluded"],
  // A constraint that OpenSSL cannot read or is not willing to compare.
  1: ["ChainTooCostly"],
  51: ["CertificateRefused"],
  52: ["CertificateRefused"],
  53: ["CertificateRefused"],
  62: ["NameMismatch"],
  79: ["IssuerNotAuthority", "IssuerMayNotSign"],
};

interface Case {
  readonly faults: readonly FaultRow[];
  readonly world: World;
  readonly ours: ChainResult;
}

function caseOf(...faults: readonly FaultRow[]): Case {
  const { chain, roots, name, crls } = chainWith(...faults);
  const [leaf, ...intermediates] = chain;
  if (leaf === undefined) throw new RangeError("a chain without a leaf");
  const world = { roots, intermediates, leaves: [{ der: leaf, words: [] }], words: [], name, crls };
  const ours = verifyChain({
    ...{ chain, trust: new TrustStore(roots), name, purpose: "server", time: NOON, crls },
    ...(crls.length === 0 ? {} : { revocationCheck: "chain" }),
  });
  return { faults, world, ours };
}

/** Faults of the store itself are ours alone, and nobody else asks for a staple. */
const theirs = ({ ofStore, reason }: FaultRow): boolean =>
  !ofStore && reason !== "OcspResponseRequired";

const good = caseOf();
const single = FAULTS.filter(theirs).map((fault) => caseOf(fault));
const double = PAIRS.filter((pair) => pair.every(theirs)).map((pair) => caseOf(...pair));
const all = [good, ...single, ...double];
const worlds = all.map(({ world }) => world);

const pairs = suite("x509: pairs of faults");
const answers: { go: Answer[]; openssl: Answer[] } = { go: [], openssl: [] };

pairs.before(async () => {
  answers.go = goAnswers(worlds).flat();
  answers.openssl = (await opensslAnswers(worlds)).flat();
});

pairs("all three accept the chain without a fault", () => {
  assert.equal([good.ours.faults, answers.go[0], answers.openssl[0]], [[], null, null]);
});

pairs("what OpenSSL or Go refuses we refuse", () => {
  const refused = all.filter((_, i) => answers.go[i] !== null || answers.openssl[i] !== null);
  assert.ok(refused.length > 500, `${refused.length}`);
  assert.equal(
    refused.filter(({ ours }) => ours.ok).map(({ faults }) => titleOf(faults)),
    [],
  );
});

pairs("each fault that OpenSSL names is in our verdict", () => {
  const missing: string[] = [];
  let named = 0;
  for (const [index, { faults, ours }] of all.entries()) {
    const reasons = new Set<string>(ours.faults.map(({ reason }) => reason));
    for (const [words, number] of (answers.openssl[index] ?? "").matchAll(
      /error (\d+) at [^;]*/g,
    )) {
      named++;
      const ofOurs = NUMBERS[Number(number)];
      if (ofOurs?.some((reason) => reasons.has(reason)) !== true) {
        missing.push(`${titleOf(faults)}: ${words} is not among ${[...reasons]}`);
      }
    }
  }
  assert.ok(named > 500, `${named}`);
  assert.equal(missing, []);
});

pairs.run();
