/**
 * All of x509-limbo and BetterTLS through `verifyChain`, with both providers; the score goes to `docs/x509.md`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi, type Sspi } from "../../src/api/compose.ts";
import type { ChainResult } from "../../src/api/function-types.ts";
import { MAX_PATH_STEPS } from "../../src/pki/path/work-budget.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { ROOT } from "../support/data.ts";
import { type Outcome, Scoreboard, table } from "./scoreboard.ts";
import { betterTlsCases, limboCases, type X509Case } from "./x509-cases.ts";
import { x509Document } from "./x509-document.ts";

/** Features that are not built, each with its reason. A case that needs one is skipped, whatever its result. */
const SKIPPED: Readonly<Record<string, string>> = {};

/** The diagnosis of a refusal has a tenth of the budget for itself; the step that ends either counts too. */
const BOUND = 1.1 * MAX_PATH_STEPS;

const LIMBO = limboCases();
const PATHS = betterTlsCases("pathbuilding-dev.json.gz");
const NAMES = betterTlsCases("nameconstraints-dev.json.gz");

function judge(sspi: Sspi, item: X509Case): ChainResult {
  return sspi.verifyChain({
    chain: item.chain,
    trust: new TrustStore(item.trusted),
    name: item.name,
    purpose: item.purpose,
    time: item.time,
    profile: item.profile,
    maxDepth: item.maxDepth,
    crls: item.crls,
  });
}

function outcomeOf(item: X509Case, { ok }: ChainResult): Outcome {
  if (item.features.some((feature) => SKIPPED[feature] !== undefined)) return "skipped";
  if (ok === item.accepted) return "pass";
  return ok ? "false accept" : "false reject";
}

interface Tally {
  readonly total: Scoreboard;
  readonly families: Scoreboard;
  readonly features: Scoreboard;
  readonly wrong: string[];
}

function run(sspi: Sspi, cases: readonly X509Case[]): Tally {
  const tally: Tally = {
    total: new Scoreboard(),
    families: new Scoreboard(),
    features: new Scoreboard(),
    wrong: [],
  };
  for (const item of cases) {
    const result = judge(sspi, item);
    const outcome = outcomeOf(item, result);
    tally.total.add(item.set, outcome);
    tally.families.add(item.family, outcome);
    for (const feature of item.features) tally.features.add(feature, outcome);
    if (outcome !== "pass" && outcome !== "skipped") {
      tally.wrong.push(`${item.id}: ${outcome}: ${result.message ?? result.explain.text}`);
    }
    assert.ok(result.explain.steps <= BOUND, `${item.id} took ${result.explain.steps} steps`);
    assert.is(result.ok, result.path !== undefined, item.id);
    assert.is(result.ok, result.reason === undefined, item.id);
  }
  return tally;
}

const scores = suite<{ limbo: Tally | null; better: Tally | null }>("x509: score", {
  limbo: null,
  better: null,
});
const node = createSspi(nodeProvider);
const portable = createSspi(portableProvider);

scores("x509-limbo", (context) => {
  assert.is(LIMBO.length, 136);
  context.limbo = run(node, LIMBO);
  assert.equal(context.limbo.wrong, []);
});

scores("BetterTLS", (context) => {
  assert.is(PATHS.length + NAMES.length, 1876);
  context.better = run(node, [...PATHS, ...NAMES]);
  assert.equal(context.better.wrong, []);
});

scores("the portable provider comes to the same verdicts", () => {
  // Its arithmetic takes its time: every case of limbo, of the others a part.
  const part = [
    ...LIMBO,
    ...PATHS.filter((_, i) => i % 2 === 0),
    ...NAMES.filter((_, i) => i % 48 === 0),
  ];
  assert.equal(run(portable, part).wrong, []);
});

scores("the score is written down", ({ limbo, better }) => {
  assert.ok(limbo !== null && better !== null);
  const skipped = Object.entries(SKIPPED).map(([feature, reason]) => `- \`${feature}\`: ${reason}`);
  writeFileSync(
    join(ROOT, "docs/x509.md"),
    x509Document({
      limbo: limbo.total.markdown("x509-limbo"),
      limboFamilies: limbo.families.markdown("family"),
      limboFeatures: limbo.features.markdown("feature"),
      betterFamilies: better.families.markdown("family"),
      betterFeatures: better.features.markdown("feature"),
      skipped: skipped.length === 0 ? "Nothing is skipped." : skipped.join("\n"),
      table,
    }),
  );
});

scores.run();
