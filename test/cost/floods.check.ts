/**
 * What a peer costs that says the same again and again after the handshake. The limits on counts are taken away: what is
 * measured is that the ten thousandth costs no more than the first, and what of it stays in memory.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Configuration } from "../../src/handshake/configuration.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { DEFAULT_CLIENT_LIMITS } from "../../src/protocol/limits.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { encodeNewSessionTicket13 } from "../../src/wire/new-session-ticket.ts";
import { type Attack, launch } from "../engine/attack.ts";
import { alert, data, own, tls12, tls13, unable } from "../engine/attack-kit.ts";
import { message } from "../support/edits.ts";
import { type AttackRun, type Item, record } from "../support/malicious-peer.ts";
import { bounded, linear } from "./growth.ts";

const tests = suite("cost: floods");

const ENDLESS = 1e9;
const limits: Configuration["limits"] = {
  ...DEFAULT_CLIENT_LIMITS,
  emptyRecords: ENDLESS,
  warningAlerts: ENDLESS,
  keyUpdates: ENDLESS,
  refusedRenegotiations: ENDLESS,
  certificateRequests: ENDLESS,
};

let number = 0;
/** Two bytes that differ each time. */
const fresh = (): Uint8Array => Uint8Array.of(++number >> 8, number & 0xff);
const ticket = (length: number): Item =>
  message(
    encodeNewSessionTicket13({
      lifetime: 100,
      ageAdd: 1,
      nonce: fresh(),
      ticket: new Uint8Array(length).fill(number & 0xff),
    }),
  );
const HELLO_REQUEST = message(Uint8Array.of(0, 0, 0, 0));

const send =
  (...make: readonly (() => Item)[]) =>
  ({ impostor }: AttackRun): void =>
    impostor.send(...make.map((item) => item()));
/** A server that asks for a certificate again; what it does with the answer counts too. */
const request = ({ impostor: { driver } }: AttackRun): void =>
  driver.run((flight) => driver.state?.renegotiate?.(flight) ?? unable("ask"));
const update =
  (requestPeer: boolean) =>
  ({ impostor: { driver } }: AttackRun): void =>
    driver.run((flight) => driver.state?.updateKeys?.(flight, requestPeer) ?? unable("update"));

type Flood = readonly [
  name: string,
  attack: Pick<Attack, "victim" | "both" | "client">,
  once: (encounter: AttackRun) => void,
  length: number,
];

const BOTH = [
  ["TLS 1.2", tls12],
  ["TLS 1.3", tls13],
] as const;
const FLOODS: readonly Flood[] = [
  ...BOTH.flatMap(([version, both]): Flood[] => [
    [`${version}: empty records`, { victim: "server", both }, send(data), 300],
    [`${version}: records of one byte`, { victim: "server", both }, send(() => data(1)), 300],
    [`${version}: warning alerts`, { victim: "client", both }, send(() => alert(1, 90)), 300],
  ]),
  ["TLS 1.3: key updates", { victim: "server", both: tls13 }, update(false), 100],
  ["TLS 1.3: key updates that ask for one", { victim: "client", both: tls13 }, update(true), 100],
  ["TLS 1.3: tickets", { victim: "client", both: tls13 }, send(() => ticket(100)), 100],
  ["TLS 1.3: tickets of 30 KB", { victim: "client", both: tls13 }, send(() => ticket(15_000)), 50],
  [
    "TLS 1.3: requests for a certificate",
    { victim: "client", both: tls13, client: { ...own, postHandshakeAuth: true } },
    request,
    30,
  ],
  ["TLS 1.2: HelloRequests", { victim: "client", both: tls12 }, send(() => HELLO_REQUEST), 200],
];

function met([name, attack]: Flood): AttackRun {
  const both = { ...attack.both, limits };
  const encounter = launch({ ...attack, both, name, reason: null }, [nodeProvider, nodeProvider]);
  if (!encounter.victim.connected) throw new Error(`${name}: no handshake`);
  return encounter;
}

function pour(encounter: AttackRun, [name, , once]: Flood, times: number): void {
  for (let count = 0; count < times; count++) {
    once(encounter);
    encounter.pump();
  }
  encounter.data.length = 0;
  encounter.impostor.alerts.length = 0;
  const { failure } = encounter.victim;
  assert.is(failure, null, `${name}: ${failure?.message}`);
}

for (const flood of FLOODS) {
  const [name, , , length] = flood;
  linear(tests, name, length, (times) => {
    const encounter = met(flood);
    return () => pour(encounter, flood, times);
  });
}

bounded(tests, "every flood after the handshake", () =>
  FLOODS.map((flood) => {
    const encounter = met(flood);
    pour(encounter, flood, 20 * flood[3]);
    return encounter;
  }),
);

// What the limits are for: the same without end costs a fixed number of records.
tests("a flood ends at its limit, and what comes after it is not looked at", () => {
  const encounter = launch({ name: "", victim: "server", both: tls13, reason: null }, [
    nodeProvider,
    nodeProvider,
  ]);
  encounter.impostor.send(...Array.from({ length: 40 }, () => record(ContentType.ApplicationData)));
  encounter.pump();
  assert.is(encounter.victim.failure?.reason, "TooManyEmptyRecords");
  const { failure } = encounter.victim;
  assert.equal(encounter.victim.receive(new Uint8Array(1000)), {
    kind: "failed",
    failure,
    consumed: 0,
  });
});

tests.run();
