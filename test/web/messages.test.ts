/**
 * `overMessages`: ports, look-alikes of WebSocket and RTCDataChannel, pipes of the caller's own; sizes of messages,
 * queues in both directions, ends.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type MessagePipe, overMessages } from "../../src/entries/streams.ts";
import { FakeChannel, fakeSockets } from "./fake-channels.ts";
import { pair, pattern, readAll, refusal, writeAll } from "./web-kit.ts";

const RECORD_HEADER = 5;

const messages = suite("web: overMessages");

messages("MessagePort, both ways, and the end reaches the other side", async () => {
  const { port1, port2 } = new MessageChannel();
  const { client, server } = pair({}, {}, [overMessages(port1), overMessages(port2)]);
  const [echo] = await Promise.all([
    readAll(client.readable),
    server.readable.pipeTo(server.writable),
    writeAll(client.writable, pattern(200_000), 50_000),
  ]);
  assert.equal(echo, pattern(200_000));
  await Promise.all([client.closed, server.closed]);
});

messages("a WebSocket that opens later", async () => {
  const [left, right] = fakeSockets({ opensAfter: 20 });
  const { client, server } = pair({}, {}, [overMessages(left), overMessages(right)]);
  await writeAll(client.writable, pattern(100_000));
  assert.equal(await readAll(server.readable), pattern(100_000));
  await server.close();
  await client.closed;
  assert.is(left.binaryType, "arraybuffer");
  assert.is(left.readyState, FakeChannel.CLOSED);
});

messages("every record is one message of a data channel, and the queue has a bound", async () => {
  const [left, right] = fakeSockets({ dataChannel: true, drainEvery: 1 });
  const sent: Uint8Array[] = [];
  left.sent = (message) => sent.push(message);
  const { client, server } = pair({ versions: ["TLSv1.2"] }, {}, [
    overMessages(left, { sendHighWaterMark: 100_000 }),
    overMessages(right),
  ]);
  await Promise.all([client.opened, server.opened]);
  const reading = readAll(server.readable);
  sent.length = 0;
  await writeAll(client.writable, pattern(500_000));
  assert.equal(await reading, pattern(500_000));
  for (const message of sent) {
    assert.ok(message.length <= 16_384, `a message of ${message.length} bytes`);
    assert.is(message.length, RECORD_HEADER + ((message[3] ?? 0) << 8) + (message[4] ?? 0));
  }
  assert.ok(left.mostBuffered <= 100_000 + 16_384, `${left.mostBuffered} bytes were buffered`);
});

messages("small messages: records shrink, flights are cut", async () => {
  for (const maxMessageSize of [128, 200, 1200]) {
    const [left, right] = fakeSockets({});
    const long: number[] = [];
    const watch = (message: Uint8Array): void => {
      if (message.length > maxMessageSize) long.push(message.length);
    };
    left.sent = watch;
    right.sent = watch;
    const { client, server } = pair({}, {}, [
      overMessages(left, { maxMessageSize }),
      overMessages(right, { maxMessageSize }),
    ]);
    const [echo] = await Promise.all([
      readAll(client.readable),
      server.readable.pipeTo(server.writable),
      writeAll(client.writable, pattern(10_000)),
    ]);
    assert.equal(echo, pattern(10_000));
    assert.equal(long, []);
  }
  const [left] = fakeSockets({});
  assert.throws(() => overMessages(left, { maxMessageSize: 100 }), /128 bytes/);
});

messages("a pipe of one's own: a promise of send is waited for", async () => {
  const ends: MessagePipe[] = [];
  const counts: { underWay: number; most: number }[] = [];
  const end = (other: () => MessagePipe | undefined): MessagePipe => {
    const count = { underWay: 0, most: 0 };
    counts.push(count);
    return {
      onmessage: null,
      async send(message) {
        count.underWay++;
        count.most = Math.max(count.most, count.underWay);
        await new Promise((resolve) => setTimeout(resolve, 1));
        count.underWay--;
        other()?.onmessage?.(message);
      },
      close() {
        other()?.onclose?.();
      },
    };
  };
  ends.push(
    end(() => ends[1]),
    end(() => ends[0]),
  );
  const [left, right] = ends as [MessagePipe, MessagePipe];
  const { client, server } = pair({}, {}, [overMessages(left), overMessages(right)]);
  await Promise.all([client.opened, server.opened]);
  const sending = writeAll(client.writable, pattern(300_000));
  assert.equal(await readAll(server.readable), pattern(300_000));
  await sending;
  assert.equal(
    counts.map(({ most }) => most),
    [1, 1],
  );
  await server.close();
});

messages("a transport that breaks says why, to whoever waits", async () => {
  const [left, right] = fakeSockets({});
  const { client, server } = pair({}, {}, [overMessages(left), overMessages(right)]);
  await Promise.all([client.opened, server.opened]);
  const reading = refusal(readAll(client.readable));
  left.breaks("the cable was cut");
  const error = await reading;
  assert.is(error.reason, "TransportFailed");
  assert.match(error.message, /the cable was cut/);
  assert.is((error.cause as Error).message, "the cable was cut");
  assert.is(await refusal(client.closed), error);
});

messages("a WebSocket that is closed without close_notify truncates", async () => {
  const [left, right] = fakeSockets({});
  const { client, server } = pair({}, {}, [overMessages(left), overMessages(right)]);
  await Promise.all([client.opened, server.opened]);
  right.close();
  assert.is((await refusal(client.closed)).reason, "Truncated");
  await refusal(server.closed);
});

messages("one that never opens refuses the session", async () => {
  const [left, right] = fakeSockets({ opensAfter: 1_000_000 });
  const { client, server } = pair({}, {}, [overMessages(left), overMessages(right)]);
  left.breaks("connection refused");
  assert.is((await refusal(client.opened)).reason, "TransportFailed");
  right.close();
  await refusal(server.closed);
});

messages("text is no TLS", async () => {
  const [left, right] = fakeSockets({});
  const { client, server } = pair({}, {}, [overMessages(left), overMessages(right)]);
  await Promise.all([client.opened, server.opened]);
  right.send("hello");
  assert.match((await refusal(client.closed)).message, /a value of type String where Uint8Array/);
  await refusal(server.closed);
});

messages("what nobody reads has a bound", async () => {
  const [left, right] = fakeSockets({});
  const { client, server } = pair({}, {}, [
    overMessages(left, { receiveLimit: 200_000 }),
    overMessages(right, { sendHighWaterMark: 1 << 30 }),
  ]);
  await Promise.all([client.opened, server.opened]);
  const sending = writeAll(server.writable, pattern(1_000_000)).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  const error = await refusal(readAll(client.readable));
  assert.is(error.reason, "TransportOverrun");
  assert.match(error.message, /200000/);
  await sending;
});

messages("no message transport", () => {
  assert.throws(() => overMessages({} as MessagePipe), /overMessages takes/);
});

messages.run();
