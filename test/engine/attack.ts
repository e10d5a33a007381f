/**
 * What an attack is: a connection, its configurations, a peer that breaks a rule, and how the connection must answer. The cases
 * are in `attacks-*.ts`; `attacks.test.ts` runs them, `reasons.test.ts` counts the reasons.
 */
import type { Configuration } from "../../src/handshake/configuration.ts";
import type { FailureReason } from "../../src/protocol/failure.ts";
import { configuration } from "../support/configurations.ts";
import { type Edit, Encounter, type Item } from "../support/impostor.ts";
import { MessagePair } from "../support/message-pair.ts";

type Changes = Partial<Configuration>;

export interface Attack {
  readonly name: string;
  /** The connection that is attacked. */
  readonly victim: "client" | "server";
  readonly both?: Changes;
  readonly client?: Changes;
  readonly server?: Changes;
  /** Changes to what the attacker sends. */
  readonly edit?: Edit;
  /** The pair has made a session before; changes for this first connection. */
  readonly resumed?: { readonly client?: Changes; readonly server?: Changes };
  /** Goes on after the handshake. */
  readonly later?: (encounter: Encounter) => void;
  /** The refusal; null: none, the handshake must end well. */
  readonly reason: FailureReason | null;
  /** Further checks. */
  readonly check?: (encounter: Encounter) => void;
}

const launched = new Map<Attack, Encounter>();

/** An attack and what became of it; it is run once, for its edits count. */
export function launch(attack: Attack): Encounter {
  const known = launched.get(attack) ?? run(attack);
  launched.set(attack, known);
  return known;
}

function run(attack: Attack): Encounter {
  const client = configuration("client", { ...attack.both, ...attack.client });
  const server = configuration("server", { ...attack.both, ...attack.server });
  if (attack.resumed !== undefined) {
    // The stores and ticket keys are the same, the rest may have been different.
    const first = new MessagePair(
      { ...client, ...attack.resumed.client },
      { ...server, ...attack.resumed.server },
    );
    first.run();
    if (!first.finished) throw new Error(`${attack.name}: the first connection failed`);
  }
  const encounter = new Encounter(attack.victim, { client, server }, attack.edit);
  encounter.run();
  if (attack.later !== undefined) {
    attack.later(encounter);
    encounter.pump();
  }
  return encounter;
}

/** Sends the same items many times, until the connection has had enough. */
export const flood =
  (times: number, ...items: readonly Item[]) =>
  (encounter: Encounter): void => {
    for (let count = 0; count < times; count++) encounter.impostor.send(...items);
  };
