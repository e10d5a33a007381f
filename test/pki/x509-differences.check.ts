/**
 * The same random chains judged by us, by OpenSSL and by Go: where they differ, the difference is of a class that is
 * understood (`difference-classes.ts`, and `docs/x509.md` for people).
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { NOON } from "./certificate-maker.ts";
import { ChainGenerator, HOST, type World } from "./chain-generator.ts";
import { DIFFERENCES, type Difference } from "./difference-classes.ts";
import { type Answer, goAnswers, opensslAnswers } from "./judges.ts";
import { mutatedWorlds } from "./mutated-worlds.ts";

const SEED = 2026;
const { verifyChain } = createSspi(nodeProvider);

function ourAnswer({ roots, intermediates }: World, leaf: Uint8Array): Answer {
  const { ok, reason, faults } = verifyChain({
    ...{ chain: [leaf, ...intermediates], trust: new TrustStore(roots) },
    ...{ name: HOST, purpose: "server", time: NOON, profile: "basic" },
  });
  return ok ? null : `${reason}: ${faults.map(({ message }) => message).join("; ")}`;
}

/** Differences that no class explains, as text; every class that was met is counted. */
function unexplained(
  worlds: readonly World[],
  peer: Difference["peer"],
  answers: readonly (readonly Answer[])[],
): string[] {
  const found: string[] = [];
  for (const [index, world] of worlds.entries()) {
    for (const [leaf, { der, words }] of world.leaves.entries()) {
      const theirs = answers[index]?.[leaf];
      if (theirs === undefined)
        throw new RangeError(`${peer} did not answer case ${index}.${leaf}`);
      const ours = ourAnswer(world, der);
      if ((ours === null) === (theirs === null)) continue;
      const difference = { peer, ours, theirs, words: [...world.words, ...words] };
      if (DIFFERENCES.some((known) => known.fits(difference))) continue;
      found.push(
        `${index}.${leaf} ${difference.words.join(" ")}: ours ${ours ?? "ok"}, ${peer} ${theirs ?? "ok"}`,
      );
    }
  }
  return found;
}

const accepted = (worlds: readonly World[]): number =>
  worlds.flatMap((world) => world.leaves.filter(({ der }) => ourAnswer(world, der) === null))
    .length;

const differences = suite("x509: differences");
const generator = new ChainGenerator(SEED);
const worlds = Array.from({ length: 1000 }, () => generator.world());
const mutants = mutatedWorlds(SEED, 2000);

differences("both verdicts are frequent enough to mean something", () => {
  const good = accepted(worlds);
  const all = worlds.flatMap(({ leaves }) => leaves).length;
  assert.is(all, 4000);
  assert.ok(good > all / 4 && good < (3 * all) / 4, `${good} of ${all} are accepted`);
  assert.ok(accepted(mutants) > mutants.length / 5, "mutants");
});

differences("Go", () => {
  assert.equal(unexplained(worlds, "Go", goAnswers(worlds)), []);
  assert.equal(unexplained(mutants, "Go", goAnswers(mutants)), []);
});

differences("OpenSSL", async () => {
  const some = mutants.slice(0, 400);
  assert.equal(unexplained(worlds, "OpenSSL", await opensslAnswers(worlds)), []);
  assert.equal(unexplained(some, "OpenSSL", await opensslAnswers(some)), []);
});

differences.run();
