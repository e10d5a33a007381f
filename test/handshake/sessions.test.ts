/**
 * What resumption rests on: the default store's bounds and lifetimes, sessions as bytes, ticket keys that rotate.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { toHex } from "../../src/bytes/text.ts";
import {
  decodeSession,
  encodeSession,
  isFresh,
  type Session,
} from "../../src/handshake/session.ts";
import { MemorySessionStore } from "../../src/handshake/session-store.ts";
import { TicketKeys } from "../../src/handshake/ticket.ts";
import { CIPHER_SUITES } from "../../src/protocol/cipher-suite.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { NOW } from "../support/configurations.ts";
import { flip } from "../support/edits.ts";
import { pattern } from "../support/record-kit.ts";

const HOUR = 3_600_000;
const sessions = suite("handshake: sessions");

/** A clock that a test turns. */
class Clock {
  now = NOW;
  readonly read = (): number => this.now;
}

sessions("the store forgets the least recently used beyond its bound", () => {
  const store = new MemorySessionStore(() => NOW, 3);
  for (const key of ["a", "b", "c"]) store.set(key, Uint8Array.of(key.charCodeAt(0)), 10);
  assert.ok(store.get("a"), "now the most recent");
  store.set("d", Uint8Array.of(4), 10);
  assert.is(store.size, 3);
  assert.is(store.get("b"), null);
  assert.ok(store.get("a") && store.get("c") && store.get("d"));
  store.set("a", Uint8Array.of(9), 10);
  assert.is(store.size, 3, "the same key takes no further place");
  assert.equal([...(store.get("a") ?? [])], [9]);
  store.delete("a");
  assert.equal([store.size, store.get("a")], [2, null]);
});

sessions("the store forgets what is too old, and takes nothing without a lifetime", () => {
  const clock = new Clock();
  const store = new MemorySessionStore(clock.read);
  const memory = Uint8Array.of(1, 2);
  store.set("a", memory, 10);
  clock.now += 9999;
  assert.equal([...(store.get("a") ?? [])], [1, 2]);
  clock.now += 1;
  assert.is(store.get("a"), null);
  assert.is(store.size, 0);
  store.set("b", Uint8Array.of(3), 0);
  assert.is(store.size, 0);
});

sessions("the store takes sessions over, and overwrites what it drops", () => {
  const clock = new Clock();
  const store = new MemorySessionStore(clock.read, 2);
  const made = [1, 2, 3, 4, 5, 6].map((byte) => Uint8Array.of(byte));
  const [replaced, deleted, old, pushedOut, cleared, none] = made as [Uint8Array, ...Uint8Array[]];
  store.set("a", replaced as Uint8Array, 10);
  store.set("a", deleted as Uint8Array, 10);
  store.delete("a");
  store.set("b", old as Uint8Array, 10);
  clock.now += 10_000;
  store.get("b");
  store.set("c", pushedOut as Uint8Array, 10);
  store.set("d", Uint8Array.of(7), 10);
  store.set("e", cleared as Uint8Array, 10);
  store.set("f", none as Uint8Array, 0);
  assert.equal([made.map(([byte]) => byte), store.size], [[0, 0, 0, 0, 5, 0], 2]);
  store.clear();
  assert.equal([made.map(([byte]) => byte), store.size], [[0, 0, 0, 0, 0, 0], 0]);
});

const suiteOf = (version: number) => {
  const row = CIPHER_SUITES.find((suite) => suite.version === version);
  if (row === undefined) throw new Error("no suite");
  return row;
};

const SESSIONS: readonly Session[] = [
  {
    version: TLS13,
    suite: suiteOf(TLS13),
    extendedMasterSecret: true,
    created: NOW,
    authenticated: NOW - 5,
    lifetime: 36000,
    ageAdd: 0xffffffff,
    secret: pattern(48),
    ticket: pattern(300),
    sessionId: new Uint8Array(0),
    serverName: "localhost",
    key: "0123",
    ownIdentity: pattern(32),
    pskIdentity: null,
    peerChain: [pattern(400), pattern(500)],
    ocspResponse: pattern(700),
  },
  {
    version: TLS12,
    suite: suiteOf(TLS12),
    extendedMasterSecret: false,
    created: NOW,
    authenticated: NOW,
    lifetime: 1,
    ageAdd: 0,
    secret: pattern(48),
    ticket: new Uint8Array(0),
    sessionId: pattern(32),
    serverName: null,
    key: "",
    ownIdentity: new Uint8Array(0),
    pskIdentity: pattern(300),
    peerChain: [],
    ocspResponse: null,
  },
];

sessions(
  "a session survives its bytes; nothing shorter, longer or of another format is one",
  () => {
    for (const session of SESSIONS) {
      const bytes = encodeSession(session);
      assert.equal(decodeSession(bytes), session);
      for (let length = 0; length < bytes.length; length++)
        assert.is(decodeSession(bytes.subarray(0, length)), null);
      assert.is(decodeSession(Uint8Array.of(...bytes, 0)), null);
      assert.is(decodeSession(flip(bytes, 0)), null, "format");
      assert.is(decodeSession(flip(bytes, 2)), null, "version");
      assert.is(
        decodeSession(flip(bytes, 3)),
        null,
        "a suite that is not built, or of another version",
      );
    }
  },
);

sessions("a session is fresh from its making to its end", () => {
  const [session] = SESSIONS;
  if (session === undefined) throw new Error("no session");
  assert.equal(
    [-1, 0, 36_000_000 - 1, 36_000_000].map((age) => isFresh(session, NOW + age)),
    [false, true, true, false],
  );
});

for (const provider of PROVIDERS) {
  const keys = (clock: Clock = new Clock()): TicketKeys =>
    new TicketKeys(provider, provider.random, clock.read);
  const open = (from: TicketKeys, sealed: Uint8Array, purpose = "ticket13"): string | null => {
    const state = from.open(purpose, sealed);
    return state === null ? null : toHex(state);
  };
  const STATE = pattern(100);
  const seal = (keysOfOurs: TicketKeys, state = STATE, purpose = "ticket13"): Uint8Array => {
    const sealed = keysOfOurs.seal(purpose, state);
    if (sealed === null) throw new Error("not sealed");
    return sealed;
  };

  sessions(
    `tickets, ${provider.name}: every flipped byte, another purpose, another key, a cut`,
    () => {
      const own = keys();
      const sealed = seal(own);
      assert.is(open(own, sealed), toHex(STATE));
      assert.is(toHex(STATE), toHex(pattern(100)), "the state is not touched");
      for (let at = 0; at < sealed.length; at++) assert.is(open(own, flip(sealed, at)), null);
      for (let length = 0; length < sealed.length; length += 7)
        assert.is(open(own, sealed.subarray(0, length)), null);
      assert.is(open(own, sealed, "ticket12"), null);
      assert.is(open(keys(), sealed), null);
      assert.is.not(toHex(seal(own)), toHex(sealed), "never the same twice");
    },
  );

  sessions(
    `ticket keys, ${provider.name}: they rotate, the old one opens for one period more`,
    () => {
      const clock = new Clock();
      const own = keys(clock);
      const first = seal(own);
      clock.now += 12 * HOUR - 1;
      assert.is(toHex(seal(own)).slice(0, 32), toHex(first).slice(0, 32), "one key");
      clock.now += 1;
      const second = seal(own);
      assert.is.not(toHex(second).slice(0, 32), toHex(first).slice(0, 32), "a new key");
      assert.is(open(own, first), toHex(STATE));
      clock.now += 12 * HOUR;
      seal(own);
      assert.is(open(own, first), null, "two periods old");
      assert.is(open(own, second), toHex(STATE));
      clock.now += 100 * HOUR;
      assert.is(open(own, second), null, "nothing was sealed for long: all is forgotten");
      assert.is(open(own, seal(own)), toHex(STATE));
    },
  );

  sessions(
    `ticket keys, ${provider.name}: given ones do not rotate; the first seals, all open`,
    () => {
      const clock = new Clock();
      const a = { id: pattern(16, 1), material: pattern(32, 1) };
      const b = { id: pattern(16, 2), material: pattern(64, 2) };
      const old = keys(clock);
      old.replace([a]);
      const sealed = seal(old, STATE, "ticket12");
      clock.now += 1000 * HOUR;
      assert.is(open(old, sealed, "ticket12"), toHex(STATE));
      const next = keys(clock);
      next.replace([b, a]);
      assert.is(open(next, sealed, "ticket12"), toHex(STATE));
      assert.is(toHex(seal(next, STATE, "ticket12")).slice(0, 32), toHex(b.id));
      next.replace([b]);
      assert.is(open(next, sealed, "ticket12"), null);
      const impostor = keys(clock);
      impostor.replace([{ id: a.id, material: b.material }]);
      assert.is(open(impostor, sealed, "ticket12"), null, "the same name is not the same key");
    },
  );
}

for (const provider of PROVIDERS) {
  const MOST = 3;
  const bounded = (): TicketKeys => new TicketKeys(provider, provider.random, () => NOW, MOST);
  const idOf = (sealed: Uint8Array | null): string =>
    toHex(sealed ?? new Uint8Array(0)).slice(0, 32);

  sessions(
    `ticket keys, ${provider.name}: our own rotate after as many tickets as one may seal`,
    () => {
      const own = bounded();
      const sealed = Array.from({ length: 2 * MOST + 1 }, () => own.seal("ticket13", pattern(9)));
      const ids = sealed.map(idOf);
      assert.is(new Set(ids).size, 3);
      assert.is(new Set(ids.slice(0, MOST)).size, 1);
      assert.is(own.open("ticket13", sealed[0] as Uint8Array), null, "two keys old");
      assert.ok(own.open("ticket13", sealed[MOST] as Uint8Array));
      assert.ok(own.open("ticket13", sealed.at(-1) as Uint8Array));
    },
  );

  sessions(`ticket keys, ${provider.name}: a given one seals as many as it may, then none`, () => {
    const given = bounded();
    const id = provider.random(16).slice();
    given.replace([{ id, material: pattern(32) }]);
    const sealed = Array.from({ length: MOST }, () => given.seal("ticket13", pattern(9)));
    assert.ok(sealed.every((ticket) => ticket !== null));
    assert.is(given.seal("ticket13", pattern(9)), null);
    assert.ok(given.open("ticket13", sealed[0] as Uint8Array), "it still opens");
    const other = bounded();
    other.replace([{ id, material: pattern(32) }]);
    assert.is(other.seal("ticket13", pattern(9)), null, "whoever has it");
    given.replace([{ id: provider.random(16).slice(), material: pattern(32) }]);
    assert.ok(given.seal("ticket13", pattern(9)), "a new key counts anew");
  });

  sessions(
    `ticket keys, ${provider.name}: a session is forgotten by all who were given the key`,
    () => {
      const key = { id: provider.random(16).slice(), material: pattern(32) };
      const newer = { id: provider.random(16).slice(), material: pattern(32, 2) };
      const [first, second, stranger] = [bounded(), bounded(), bounded()];
      first.replace([key]);
      first.forget(pattern(32), 10);
      second.replace([newer, key]);
      stranger.replace([newer]);
      const all = [first, second, stranger, bounded()].map((one) => one.isForgotten(pattern(32)));
      assert.equal(all, [true, true, false, false]);
    },
  );

  sessions(`ticket keys, ${provider.name}: a forgotten session stays so for its life`, () => {
    const clock = new Clock();
    const own = new TicketKeys(provider, provider.random, clock.read);
    assert.is(own.isForgotten(pattern(32)), false);
    own.forget(pattern(32), 10);
    assert.is(own.isForgotten(pattern(32)), true);
    assert.is(own.isForgotten(pattern(32, 2)), false);
    clock.now += 10_000;
    assert.is(own.isForgotten(pattern(32)), false);
  });
}

sessions.run();
