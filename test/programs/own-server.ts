/**
 * What the servers of ours share: connections of node:tls, whatever else is swapped, bytes that are asked for by their
 * number, and numbers.
 */
import { once } from "node:events";
import * as net from "node:net";
import type { Duplex } from "node:stream";
import * as nodeTls from "node:tls";
import { OWN } from "../node/kit.ts";
import { inVersion, listening, type Version } from "./kit.ts";

// Taken before anything is swapped.
const { TLSSocket, createSecureContext, createServer } = nodeTls;

/** The one user of all of them. */
export const USER = { name: "tester", password: "secret" } as const;

export interface OwnServer {
  readonly port: number;
  /** @throws what went wrong in a conversation */
  stop(): Promise<void>;
}

export class Gone extends Error {}

/** The server's end of a connection: bytes are asked for by their number. */
export class Wire {
  readonly stream: Duplex;
  #wake: (() => void) | null = null;

  constructor(stream: Duplex) {
    this.stream = stream;
    for (const event of ["readable", "end", "close", "error"])
      stream.on(event, () => this.#wake?.());
  }

  /** @throws Gone at the end of the connection */
  async read(length: number): Promise<Buffer> {
    if (length === 0) return Buffer.alloc(0);
    for (;;) {
      const bytes = this.stream.read(length) as Buffer | null;
      if (bytes?.length === length) return bytes;
      if (this.stream.readableEnded || this.stream.destroyed) throw new Gone();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Until CRLF, which is left out. */
  async line(): Promise<string> {
    const bytes: Buffer[] = [];
    for (;;) {
      const byte = await this.read(1);
      if (byte[0] === 0x0a) return Buffer.concat(bytes).toString().replace(/\r$/, "");
      bytes.push(byte);
    }
  }

  write(...parts: readonly (Buffer | string)[]): void {
    this.stream.write(Buffer.concat(parts.map((part) => Buffer.from(part as Buffer))));
  }
}

/** What each server does with a connection, until `read` throws {@link Gone}. */
export type Talk = (wire: Wire) => Promise<void>;

/** TLS of node:tls over a connection that carried plaintext. */
export function upgraded(stream: Duplex): Wire {
  const secureContext = createSecureContext(OWN);
  return new Wire(new TLSSocket(stream as net.Socket, { isServer: true, secureContext }));
}

export interface Transport {
  /** From the first byte. */
  readonly tls: boolean;
  /** The one protocol. */
  readonly alpn?: string;
  /** The one version. */
  readonly version?: Version;
}

export async function serve(talk: Talk, { tls, alpn, version }: Transport): Promise<OwnServer> {
  const faults: unknown[] = [];
  const streams = new Set<Duplex>();
  const accept = (stream: Duplex): void => {
    streams.add(stream);
    // A client that does not trust us goes away with an alert.
    stream.on("error", () => stream.destroy());
    talk(new Wire(stream)).catch((error: unknown) => {
      if (!(error instanceof Gone)) faults.push(error);
      stream.destroy();
    });
  };
  const options = {
    ...OWN,
    ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
    ...(version === undefined ? {} : inVersion(version)),
  };
  const server = tls ? createServer(options, accept) : net.createServer(accept);
  const port = await listening(server);
  return {
    port,
    stop: async () => {
      const over = once(server, "close");
      server.close();
      for (const stream of streams) stream.destroy();
      await over;
      if (faults.length > 0) throw faults[0];
    },
  };
}

export function expect(what: string, is: unknown, wanted: unknown): void {
  if (is !== wanted) throw new Error(`${what} is ${String(is)}, not ${String(wanted)}`);
}

export const u8 = (value: number): Buffer => Buffer.of(value);
function integer(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length);
  write(bytes);
  return bytes;
}
export const u16 = (value: number): Buffer => integer(2, (bytes) => bytes.writeUInt16BE(value));
export const u32 = (value: number): Buffer => integer(4, (bytes) => bytes.writeUInt32BE(value));
export const u64 = (value: number): Buffer =>
  integer(8, (bytes) => bytes.writeBigUInt64BE(BigInt(value)));
export const u16le = (value: number): Buffer => integer(2, (bytes) => bytes.writeUInt16LE(value));
export const u32le = (value: number): Buffer => integer(4, (bytes) => bytes.writeUInt32LE(value));
export const u64le = (value: number): Buffer =>
  integer(8, (bytes) => bytes.writeBigUInt64LE(BigInt(value)));

/** Fields that follow each other; numbers are big-endian. */
export class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new Error("a message is too short");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  u8(): number {
    return this.take(1).readUInt8();
  }
  u16(): number {
    return this.take(2).readUInt16BE();
  }
  i16(): number {
    return this.take(2).readInt16BE();
  }
  u32(): number {
    return this.take(4).readUInt32BE();
  }
  u64(): number {
    return Number(this.take(8).readBigUInt64BE());
  }
}
