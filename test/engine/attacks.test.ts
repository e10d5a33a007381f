/**
 * Peers that break the rules, by name: each gets the refusal and the alert that it earned, and nothing works after that.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AlertDescription, alertName } from "../../src/protocol/alert.ts";
import { alertOf } from "../../src/protocol/failure.ts";
import { PAIRS } from "../providers/subjects.ts";
import type { AttackRun } from "../support/malicious-peer.ts";
import { launch } from "./attack.ts";
import { ATTACKS } from "./attacks.ts";

function checkUnharmed({ victim, impostor }: AttackRun): void {
  assert.is(victim.failure, null, victim.failure?.message ?? "");
  assert.ok(victim.connected, "the handshake came to its end");
  assert.ok(impostor.connected);
}

function checkRefused(
  encounter: AttackRun,
  reason: NonNullable<(typeof ATTACKS)[number]["reason"]>,
): void {
  const { victim, impostor } = encounter;
  const { failure } = victim;
  assert.is(failure?.reason ?? null, reason, failure?.message ?? "nothing was refused");
  assert.ok((failure?.message.length ?? 0) > 10, "there are words for it");
  assert.is(victim.connected, false);
  const owed = alertOf(reason);
  const sent = victim.alertSent === null ? null : alertName(victim.alertSent.description);
  assert.is(sent, owed, "the alert");
  if (owed !== null) {
    assert.is(victim.alertSent?.level, 2);
    // It can be read on the other side, under whatever keys there are by then.
    assert.equal(impostor.alerts.at(-1), [2, AlertDescription[owed]]);
  }
  // Nothing comes of it any more.
  for (const input of [new Uint8Array(0), Uint8Array.of(22, 3, 3, 0, 1, 0)]) {
    const progress = victim.receive(input);
    assert.is(progress.kind, "failed");
    if (progress.kind === "failed") assert.is(progress.failure, failure);
  }
  assert.is(victim.outputLength, 0);
}

for (const pair of PAIRS) {
  const [own, other] = pair;
  const attacks = suite(`engine: attacks on ${own.name} by ${other.name}`);

  // What is refused is refused by the attacked side alone: it meets the other provider only.
  const mixed = own !== other;
  for (const attack of ATTACKS.filter(({ reason }) => mixed || reason === null)) {
    attacks(attack.name, () => {
      const encounter = launch(attack, pair);
      if (attack.reason === null) checkUnharmed(encounter);
      else checkRefused(encounter, attack.reason);
      attack.check?.(encounter);
    });
  }

  attacks.run();
}
