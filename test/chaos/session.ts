/**
 * One session over a bad transport, from its seed: data both ways, checked; what happened to each end, told.
 */
import type { Duplex } from "node:stream";
import { selfSignedCertificate } from "../../src/api/node.ts";
import { createSecureContext, type SecureContext, SecureSocket } from "../../src/entries/node.ts";
import { type ChaosSettings, chaoticPipe, type Fate } from "./chaotic-pipe.ts";
import { Chance } from "./seeded.ts";

const IDENTITY = selfSignedCertificate({ names: ["localhost"] });
const CONTEXTS: readonly (readonly [SecureContext, SecureContext])[] = (
  ["TLSv1.2", "TLSv1.3"] as const
).map((version) => {
  const only = { minVersion: version, maxVersion: version };
  return [
    createSecureContext({ ...only, ca: IDENTITY.certificatePem }),
    createSecureContext({ ...only, cert: IDENTITY.certificatePem, key: IDENTITY.privateKeyPem }),
  ];
});

const FATES: readonly Fate[] = ["reset", "end", "throw"];

/** Milliseconds: twice what a session takes for it. */
const LAST_WORDS = 2000;
/** Listeners of ours on a transport, by event. */
const WATCHED = ["data", "end", "drain", "error", "connect", "readable"] as const;

export interface Report {
  /** What is not as it should be; empty: all is well. */
  readonly faults: readonly string[];
  /** Something was meant to go wrong. */
  readonly struck: boolean;
  /** Both ends got everything and said goodbye. */
  readonly whole: boolean;
}

/** What one end did. */
class Side {
  readonly socket: SecureSocket;
  readonly expected: Buffer;
  readonly errors: Error[] = [];
  readonly closed: Promise<void>;
  ended = false;
  wrong = false;
  /** Bytes given to `write`: less than all if our writing side was ended first. */
  sent = 0;
  other: Side | null = null;
  #got = 0;

  constructor(socket: SecureSocket, expected: Buffer) {
    this.socket = socket;
    this.expected = expected;
    socket.on("data", (bytes: Buffer) => {
      const next = this.#got + bytes.length;
      if (!bytes.equals(expected.subarray(this.#got, next))) this.wrong = true;
      this.#got = next;
    });
    socket.on("end", () => {
      this.ended = true;
    });
    socket.on("error", (error) => this.errors.push(error));
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  get complete(): boolean {
    return this.ended && this.#got === this.other?.sent && !this.wrong;
  }
}

/** Runs it to its end. */
export async function chaoticSession(seed: number): Promise<Report> {
  const chance = new Chance(seed);
  const struck = chance.happens(0.5);
  const fate = (): ChaosSettings => ({
    fate: struck ? (FATES[chance.between(0, FATES.length - 1)] ?? "reset") : "none",
    after: chance.happens(0.5) ? chance.between(0, 2500) : chance.between(2500, 30_000),
  });
  const [near, far] = chaoticPipe(chance, [fate(), { ...fate(), fate: "none" }]);
  const [client, server] = CONTEXTS[chance.between(0, 1)] as readonly [
    SecureContext,
    SecureContext,
  ];
  const data = [
    chance.bytes(chance.between(0, 30_000)),
    chance.bytes(chance.between(0, 30_000)),
  ] as const;
  const one = new Side(
    new SecureSocket(near, {
      requireCloseNotify: true,
      secureContext: client,
      servername: "localhost",
      allowHalfOpen: chance.happens(0.5),
    }),
    data[1],
  );
  const two = new Side(
    new SecureSocket(far, {
      requireCloseNotify: true,
      secureContext: server,
      isServer: true,
      allowHalfOpen: true,
    }),
    data[0],
  );
  one.other = two;
  two.other = one;
  // Without it the first end to be ended by its peer stops writing, as a net.Socket does: then nothing is promised.
  const halfOpen = one.socket.allowHalfOpen;
  write(chance, one, data[0]);
  write(chance, two, data[1]);
  const destroyed = chance.happens(0.1);
  if (destroyed) setTimeout(() => one.socket.destroy(), chance.between(0, 5));
  await Promise.all([one.closed, two.closed]);
  await Promise.all([givenUp(near), givenUp(far)]);
  await new Promise((resolve) => setImmediate(resolve));
  const faults: string[] = [];
  for (const [name, side] of [
    ["client", one],
    ["server", two],
  ] as const) {
    if (side.wrong) faults.push(`${name}: data differs`);
    if (side.errors.length > 1) faults.push(`${name}: ${side.errors.length} errors`);
    if (side.ended && !side.complete) faults.push(`${name}: an end before all data`);
    const silent = !side.complete && side.errors.length === 0;
    if (silent && !(destroyed && name === "client"))
      faults.push(`${name}: incomplete, and no error`);
  }
  const calm = !struck && !destroyed && halfOpen;
  const all = one.sent === data[0].length && two.sent === data[1].length;
  if (calm && !(one.complete && two.complete && all)) {
    faults.push(`nothing went wrong, and yet: ${[...one.errors, ...two.errors].join("; ")}`);
  }
  faults.push(...leftovers(near, "near"), ...leftovers(far, "far"));
  return { faults, struck: struck || destroyed, whole: one.complete && two.complete };
}

/** A dying session leaves its transport a moment for the alert. */
async function givenUp(transport: Duplex): Promise<void> {
  if (transport.closed) return;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LAST_WORDS);
  });
  const closed = new Promise<void>((resolve) => transport.once("close", () => resolve()));
  await Promise.race([closed, tooLate]);
  clearTimeout(timer);
}

function leftovers(transport: Duplex, name: string): string[] {
  const left = WATCHED.filter((event) => transport.listenerCount(event) > 0);
  const faults = left.map((event) => `${name}: a listener for ${event} is left`);
  return transport.destroyed ? faults : [...faults, `${name}: the transport is left open`];
}

/** In pieces of chance, sometimes with pauses. */
function write(chance: Chance, side: Side, data: Buffer): void {
  const { socket } = side;
  let at = 0;
  const next = (): void => {
    while (at < data.length && !socket.destroyed && socket.writable) {
      const length = chance.happens(0.5) ? chance.between(1, 300) : chance.between(300, 20_000);
      const more = socket.write(data.subarray(at, at + length));
      at += length;
      side.sent = Math.min(at, data.length);
      if (!more) {
        socket.once("drain", next);
        return;
      }
      if (chance.happens(0.05)) {
        setImmediate(next);
        return;
      }
    }
    if (socket.writable) socket.end();
  };
  next();
}
