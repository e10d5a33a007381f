/**
 * Transports in memory and the identities of both sides, for the tests of `sealwire/web`.
 */
import {
  type ByteStreams,
  type CertContext,
  type SecureOptions,
  type SecureStreams,
  secure,
  selfSignedCertificate,
  TrustStore,
} from "../../src/entries/streams.ts";

export interface Identity {
  readonly certificate: CertContext;
  readonly trust: TrustStore;
}

/** A self-signed certificate for `localhost`, and the store that believes it. */
export function identity(name = "localhost"): Identity {
  const { certificate, privateKey } = selfSignedCertificate({ names: [name] });
  return {
    certificate: { chain: [certificate], privateKey },
    trust: new TrustStore([certificate]),
  };
}

/** A stream that cuts what passes into pieces of `size` bytes at most, each in memory of its own. */
function pieces(size: number): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(chunk, controller) {
      for (let at = 0; at < chunk.length; at += size)
        controller.enqueue(chunk.slice(at, at + size));
    },
  });
}

/** Two ends of a wire; what one writes the other reads, in pieces of at most `size` bytes. */
export function linked(size = 65_536): [ByteStreams, ByteStreams] {
  const there = pieces(size);
  const back = pieces(size);
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}

export interface Pair {
  readonly client: SecureStreams;
  readonly server: SecureStreams;
}

const SERVER = identity();

/** Client and server over a wire, the client trusting the server. */
export function pair(
  client: SecureOptions = {},
  server: SecureOptions = {},
  [left, right]: readonly [ByteStreams, ByteStreams] = linked(),
): Pair {
  return {
    client: secure(left, { serverName: "localhost", ca: SERVER.trust, ...client }),
    server: secure(right, { role: "server", cert: SERVER.certificate, ...server }),
  };
}

/** `length` bytes without a short period. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7) & 0xff);
}

/** Writes `data` in pieces and closes the stream. */
export async function writeAll(
  stream: WritableStream<Uint8Array>,
  data: Uint8Array,
  piece: number = data.length,
): Promise<void> {
  const writer = stream.getWriter();
  for (let at = 0; at < data.length; at += piece) {
    await writer.ready;
    await writer.write(data.subarray(at, at + piece));
  }
  await writer.close();
}

/** All bytes until the end of a stream. */
export async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
  }
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** The error that a promise is rejected with. */
export async function refusal(promise: Promise<unknown>): Promise<Error & { reason?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error & { reason?: string };
  }
  throw new Error("it was not refused");
}

/** As `linked`, but at most one write lies in between, until it is read. */
export function unbuffered(): [ByteStreams, ByteStreams] {
  const wire = (): TransformStream<Uint8Array, Uint8Array> => new TransformStream();
  const [there, back] = [wire(), wire()];
  return [
    { readable: back.readable, writable: there.writable },
    { readable: there.readable, writable: back.writable },
  ];
}
