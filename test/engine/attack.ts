/**
 * What an attack is: a connection, its configurations, a peer that breaks a rule, and how the connection must answer. The cases
 * are in `attacks-*.ts`; `attacks.test.ts` runs them, `reasons.test.ts` counts the reasons.
 */
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import type { Configuration } from "../../src/handshake/configuration.ts";
import type { Session } from "../../src/handshake/session.ts";
import type { FailureReason } from "../../src/protocol/failure.ts";
import { type Changes, configuration } from "../support/configurations.ts";
import { forgingStore } from "../support/edits.ts";
import { AttackRun, type Edit, type Lie } from "../support/malicious-peer.ts";
import { MessagePair } from "../support/message-pair.ts";

export interface Attack {
  readonly name: string;
  /** The connection that is attacked. */
  readonly victim: "client" | "server";
  readonly both?: Changes;
  readonly client?: Changes;
  readonly server?: Changes;
  /** Changes to what the attacker sends. */
  readonly edit?: Edit;
  /** Changes that the attacker itself believes in. */
  readonly lie?: Lie;
  /** What the attacker computes with. */
  readonly bend?: (provider: CryptoProvider) => CryptoProvider;
  /** The pair has made a session before; changes for this first connection. */
  readonly resumed?: {
    readonly client?: Changes;
    readonly server?: Changes;
    /** The tickets of the first connection were sealed by somebody else. */
    readonly otherTicketKeys?: true;
  };
  /** What the client makes of the sessions that it kept. */
  readonly forge?: (session: Session) => Partial<Session>;
  /** Goes on after the handshake. */
  readonly later?: (encounter: AttackRun) => void;
  /** The refusal; null: none, the handshake must end well. */
  readonly reason: FailureReason | null;
  /** Further checks. */
  readonly check?: (encounter: AttackRun) => void;
}

/** An attack in a table whose rows share a version and a victim. */
export type Case = Omit<Attack, "victim">;

/** The attacks of a table: `common` is what its rows have unless they say otherwise, `name` what their names begin with. */
export const table = (
  name: string,
  common: Partial<Attack> & Pick<Attack, "victim">,
  cases: readonly Case[],
): readonly Attack[] =>
  cases.map((one) => ({
    ...common,
    ...one,
    name: `${name}: ${one.name}`,
    both: { ...common.both, ...one.both },
    client: { ...common.client, ...one.client },
    server: { ...common.server, ...one.server },
  }));

/** Runs an attack. @param providers of the attacked connection and of the attacker */
export function launch(
  attack: Attack,
  [own, other]: readonly [CryptoProvider, CryptoProvider],
): AttackRun {
  const { both, client, server, resumed, forge, victim, bend = (provider) => provider } = attack;
  const make = (role: Attack["victim"]): Configuration =>
    configuration(role, {
      provider: role === victim ? own : bend(other),
      ...both,
      ...(role === "client" ? client : server),
    });
  const ends = { client: make("client"), server: make("server") };
  if (resumed !== undefined) {
    // The stores and ticket keys are the same, the rest may have been different.
    const { ticketKeys } = resumed.otherTicketKeys ? make("server") : ends.server;
    const first = new MessagePair(
      { ...ends.client, ...resumed.client },
      { ...ends.server, ticketKeys, ...resumed.server },
    );
    first.run();
    if (!first.finished) throw new Error(`${attack.name}: the first connection failed`);
  }
  const { sessionStore } = ends.client;
  const forged = forge && sessionStore ? { sessionStore: forgingStore(sessionStore, forge) } : {};
  const encounter = new AttackRun(
    victim,
    { ...ends, client: { ...ends.client, ...forged } },
    attack.edit,
    attack.lie,
  );
  encounter.run();
  if (attack.later !== undefined) {
    attack.later(encounter);
    encounter.pump();
  }
  return encounter;
}
