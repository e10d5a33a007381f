/**
 * Budgets that end, over generated chains: a budget that ends is a fault of its own, it never makes an acceptance, and it hides
 * nothing but what it names. Nothing of a chain is an exception.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import type { ChainResult } from "../../src/api/function-types.ts";
import { MAX_PATH_STEPS } from "../../src/pki/path/work-budget.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { NOON } from "./certificate-maker.ts";
import { ChainGenerator, HOST, randomNumbers, type World } from "./chain-generator.ts";
import { COSTS, CostlyGenerator } from "./costly-worlds.ts";
import { OddGenerator } from "./odd-worlds.ts";

/** A sspi of its own for each question: a path that was found before costs nothing. */
function judged(world: World, leaf: Uint8Array, budget?: number): ChainResult {
  return createSspi(nodeProvider).verifyChain({
    ...{ chain: [leaf, ...world.intermediates], trust: new TrustStore(world.roots) },
    ...{ name: world.name ?? HOST, purpose: "server", time: NOON, profile: "basic" },
    ...(budget === undefined ? {} : { budget }),
  });
}

const reasons = ({ faults }: ChainResult): string[] => [
  ...new Set(faults.map(({ reason }) => reason)),
];
const shown = ({ words }: World, others: readonly string[]): string =>
  [...words, ...others].join(" ");

const budgets = suite("pki: budgets");

const generated: Readonly<Record<string, readonly World[]>> = (() => {
  const [chains, odd] = [new ChainGenerator(7), new OddGenerator(7)];
  return {
    "changed chains": Array.from({ length: 60 }, () => chains.world()),
    "odd names and dates": Array.from({ length: 60 }, () => odd.world()),
  };
})();

for (const [title, worlds] of Object.entries(generated)) {
  budgets(
    `${title}: whatever the budget, the verdict is that of a full one or says that it ended`,
    () => {
      const random = randomNumbers(11);
      const seen = { same: 0, ended: 0 };
      for (const world of worlds) {
        for (const { der, words } of world.leaves) {
          const full = judged(world, der);
          for (const budget of [0, 1, 49, 50, 51, Math.floor(random() * 300)]) {
            const result = judged(world, der, budget);
            const ended = reasons(result).includes("ChainTooCostly");
            const name = `${budget} ${shown(world, words)}: ${reasons(result)}, not ${reasons(full)}`;
            assert.is(ended && result.ok, false, name);
            if (ended) seen.ended++;
            else {
              seen.same++;
              assert.equal(reasons(result), reasons(full), name);
            }
          }
        }
      }
      assert.ok(seen.same > 100 && seen.ended > 100, JSON.stringify(seen));
    },
  );
}

for (const kind of COSTS) {
  budgets(`${kind}: the budget ends in some worlds, and is the fault that is reported`, () => {
    const generator = new CostlyGenerator(3);
    const seen = { accepted: 0, refused: 0, ended: 0 };
    for (let i = 0; i < 24; i++) {
      const world = generator.world(kind);
      for (const { der, words } of world.leaves) {
        const result = judged(world, der);
        const ended = reasons(result).includes("ChainTooCostly");
        const name = `${shown(world, words)}: ${reasons(result)} after ${result.explain.steps}`;
        assert.ok(result.explain.steps <= 1.1 * MAX_PATH_STEPS + 2, name);
        if (ended) {
          assert.is(result.ok, false, name);
          const cost = result.faults.find(({ reason }) => reason === "ChainTooCostly");
          assert.match(cost?.message ?? "", /steps of work/, name);
          // With more to spend it is the verdict of whoever counts nothing.
          const rich = judged(world, der, 100 * MAX_PATH_STEPS);
          assert.not(reasons(rich).includes("ChainTooCostly"), name);
        }
        seen[ended ? "ended" : result.ok ? "accepted" : "refused"]++;
      }
    }
    assert.ok(seen.ended > 2 && seen.accepted > 2, JSON.stringify(seen));
  });
}

budgets.run();
