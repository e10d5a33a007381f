/**
 * TLS over a serial line: something that takes and gives a few bytes at a time, slowly, and knows no connection.
 * Both ends run here, over a line that is made of two timers. Run it with `node build/examples/web/serial-line.js`.
 */
import {
  type ByteStreams,
  secure,
  selfSignedCertificate,
  TrustStore,
} from "../../src/entries/streams.ts";

/** Bytes that the line carries per tick. */
const FRAME = 7;

/** One direction of the line: what is written at one end comes out at the other, a frame per tick. */
function wire(): {
  readonly out: ReadableStream<Uint8Array>;
  readonly in: WritableStream<Uint8Array>;
} {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    async transform(bytes, line) {
      for (let at = 0; at < bytes.length; at += FRAME) {
        await new Promise((tick) => setImmediate(tick));
        line.enqueue(bytes.slice(at, at + FRAME));
      }
    },
  });
  return { out: readable, in: writable };
}

const [down, up] = [wire(), wire()];
const device: ByteStreams = { readable: down.out, writable: up.in };
const host: ByteStreams = { readable: up.out, writable: down.in };

// The device has a certificate, and the host knows exactly this one.
const { certificate, privateKey } = selfSignedCertificate({ names: ["meter.example"] });
const server = secure(device, { role: "server", cert: { chain: [certificate], privateKey } });
const client = secure(host, { serverName: "meter.example", ca: new TrustStore([certificate]) });

const { cipherSuiteName } = await client.opened;
console.log(`secure over ${FRAME} bytes at a time: ${cipherSuiteName}`);

// The device answers each command with a line.
const answering = server.readable
  .pipeThrough(new TextDecoderStream())
  .pipeThrough(
    new TransformStream<string, string>({
      transform: (command, answers) => answers.enqueue(`${command}: 20.5\n`),
    }),
  )
  .pipeThrough(new TextEncoderStream())
  .pipeTo(server.writable);

const commands = client.writable.getWriter();
const answers = client.readable.pipeThrough(new TextDecoderStream()).getReader();
for (const command of ["temperature", "voltage"]) {
  await commands.write(new TextEncoder().encode(command));
  console.log((await answers.read()).value?.trim());
}
await commands.close();
await Promise.all([answering, client.closed, server.closed]);
console.log("closed by both ends");
