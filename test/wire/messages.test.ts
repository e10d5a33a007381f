/**
 * Every handshake message: there and back, every prefix, a byte too many, every length field off by one.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { toHex } from "../../src/bytes/text.ts";
import { HANDSHAKE_HEADER_LENGTH } from "../../src/protocol/limits.ts";
import { assertRefused, lengthFields, withLength } from "./refusal.ts";
import { SAMPLES } from "./samples.ts";

const messages = suite("wire: messages");

/** Asserts that all of `value` is in `decoded`, which may hold more. */
function assertHolds(decoded: unknown, value: unknown, path: string): void {
  if (value instanceof Uint8Array) {
    assert.instance(decoded, Uint8Array, path);
    assert.is(toHex(decoded as Uint8Array), toHex(value), path);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      assertHolds((decoded as Record<string, unknown>)[name], member, `${path}.${name}`);
    }
  } else assert.is(decoded, value, path);
}

for (const { name, value, message, body, legalPrefixes, decode, again } of SAMPLES) {
  messages(`${name}: there and back`, () => {
    assertHolds(decode(body), value, name);
    assert.is(toHex(again(body)), toHex(message));
    const [, a = 0, b = 0, c = 0] = message;
    assert.is(a * 0x10000 + b * 0x100 + c, message.length - HANDSHAKE_HEADER_LENGTH);
  });

  messages(`${name}: no prefix is one`, () => {
    for (let length = 0; length < body.length; length++) {
      if (legalPrefixes.includes(length)) decode(body.subarray(0, length));
      else
        assertRefused(() => decode(body.subarray(0, length)), `${length} of ${body.length} bytes`);
    }
  });

  messages(`${name}: nor with a byte more`, () => {
    for (const byte of [0x00, 0x01, 0xff]) {
      assertRefused(() => decode(concat(body, Uint8Array.of(byte))), `with ${byte} at the end`);
    }
  });

  messages(`${name}: nor with a length off by one`, () => {
    for (const field of lengthFields(decode, body)) {
      for (const step of [1, -1] as const) {
        const changed = withLength(body, field, step);
        if (changed === null) continue;
        assertRefused(() => decode(changed), `length at offset ${field.offset} changed by ${step}`);
      }
    }
  });
}

messages.run();
