/**
 * Mutated messages, the same in every run: decoders accept, or refuse with DecodeError or TlsFailure, and nothing else.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { fromHex } from "../../src/bytes/text.ts";
import { HANDSHAKE_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { decodeAlert } from "../../src/wire/alert-message.ts";
import { type ClientHello, decodeClientHello } from "../../src/wire/client-hello.ts";
import { fixture } from "../support/data.ts";
import { handshakeMessages } from "./records.ts";
import { refusal } from "./refusal.ts";
import { SAMPLES } from "./samples.ts";

const CASES = 50_000;
const SEED = 0x5ea1;

/** Numbers from 0 to `below` - 1, the same ones for the same seed (xorshift, 32 bits). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

type Mutation = (body: Uint8Array, next: (below: number) => number) => Uint8Array;

/** Sets a random byte to what `change` makes of it. */
const atRandom =
  (change: (byte: number, next: (below: number) => number) => number): Mutation =>
  (body, next) => {
    const changed = body.slice();
    if (changed.length > 0) {
      const place = next(changed.length);
      changed[place] = change(changed[place] as number, next);
    }
    return changed;
  };

const MUTATIONS: readonly Mutation[] = [
  atRandom((byte, next) => byte ^ (1 << next(8))),
  atRandom((_, next) => next(256)),
  atRandom((byte) => byte + 1),
  atRandom((byte) => byte - 1),
  atRandom(() => 0),
  atRandom(() => 255),
  (body, next) => body.slice(0, next(body.length + 1)),
  (body, next) => {
    const place = next(body.length + 1);
    return concat(body.subarray(0, place), Uint8Array.of(next(256)), body.subarray(place));
  },
  (body, next) => {
    const start = next(body.length + 1);
    const end = start + next(Math.min(8, body.length - start + 1));
    return concat(body.subarray(0, start), body.subarray(end));
  },
  (body, next) => {
    const start = next(body.length + 1);
    const end = start + next(body.length - start + 1);
    return concat(body.subarray(0, end), body.subarray(start));
  },
];

interface Target {
  readonly name: string;
  readonly body: Uint8Array;
  decode(body: Uint8Array): unknown;
}

const real = fixture<{
  readonly entries: readonly { readonly id: string; readonly bytes: string }[];
}>("clienthello/local.json").entries.map(({ id, bytes }): Target => {
  const [message] = handshakeMessages([fromHex(bytes)]);
  return { name: id, body: message?.body ?? new Uint8Array(0), decode: decodeClientHello };
});
const TARGETS: readonly Target[] = [
  ...SAMPLES,
  ...real,
  { name: "Alert", body: Uint8Array.of(2, 40), decode: decodeAlert },
];

const fuzz = suite("wire: mutated messages");

fuzz(`${CASES} mutations are accepted or refused, never more`, () => {
  const next = numbers(SEED);
  let refused = 0;
  for (let i = 0; i < CASES; i++) {
    const target = TARGETS[i % TARGETS.length] as Target;
    let { body } = target;
    for (let round = 1 + next(3); round > 0; round--) {
      body = (MUTATIONS[next(MUTATIONS.length)] as Mutation)(body, next);
    }
    try {
      if (refusal(() => target.decode(body)) !== null) refused++;
    } catch (error) {
      assert.unreachable(`case ${i}, ${target.name}: ${String(error)}`);
    }
  }
  // Both must happen often, or the mutations test nothing.
  assert.ok(refused > CASES / 4 && refused < (CASES * 9) / 10, `${refused} of ${CASES} refused`);
});

fuzz("the part that binders cover stays within the message", () => {
  const next = numbers(SEED);
  const withPsk = SAMPLES.find(({ name }) => name.includes("PSK")) as Target;
  for (let i = 0; i < CASES / 10; i++) {
    const body = (MUTATIONS[next(MUTATIONS.length)] as Mutation)(withPsk.body, next);
    let hello: ClientHello | null = null;
    refusal(() => {
      hello = decodeClientHello(body);
    });
    if (hello === null) continue;
    const { truncatedLength } = hello as ClientHello;
    const length = HANDSHAKE_HEADER_LENGTH + body.length;
    assert.ok(truncatedLength > HANDSHAKE_HEADER_LENGTH && truncatedLength <= length);
  }
});

fuzz.run();
