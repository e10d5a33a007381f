/**
 * Bytes to records and records to messages: every cut of a stream gives the same messages; lengths are refused before
 * memory is taken.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { toHex } from "../../src/bytes/text.ts";
import { ContentType } from "../../src/protocol/content-type.ts";
import { MAX_CIPHERTEXT_12, MAX_CIPHERTEXT_13 } from "../../src/protocol/limits.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { frame } from "../../src/record/deframer.ts";
import { ReadDirection } from "../../src/record/direction.ts";
import { Joiner } from "../../src/record/joiner.ts";
import { makeMessage } from "../support/message-pair.ts";
import { pattern, reasonOf } from "../support/record-kit.ts";

const framing = suite("record: framing");

const header = (type: number, length: number, major = 3): Uint8Array =>
  Uint8Array.of(type, major, 3, length >> 8, length & 0xff);

framing("what is missing is told for every prefix of a record", () => {
  const record = concat(header(ContentType.Handshake, 7), pattern(7));
  for (let length = 0; length < record.length; length++) {
    const found = frame(record.subarray(0, length), MAX_CIPHERTEXT_12);
    assert.equal(found, { kind: "incomplete", missing: length < 5 ? 5 - length : 12 - length });
  }
  assert.equal(frame(record, MAX_CIPHERTEXT_12), { kind: "record", length: 12 });
  const more = concat(record, pattern(30));
  assert.equal(frame(more, MAX_CIPHERTEXT_12), { kind: "record", length: 12 }, "more follows");
});

framing("bytes that begin no record", () => {
  for (const first of [0, 19, 25, 0x47, 0x80, 255])
    assert.is(refusal(header(first, 5), MAX_CIPHERTEXT_12), "NotTls", `type ${first}`);
  for (const major of [0, 1, 2, 4, 0xfe])
    assert.is(refusal(header(ContentType.Handshake, 5, major), MAX_CIPHERTEXT_12), "NotTls");
  const later = frame(header(25, 5), MAX_CIPHERTEXT_12, true);
  assert.is(later.kind === "refused" && later.failure.reason, "UnexpectedRecord", "after another");
});

framing("a length above the version's limit is refused by its header alone", () => {
  const read = new ReadDirection();
  for (const [version, limit] of [
    [TLS12, MAX_CIPHERTEXT_12],
    [TLS13, MAX_CIPHERTEXT_13],
  ] as const) {
    assert.is(read.maximumBody(version), limit);
    const type = ContentType.ApplicationData;
    assert.is(refusal(header(type, limit + 1), limit), "RecordTooLong");
    assert.is(refusal(header(type, 0xffff), limit), "RecordTooLong");
    assert.equal(frame(header(type, limit), limit), { kind: "incomplete", missing: limit });
  }
  assert.equal([MAX_CIPHERTEXT_12, MAX_CIPHERTEXT_13], [16384 + 2048, 16384 + 256]);
});

function refusal(bytes: Uint8Array, limit: number): string {
  const found = frame(bytes, limit);
  return found.kind === "refused" ? found.failure.reason : found.kind;
}

framing("every cut of a stream of messages gives the same messages", () => {
  const messages = [0, 1, 30, 3, 0].map((length, i) => makeMessage(i + 1, pattern(length)).bytes);
  const stream = concat(...messages);
  const joined = (pieces: readonly Uint8Array[]): string[] => {
    const joiner = new Joiner(100);
    const found: string[] = [];
    for (const piece of pieces) {
      joiner.push(piece);
      for (let next = joiner.next(); next !== null; next = joiner.next()) {
        assert.is(next.type, next.bytes[0]);
        assert.is(toHex(next.body), toHex(next.bytes.subarray(4)));
        found.push(toHex(next.bytes));
      }
    }
    assert.is(joiner.pending, false);
    return found;
  };
  const expected = messages.map(toHex);
  for (let cut = 0; cut <= stream.length; cut++) {
    const pieces = [stream.subarray(0, cut), stream.subarray(cut)].filter((p) => p.length > 0);
    assert.equal(joined(pieces), expected, `cut at ${cut}`);
  }
  assert.equal(joined(Array.from(stream, (byte) => Uint8Array.of(byte))), expected, "byte by byte");
});

framing("messages stay as they were given out, whatever comes after them", () => {
  const messages = Array.from({ length: 40 }, (_, i) => makeMessage(i, pattern(7 * i)).bytes);
  const stream = concat(...messages);
  for (const size of [1, 3, 5, 64, 300]) {
    const joiner = new Joiner(300);
    const found: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += size) {
      joiner.push(stream.slice(at, at + size));
      for (let next = joiner.next(); next !== null; next = joiner.next()) found.push(next.bytes);
    }
    assert.equal(found.map(toHex), messages.map(toHex), `pieces of ${size}`);
  }
});

framing("a message that is too long is refused by its header, wherever it stands", () => {
  const long = Uint8Array.of(11, 0, 0, 101);
  const joiner = (): Joiner => new Joiner(100);
  assert.is(
    reasonOf(() => joiner().push(long)),
    "MessageTooLong",
  );
  const cut = joiner();
  cut.push(long.subarray(0, 3));
  assert.is(
    reasonOf(() => cut.push(long.subarray(3))),
    "MessageTooLong",
  );
  const second = joiner();
  second.push(concat(makeMessage(1, pattern(2)).bytes, long));
  assert.is(
    reasonOf(() => second.next()),
    "MessageTooLong",
  );
  const largest = joiner();
  largest.push(makeMessage(11, pattern(100)).bytes);
  assert.is(largest.next()?.body.length, 100);
});

framing("what waits can be looked at and forgotten", () => {
  const joiner = new Joiner(100);
  assert.is(joiner.peekType(), null);
  joiner.push(Uint8Array.of(1, 0));
  assert.equal([joiner.pending, joiner.peekType(), joiner.next()], [true, 1, null]);
  joiner.clear();
  assert.equal([joiner.pending, joiner.peekType()], [false, null]);
});

framing.run();
