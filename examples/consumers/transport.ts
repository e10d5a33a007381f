/**
 * What the three consumers share: a socket that can be read like a blocking one. Nothing of TLS in it.
 */
import { connect, type Socket } from "node:net";

/** A TCP connection with awaited reads and writes. */
export class Transport {
  readonly #socket: Socket;
  readonly #chunks: Buffer[] = [];
  #ended = false;
  #error: Error | null = null;
  #wake: (() => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const wake = (): void => {
      this.#wake?.();
      this.#wake = null;
    };
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      wake();
    });
    socket.on("end", () => {
      this.#ended = true;
      wake();
    });
    socket.on("error", (error) => {
      this.#error = error;
      this.#ended = true;
      wake();
    });
  }

  static open(host: string, port: number): Promise<Transport> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Transport(socket));
      });
    });
  }

  /** The next bytes, or null at the end of the transport. */
  async read(): Promise<Uint8Array | null> {
    while (this.#chunks.length === 0) {
      if (this.#error !== null) throw this.#error;
      if (this.#ended) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#chunks.shift() ?? null;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#socket.write(bytes.slice());
  }

  end(): void {
    this.#socket.end();
  }
}

/** A buffer that is filled at its end and emptied at its front, as C programs keep theirs. */
export class InputBuffer {
  memory: Uint8Array = new Uint8Array(4096);
  used = 0;

  append(bytes: Uint8Array): void {
    if (this.used + bytes.length > this.memory.length) {
      const grown = new Uint8Array(Math.max(this.used + bytes.length, this.memory.length * 2));
      grown.set(this.memory.subarray(0, this.used));
      this.memory = grown;
    }
    this.memory.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** Keeps the last `count` bytes, moved to the front (the count in SECBUFFER_EXTRA). */
  keepTail(count: number): void {
    this.memory.copyWithin(0, this.used - count, this.used);
    this.used = count;
  }
}
