/**
 * The exchanges over transports: a Duplex of node and a pair of WHATWG streams, when all goes well and when not.
 */
import { connect as connectTcp, createServer, type Socket } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fromLatin1, latin1 } from "../../src/bytes/text.ts";
import * as node from "../../src/entries/node.ts";
import * as web from "../../src/entries/streams.ts";

const drivers = suite("starttls: drivers");

const isError =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof node.TlsError && error.code === code;

/** A client's socket whose server says these answers, each after it heard something; then it runs `last`. */
async function dial(answers: readonly string[], last: (socket: Socket) => void): Promise<Socket> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    let index = 0;
    const say = (): void => {
      const answer = answers[index++];
      if (answer === undefined) last(socket);
      else socket.write(answer);
    };
    socket.on("data", say);
    say();
    server.close();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as { port: number };
  const socket = connectTcp(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

drivers("node: what the server said comes back, and the Duplex is free again", async () => {
  const socket = await dial(["+OK pop\r\n", "+OK go\r\n"], (peer) => peer.end("next"));
  const said = await node.negotiateStartTls(socket, node.startTlsPop3());
  assert.is(fromLatin1(said), "+OK pop\r\n+OK go\r\n");
  for (const event of ["readable", "error"]) assert.is(socket.listenerCount(event), 0, event);
  socket.write("now TLS");
  const next = await new Promise((resolve) => socket.once("data", resolve));
  assert.is(String(next), "next");
  socket.destroy();
});

drivers("node: refused, cut off, reset: a TlsError, and the Duplex is destroyed", async () => {
  const fates: readonly (readonly [readonly string[], (peer: Socket) => void, string])[] = [
    [["+OK pop\r\n", "-ERR no\r\n"], () => {}, "Refused"],
    [["+OK pop\r\n", "+OK go\r\ninjected"], () => {}, "InjectedPlaintext"],
    [["+OK pop\r\n"], (peer) => peer.end(), "ECONNRESET"],
    [["+OK pop\r\n"], (peer) => peer.resetAndDestroy(), "ECONNRESET"],
  ];
  for (const [answers, last, code] of fates) {
    const socket = await dial(answers, last);
    socket.on("error", () => {});
    const failure = await node.negotiateStartTls(socket, node.startTlsPop3()).catch((e) => e);
    assert.ok(isError(code)(failure), `${failure} instead of ${code}`);
    assert.ok(socket.destroyed);
  }
  const gone = await dial([], () => {});
  gone.destroy();
  const failure = await node.negotiateStartTls(gone, node.startTlsPop3()).catch((e) => e);
  assert.ok(isError("ECONNRESET")(failure));
});

/** Streams whose other end answers each thing it hears with the next of these. */
function streams(answers: readonly string[]): web.ByteStreams & { readonly heard: string[] } {
  const heard: string[] = [];
  const left = [...answers];
  let say: () => void = () => {};
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      say = () => {
        const next = left.shift();
        if (next === undefined) controller.close();
        else controller.enqueue(latin1(next));
      };
      say();
    },
  });
  const writable = new WritableStream<Uint8Array>({
    write(bytes) {
      heard.push(fromLatin1(bytes));
      say();
    },
  });
  return { readable, writable, heard };
}

drivers("web: what the server said comes back, and the streams are unlocked", async () => {
  const pair = streams(["* OK imap\r\n", "sealwire OK go\r\n"]);
  const said = await web.negotiateStartTls(pair, web.startTlsImap());
  assert.is(fromLatin1(said), "* OK imap\r\nsealwire OK go\r\n");
  assert.equal(pair.heard, ["sealwire STARTTLS\r\n"]);
  assert.not(pair.readable.locked);
  assert.not(pair.writable.locked);
});

drivers("web: refused, injected, ended: a TlsError, and the streams are of no use", async () => {
  const fates: readonly (readonly [readonly string[], string])[] = [
    [["* OK imap\r\n", "sealwire NO\r\n"], "Refused"],
    [["* OK imap\r\n", "sealwire OK\r\n* OK injected\r\n"], "InjectedPlaintext"],
    [["* OK imap\r\n"], "ECONNRESET"],
  ];
  for (const [answers, code] of fates) {
    const pair = streams(answers);
    const failure = await web.negotiateStartTls(pair, web.startTlsImap()).catch((e) => e);
    assert.ok(isError(code)(failure), `${failure} instead of ${code}`);
    const writer = pair.writable.getWriter();
    const refusal = await writer.write(latin1("password")).catch((e) => e);
    assert.ok(refusal instanceof Error, "the writable still takes bytes");
  }
});

drivers.run();
