/**
 * What a peer claims becomes visible with the Finished that proves it, in every kind of handshake; after a failed proof the old
 * facts stand. Each handshake is cut before each message of the peer, and each message is changed.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Role } from "../../src/engine/engine.ts";
import type { Facts } from "../../src/handshake/facts.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import { HandshakeType } from "../../src/protocol/handshake-type.ts";
import { type ProtocolVersion, TLS12, TLS13 } from "../../src/protocol/version.ts";
import { type Changes, configuration, groupNamed, NOW } from "../support/configurations.ts";
import { flip, message } from "../support/edits.ts";
import { AttackRun, type Edit } from "../support/malicious-peer.ts";

const { ClientHello, ServerHello, ServerHelloDone, NewSessionTicket } = HandshakeType;
/**
 * Not changed: the sender of a hello goes on by what it meant to say, which ends the handshake on its own side; the last one is
 * empty.
 */
const KEPT: readonly number[] = [ClientHello, ServerHello, ServerHelloDone];

const tests = suite("engine: facts are those that were proven");

/** What is asked about: who the peer is, and what the session is. */
type Shown = Pick<
  Facts,
  "peerChain" | "verdict" | "sessionId" | "serverName" | "alpnProtocol" | "resumed"
>;
const shown = ({ victim: { facts } }: AttackRun): Shown => {
  const { peerChain, verdict, sessionId, serverName, alpnProtocol, resumed } = facts;
  return { peerChain, verdict, sessionId, serverName, alpnProtocol, resumed };
};

interface Kind {
  readonly name: string;
  readonly version: ProtocolVersion;
  /** More settings of both. */
  readonly client?: Changes;
  readonly server?: Changes;
  /** The victim's role; default: both. */
  readonly only?: Role;
  /** A connection before this one leaves a session. */
  readonly resumes?: true;
  /** Begins a further handshake in the connection. */
  readonly later?: (encounter: AttackRun, identify: () => void) => void;
}

/** The client has no certificate at first, and one when it is asked again. */
const LATE_IDENTITY: Changes = { identities: [] };

const KINDS: readonly Kind[] = [
  { name: "TLS 1.3", version: TLS13 },
  { name: "TLS 1.3, resumed", version: TLS13, resumes: true },
  {
    name: "TLS 1.3, HelloRetryRequest",
    version: TLS13,
    server: { groups: [groupNamed("secp256r1")] },
  },
  {
    name: "TLS 1.3, authentication after the handshake",
    version: TLS13,
    only: "server",
    client: { postHandshakeAuth: true },
    server: { requestClientCertificate: false },
    later: (encounter) => encounter.victim.renegotiate(),
  },
  { name: "TLS 1.2", version: TLS12 },
  { name: "TLS 1.2, resumed by a ticket", version: TLS12, resumes: true },
  { name: "TLS 1.2, resumed by an id", version: TLS12, resumes: true, server: { ticketCount: 0 } },
  {
    name: "TLS 1.2, renegotiation",
    version: TLS12,
    client: LATE_IDENTITY,
    later: ({ victim, impostor: { driver } }, identify) => {
      identify();
      if (victim.role === "client") victim.renegotiate();
      else driver.run((flight) => driver.state?.renegotiate?.(flight) ?? driver.state ?? never());
    },
  },
];

function never(): never {
  throw new Error("there is no state");
}

/** What is done to the peer's messages once `counting`: they are numbered from 0. */
class Messages {
  counting = false;
  /** Of those that came. */
  readonly types: number[] = [];
  #cut = false;
  readonly #change: (bytes: Uint8Array, number: number) => Uint8Array | null;

  /** @param change null: neither this message nor anything after it is sent */
  constructor(change: (bytes: Uint8Array, number: number) => Uint8Array | null) {
    this.#change = change;
  }

  readonly edit: Edit = (item) => {
    if (!this.counting || this.#cut) return this.#cut ? [] : [item];
    if (item.kind !== "message") return [item];
    const changed = this.#change(item.bytes, this.types.length);
    this.types.push(item.bytes[0] ?? 0);
    if (changed !== null) return [message(changed)];
    this.#cut = true;
    return [];
  };
}

/** Before the handshake in question, after it, and whether the connection failed. */
interface Result {
  readonly before: Shown;
  readonly after: Shown;
  readonly failed: boolean;
}

function run(kind: Kind, victim: Role, messages: Messages): Result {
  const stores = {
    client: new MemorySessionStore(() => NOW),
    server: new MemorySessionStore(() => NOW),
  };
  const common: Changes = { versions: [kind.version], alpnProtocols: ["h2"] };
  const client = configuration("client", {
    ...common,
    ...{ identities: ["p256-other"], sessionStore: stores.client, reuseTickets: true },
    allowRenegotiation: true,
    ...kind.client,
  });
  const server = configuration("server", {
    ...common,
    ...{ requestClientCertificate: true, sessionStore: stores.server, allowRenegotiation: true },
    ...kind.server,
  });
  const configurations = { client, server };
  if (kind.resumes) {
    const first = new AttackRun(victim, configurations).run();
    assert.is(first.victim.connected, true);
  }
  const encounter = new AttackRun(victim, configurations, messages.edit);
  const { later } = kind;
  if (later !== undefined) {
    encounter.run();
    assert.is(encounter.victim.connected, true);
  }
  const before = shown(encounter);
  messages.counting = true;
  if (later === undefined) encounter.run();
  else {
    later(encounter, () => {
      const { credentials } = configuration("client", { identities: ["p256-other"] });
      Object.assign(client, { credentials });
    });
    encounter.pump();
  }
  const failed = encounter.victim.failure !== null;
  return { before, after: shown(encounter), failed };
}

for (const kind of KINDS) {
  for (const victim of ["client", "server"] as const) {
    if (kind.only !== undefined && kind.only !== victim) continue;
    const title = `${kind.name}, ${victim}`;

    tests(`${title}: after Finished the facts are there`, () => {
      const { before, after, failed } = run(kind, victim, new Messages((bytes) => bytes));
      assert.is(failed, false);
      assert.is.not(after.verdict, before.verdict);
      assert.is(after.peerChain.length, 1);
      assert.is(after.resumed, kind.resumes === true);
      assert.is(after.alpnProtocol, "h2");
      assert.is(after.serverName, "localhost");
    });

    const whole = new Messages((bytes) => bytes);
    run(kind, victim, whole);
    /** What comes after Finished proves nothing. */
    const needed = whole.types
      .map((type, at) => ({ type, at }))
      .filter(({ type }) => !(kind.version === TLS13 && type === NewSessionTicket));

    tests(`${title}: cut before each message of the peer, nothing is shown`, () => {
      for (const { at } of needed) {
        const messages = new Messages((bytes, number) => (number === at ? null : bytes));
        const { before, after, failed } = run(kind, victim, messages);
        assert.equal(after, before);
        assert.is(failed, false);
      }
    });

    tests(
      `${title}: with each message of the peer after its hello changed, nothing is shown`,
      () => {
        for (const { at } of needed.filter(({ type }) => !KEPT.includes(type))) {
          const messages = new Messages((bytes, number) =>
            number === at ? flip(bytes, bytes.length - 1) : bytes,
          );
          const { before, after, failed } = run(kind, victim, messages);
          assert.equal(after, before);
          assert.is(failed, true);
        }
      },
    );
  }
}

tests.run();
