/**
 * What a stranger costs before TLS and beside it: answers of STARTTLS, frames of TDS, messages of the web that nobody reads.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { concatAll } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import { type MessagePipe, overMessages } from "../../src/entries/streams.ts";
import { TdsHandshake } from "../../src/starttls/tds.ts";
import { CONVERSATIONS } from "../starttls/scripts.ts";
import { bounded, linear } from "./growth.ts";

const tests = suite("cost: transports");

const repeated = (text: string, length: number): Uint8Array =>
  latin1(text.repeat(Math.ceil(length / text.length)).slice(0, length));

/** Beginnings that keep a dialogue waiting, each followed by the same bytes again and again. */
const ENDLESS: readonly (readonly [start: string, again: string])[] = [
  ["", "x"],
  ["220-", "x"],
  ["220-a\r\n", "220-b\r\n"],
  ["220-a\r\n", "\n"],
  ["* OK\r\n", "* x\r\n"],
  ["* OK\r\n", "* "],
  ["<stream:stream a='", ">"],
  ["<stream:stream>", " "],
  ["<stream:stream><stream:features>", "<"],
  ["<stream:stream><stream:features>", "<a>"],
  ["<stream:stream><stream:features>", ">"],
  ["\x30\x84\x00\x00\x7f\xff", "x"],
  ["\x04\x00\x00\x08\x00\x00\x00\x00", "\x04\x00\x00\x08\x00\x00\x00\x00"],
  ["\x04\x00\x00\x09\x00\x00\x00\x00x", "\x04\x00\x00\x09\x00\x00\x00\x00x"],
];

for (const { name, create } of CONVERSATIONS) {
  for (const [start, again] of ENDLESS) {
    const dialogue = (bytes: Uint8Array): void => {
      const negotiation = create();
      let step = negotiation.start();
      for (let at = 0; at < bytes.length && step.state === "more"; at++)
        step = negotiation.receive(bytes.subarray(at, at + 1));
    };
    // What ends a dialogue at once costs nothing that could be compared.
    const trial = create();
    trial.start();
    if (trial.receive(latin1(start + again.repeat(3))).state !== "more") continue;
    linear(
      tests,
      `STARTTLS of ${name} in pieces of one byte: ${JSON.stringify(start)}, then ${JSON.stringify(again)}`,
      3900,
      (length) => {
        const bytes = concatAll([latin1(start), repeated(again, length)]);
        return () => dialogue(bytes);
      },
    );
  }
}

linear(tests, "a TDS packet of the handshake in pieces of one byte", 8000, (length) => {
  const bytes = new Uint8Array(length);
  bytes.set([0x12, 1, 0xff, 0xff]);
  return () => {
    const frames = new TdsHandshake();
    for (const byte of bytes) frames.unwrap(Uint8Array.of(byte));
  };
});

linear(tests, "TDS packets without content in one piece", 40_000, (length) => {
  const bytes = repeated("\x12\x01\x00\x08\x00\x00\x00\x00", length);
  return () => assert.ok(new TdsHandshake().unwrap(bytes).ok);
});

function unread(
  messages: number,
  limit: number,
): { streams: ReturnType<typeof overMessages>; pipe: MessagePipe } {
  const pipe: MessagePipe = { send: () => undefined, onmessage: null, onclose: null };
  const streams = overMessages(pipe, { receiveLimit: limit });
  for (let i = 0; i < messages; i++) pipe.onmessage?.(new Uint8Array(1));
  return { streams, pipe };
}

const ONE_BYTE = new Uint8Array(1);

linear(tests, "messages of one byte, read after all have come", 10_000, (length) => async () => {
  const pipe: MessagePipe = { send: () => undefined, onmessage: null, onclose: null };
  const streams = overMessages(pipe, { receiveLimit: 1 << 30 });
  for (let i = 0; i < length; i++) pipe.onmessage?.(ONE_BYTE);
  pipe.onclose?.();
  let bytes = 0;
  for await (const chunk of streams.readable as unknown as AsyncIterable<Uint8Array>)
    bytes += chunk.length;
  assert.is(bytes, length);
});

const LIMIT = 8 << 20;
bounded(tests, "a flood of unread messages of one byte, with a `receiveLimit` of 8 MiB", () =>
  unread(300_000, LIMIT),
);
bounded(tests, "a flood of unread messages of 1000 bytes, with a `receiveLimit` of 8 MiB", () => {
  const pipe: MessagePipe = { send: () => undefined, onmessage: null, onclose: null };
  const streams = overMessages(pipe, { receiveLimit: LIMIT });
  for (let i = 0; i < 30_000; i++) pipe.onmessage?.(new Uint8Array(1000));
  return { streams, pipe };
});

tests.run();
