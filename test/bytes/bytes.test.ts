/**
 * Reader and writer of TLS structures, text and comparisons: bounds, lengths, round trips.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat, equalBytes, wipe } from "../../src/bytes/byte-arrays.ts";
import { ByteReader, DecodeError } from "../../src/bytes/byte-reader.ts";
import { ByteWriter } from "../../src/bytes/byte-writer.ts";
import { equalConstantTime } from "../../src/bytes/constant-time.ts";
import { fromHex, fromLatin1, fromUtf8, latin1, toHex, utf8 } from "../../src/bytes/text.ts";

const bytes = suite("bytes: reading and writing");

const refused = (read: () => unknown): void =>
  assert.throws(read, (error: unknown) => error instanceof DecodeError);

bytes("numbers of one to four bytes, largest and smallest", () => {
  const writer = new ByteWriter(1);
  writer.u8(0).u8(0xff).u16(0).u16(0xffff).u24(0xffffff).u32(0xffffffff).u32(0x80000000);
  const reader = new ByteReader(writer.finish(), "numbers");
  assert.equal(
    [reader.u8("a"), reader.u8("b"), reader.u16("c"), reader.u16("d"), reader.u24("e")],
    [0, 0xff, 0, 0xffff, 0xffffff],
  );
  assert.equal([reader.u32("f"), reader.u32("g")], [0xffffffff, 0x80000000]);
  reader.end();
  refused(() => reader.u8("h"));
});

bytes("a number that does not fit is refused", () => {
  for (const write of [
    () => new ByteWriter().u8(256),
    () => new ByteWriter().u16(-1),
    () => new ByteWriter().u24(0x1000000),
    () => new ByteWriter().u32(2 ** 32),
    () => new ByteWriter().u8(1.5),
    () => new ByteWriter().u16(Number.NaN),
  ])
    assert.throws(write, /not an unsigned number/);
});

bytes("vectors: lengths of 1, 2 and 3 bytes, nested, bounds", () => {
  for (const prefix of [1, 2, 3] as const) {
    const writer = new ByteWriter(2);
    writer.vector(prefix, (inner) => inner.vector(1, latin1("abc")).u8(7));
    const reader = new ByteReader(writer.finish(), "outer");
    const inner = reader.nested(prefix, "inner");
    reader.end();
    assert.is(fromLatin1(inner.vector(1, "text")), "abc");
    assert.is(inner.remaining, 1);
    refused(() => inner.end());
    assert.is(inner.u8("last"), 7);
    inner.end();
  }
  const writer = new ByteWriter();
  assert.throws(() => writer.vector(1, new Uint8Array(256)), /do not fit/);
  const three = Uint8Array.of(3, 1, 2, 3);
  refused(() => new ByteReader(three, "v").vector(1, "short", 4));
  refused(() => new ByteReader(three, "v").vector(1, "long", 0, 2));
  refused(() => new ByteReader(three.subarray(0, 3), "v").vector(1, "cut"));
  assert.is(new ByteReader(three, "v").vector(1, "right", 3, 3).length, 3);
});

bytes("lists of 16-bit numbers have whole numbers", () => {
  assert.equal(new ByteReader(Uint8Array.of(4, 1, 2, 3, 4), "l").u16List(1, "x"), [0x102, 0x304]);
  refused(() => new ByteReader(Uint8Array.of(3, 1, 2, 3), "l").u16List(1, "x"));
  refused(() => new ByteReader(Uint8Array.of(0), "l").u16List(1, "x"));
});

bytes("what is read is a view, and offset and rest agree", () => {
  const memory = Uint8Array.of(1, 2, 3, 4);
  const reader = new ByteReader(memory, "view");
  const two = reader.bytes(2, "two");
  assert.is(two.buffer, memory.buffer);
  assert.equal([reader.offset, reader.remaining], [2, 2]);
  assert.equal([...reader.rest()], [3, 4]);
  assert.is(reader.rest().length, 0);
});

bytes("comparison: equal, another byte at each place, another length", () => {
  const a = Uint8Array.of(1, 2, 3);
  for (const equal of [equalBytes, equalConstantTime]) {
    assert.is(equal(a, a.slice()), true);
    assert.is(equal(new Uint8Array(0), new Uint8Array(0)), true);
    assert.is(equal(a, a.subarray(0, 2)), false);
    assert.is(equal(a, Uint8Array.of(1, 2, 3, 0)), false);
    for (let at = 0; at < 3; at++) {
      const b = a.slice();
      b[at] = (b[at] as number) ^ 0x80;
      assert.is(equal(a, b), false);
    }
  }
});

bytes("text and pieces", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.is(toHex(fromHex(toHex(all))), toHex(all));
  assert.is(toHex(latin1(fromLatin1(all))), toHex(all));
  assert.throws(() => fromHex("0g"), TypeError);
  assert.throws(() => fromHex("abc"), TypeError);
  assert.is(toHex(concat(all.subarray(1, 3), new Uint8Array(0), all.subarray(9, 10))), "010209");
  const secret = Uint8Array.of(1, 2);
  wipe(secret, null, undefined);
  assert.is(toHex(secret), "0000");
});

bytes("UTF-8 is read strictly", () => {
  for (const text of ["", "a", "Zürich", "\ufeff東京", "\u{1f512}"])
    assert.is(fromUtf8(utf8(text)), text);
  for (const wrong of ["80", "c080", "eda080", "f4908080", "e282", "ff"])
    assert.throws(
      () => fromUtf8(fromHex(wrong)),
      (error: unknown) => error instanceof URIError,
    );
});

bytes.run();
