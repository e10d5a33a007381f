/**
 * What the tests of the sockets share: a certificate, pairs over memory and over loopback.
 */
import { once } from "node:events";
import {
  type AddressInfo,
  createServer as createNetServer,
  connect as netConnect,
  type Server,
  type Socket,
} from "node:net";
import { Duplex } from "node:stream";
import * as tls from "node:tls";
import { selfSignedCertificate } from "../../src/api/node.ts";
import * as ours from "../../src/entries/node.ts";
import {
  type ConnectOptions,
  connect,
  createServer,
  type SecureServer,
  SecureSocket,
  type SecureSocketOptions,
  type ServerOptions,
} from "../../src/entries/node.ts";

export const IDENTITY: ReturnType<typeof selfSignedCertificate> = selfSignedCertificate({
  names: ["localhost", "127.0.0.1"],
});
export const OWN: { readonly cert: string; readonly key: string } = {
  cert: IDENTITY.certificatePem,
  key: IDENTITY.privateKeyPem,
};
/** Both libraries, by name; what they have in common is called alike. */
export const LIBRARIES: readonly (readonly [string, typeof ours])[] = [
  ["sealwire", ours],
  ["node:tls", tls as unknown as typeof ours],
];
/** The major version of this Node. */
export const NODE: number = Number.parseInt(process.versions.node, 10);
export const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;

/** One end of a pipe in memory. */
export class PipeEnd extends Duplex {
  other: PipeEnd | null = null;
  #wanted: (() => void) | null = null;

  override _read(): void {
    const wanted = this.#wanted;
    this.#wanted = null;
    wanted?.();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const { other } = this;
    if (other === null || other.destroyed) done();
    else if (other.push(chunk)) process.nextTick(done);
    else other.#wanted = done;
  }

  override _final(done: () => void): void {
    if (this.other?.destroyed === false) this.other.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this;
    if (other !== null && !other.destroyed && !other.readableEnded) other.push(null);
    done(error);
  }
}

export function pipe(): readonly [PipeEnd, PipeEnd] {
  const [one, two] = [new PipeEnd(), new PipeEnd()];
  one.other = two;
  two.other = one;
  return [one, two];
}

/** Two SecureSockets over memory, not yet secure. */
export function memoryPair(
  client: SecureSocketOptions = {},
  server: SecureSocketOptions = {},
): { client: SecureSocket; server: SecureSocket; near: PipeEnd; far: PipeEnd } {
  const [near, far] = pipe();
  return {
    near,
    far,
    client: new SecureSocket(near, { ca: OWN.cert, servername: "localhost", ...client }),
    server: new SecureSocket(far, { ...OWN, isServer: true, ...server }),
  };
}

export async function secured(...sockets: readonly SecureSocket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => once(socket, "secure")));
}

/** Its end is no matter of this test. */
export function careless(...sockets: readonly NodeJS.EventEmitter[]): void {
  for (const socket of sockets) socket.on("error", () => undefined);
}

/** Until it is closed, with or without an error. */
export function closed(socket: Duplex): Promise<void> {
  return socket.closed
    ? Promise.resolve()
    : new Promise((resolve) => socket.once("close", () => resolve()));
}

/** All data until the end. Not by iteration, which destroys a Duplex as soon as its reading side has ended. */
export function read(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.once("end", () => resolve(Buffer.concat(chunks)));
    stream.once("error", reject);
  });
}

export async function listening<S extends Server>(server: S): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** Runs `use` with a server of ours on loopback; closes it. */
export async function withServer(
  options: ServerOptions,
  onConnection: (socket: SecureSocket) => void,
  use: (port: number, server: SecureServer) => Promise<void>,
): Promise<void> {
  const server = createServer({ ...OWN, ...options }, onConnection);
  const port = await listening(server);
  try {
    await use(port, server);
  } finally {
    server.close();
    await once(server, "close");
  }
}

export function dial(port: number, options: ConnectOptions = {}): SecureSocket {
  return connect({ port, host: "127.0.0.1", servername: "localhost", ca: OWN.cert, ...options });
}

/** A plain TCP pair: for upgrades. */
export async function tcpPair(): Promise<{ near: Socket; far: Socket; close(): void }> {
  const server = createNetServer();
  const port = await listening(server);
  const near = netConnect(port, "127.0.0.1");
  const [far] = (await once(server, "connection")) as [Socket];
  return {
    near,
    far,
    close: () => {
      near.destroy();
      far.destroy();
      server.close();
    },
  };
}

/** The error that a socket dies of. */
export async function errorOf(socket: NodeJS.EventEmitter): Promise<Error & { code?: string }> {
  const [error] = (await once(socket, "error")) as [Error & { code?: string }];
  return error;
}
