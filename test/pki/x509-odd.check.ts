/**
 * Chains with odd names and odd dates (`odd-worlds.ts`), and chains that cost (`costly-worlds.ts`), by us, by OpenSSL and by Go:
 * what both refuse we refuse.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { NOON } from "./certificate-maker.ts";
import { HOST, type World } from "./chain-generator.ts";
import { COSTS, CostlyGenerator } from "./costly-worlds.ts";
import { DIFFERENCES } from "./difference-classes.ts";
import { type Answer, goAnswers, opensslAnswers } from "./judges.ts";
import { OddGenerator } from "./odd-worlds.ts";

const SEED = 2027;
const { verifyChain } = createSspi(nodeProvider);

function ourAnswer(world: World, leaf: Uint8Array, name: string): Answer {
  const { ok, reason, faults } = verifyChain({
    ...{ chain: [leaf, ...world.intermediates], trust: new TrustStore(world.roots) },
    ...{ name, purpose: "server", time: NOON, profile: "basic" },
  });
  return ok ? null : `${reason}: ${faults.map(({ message }) => message).join("; ")}`;
}

interface Judged {
  readonly words: string;
  readonly ours: Answer;
  readonly go: Answer;
  readonly openssl: Answer;
  /** Both are known to differ from us in this, and why is written down (`difference-classes.ts`). */
  readonly isKnown: boolean;
}

async function judge(worlds: readonly World[]): Promise<Judged[]> {
  const [theirs, others] = [goAnswers(worlds), await opensslAnswers(worlds)];
  return worlds.flatMap((world, i) =>
    world.leaves.map(({ der, words: own }, j) => {
      const ours = ourAnswer(world, der, world.name ?? HOST);
      const [go, openssl] = [theirs[i]?.[j], others[i]?.[j]];
      if (go === undefined || openssl === undefined) throw new RangeError(`no answer to ${i}.${j}`);
      const words = [...world.words, ...own];
      const isKnown = (["Go", "OpenSSL"] as const).every((peer) =>
        DIFFERENCES.some(({ fits }) =>
          fits({ peer, ours, theirs: peer === "Go" ? go : openssl, words }),
        ),
      );
      return { words: [world.name, ...words].join(" "), ours, go, openssl, isKnown };
    }),
  );
}

const odd = suite("x509: odd names and dates");

odd("what OpenSSL and Go both refuse we refuse", async () => {
  const generator = new OddGenerator(SEED);
  const all = await judge(Array.from({ length: 1000 }, () => generator.world()));
  const refused = all.filter(({ go, openssl }) => go !== null && openssl !== null);
  const accepted = all.filter(({ ours }) => ours === null);
  assert.ok(refused.length > 1000 && accepted.length > 300, `${refused.length} ${accepted.length}`);
  assert.ok(accepted.filter(({ go, openssl }) => go === null && openssl === null).length > 150);
  assert.equal(
    refused.filter(({ ours, isKnown }) => ours === null && !isKnown),
    [],
  );
});

odd("what OpenSSL and Go both refuse of costly chains we refuse", async () => {
  const generator = new CostlyGenerator(SEED);
  const worlds = COSTS.flatMap((kind) => Array.from({ length: 12 }, () => generator.world(kind)));
  const all = await judge(worlds);
  assert.ok(all.some(({ go, openssl }) => go !== null && openssl !== null));
  assert.equal(
    all.filter(
      ({ ours, go, openssl, isKnown }) =>
        ours === null && go !== null && openssl !== null && !isKnown,
    ),
    [],
  );
});

const UNICODE: readonly (readonly [unicode: string, ascii: string])[] = [
  ["bücher.example.org", "xn--bcher-kva.example.org"],
  ["BÜCHER.example.org", "xn--bcher-kva.example.org"],
  ["bu\u0308cher.example.org", "xn--bcher-kva.example.org"],
  ["www.bücher.example", "www.xn--bcher-kva.example"],
  ["www。example。org", "www.example.org"],
  ["ｗｗｗ．ｅｘａｍｐｌｅ．ｏｒｇ", "www.example.org"],
  ["ex\u00adample.org", "example.org"],
];

odd("a name of other characters gets the verdict of its A-labels", () => {
  const generator = new OddGenerator(SEED + 1);
  const verdicts = new Set<boolean>();
  for (let i = 0; i < 200; i++) {
    const world = generator.world();
    for (const { der } of world.leaves) {
      for (const [unicode, ascii] of UNICODE) {
        const [one, other] = [ourAnswer(world, der, unicode), ourAnswer(world, der, ascii)];
        verdicts.add(one === null);
        assert.is(one === null, other === null, `${unicode} ${one} ${other}`);
      }
    }
  }
  assert.is(verdicts.size, 2);
});

odd.run();
