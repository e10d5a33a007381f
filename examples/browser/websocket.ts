/**
 * The server's half of a WebSocket (RFC 6455) over a socket that node:http has upgraded: binary messages as a Duplex.
 * No extensions, no text; fragments are passed on as they come, for a stream has no message boundaries.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Duplex } from "node:stream";

/** RFC 6455 §1.3. */
const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const Opcode = { Continuation: 0, Binary: 2, Close: 8, Ping: 9, Pong: 10 } as const;
const FINAL = 0x80;
const MASKED = 0x80;
/** Bytes of payload; a browser's message is cut into frames far below. */
const LONGEST_FRAME = 1 << 24;

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Answers the upgrade request and gives the messages as a byte stream. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): Duplex {
  const accept = createHash("sha1")
    .update(`${request.headers["sec-websocket-key"]}${ACCEPT_SUFFIX}`)
    .digest("base64");
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  return new WebSocketStream(socket, head);
}

class WebSocketStream extends Duplex {
  readonly #socket: Duplex;
  #input: Buffer;
  #closing = false;

  constructor(socket: Duplex, head: Buffer) {
    super();
    this.#socket = socket;
    this.#input = head;
    socket.on("data", (bytes: Buffer) => {
      this.#input = this.#input.length === 0 ? bytes : Buffer.concat([this.#input, bytes]);
      this.#takeFrames();
    });
    socket.on("end", () => this.#ended());
    socket.on("close", () => this.destroy());
    socket.on("error", (error) => this.destroy(error));
    this.#takeFrames();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _: string, done: (error?: Error | null) => void): void {
    this.#send(Opcode.Binary, bytes, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    // 1000: done (RFC 6455 §7.4.1).
    this.#closing = true;
    this.#send(Opcode.Close, Buffer.of(0x03, 0xe8), () => {
      this.#socket.end();
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #takeFrames(): void {
    try {
      for (let frame = this.#nextFrame(); frame !== null; frame = this.#nextFrame())
        this.#take(frame);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #take({ opcode, payload }: Frame): void {
    if (opcode === Opcode.Binary || opcode === Opcode.Continuation) {
      if (!this.push(payload)) this.#socket.pause();
    } else if (opcode === Opcode.Ping) this.#send(Opcode.Pong, payload, () => {});
    else if (opcode === Opcode.Close) this.#ended();
    else if (opcode !== Opcode.Pong) throw new Error(`WebSocket: a frame of kind ${opcode}`);
  }

  /** A whole frame off the front of the input, unmasked; null if it has not arrived. */
  #nextFrame(): Frame | null {
    const input = this.#input;
    if (input.length < 2) return null;
    const short = (input[1] ?? 0) & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = 2 + extended + 4;
    if (input.length < start) return null;
    if (((input[1] ?? 0) & MASKED) === 0) throw new Error("WebSocket: a client's frame is masked");
    const length =
      extended === 0
        ? short
        : extended === 2
          ? input.readUInt16BE(2)
          : Number(input.readBigUInt64BE(2));
    if (length > LONGEST_FRAME) throw new Error(`WebSocket: a frame of ${length} bytes`);
    if (input.length < start + length) return null;
    const mask = input.subarray(start - 4, start);
    const payload = Buffer.from(input.subarray(start, start + length));
    for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0);
    this.#input = input.subarray(start + length);
    return { opcode: (input[0] ?? 0) & 0x0f, payload };
  }

  #send(opcode: number, payload: Buffer, done: (error?: Error | null) => void): void {
    const { length } = payload;
    const header =
      length < 126
        ? Buffer.of(FINAL | opcode, length)
        : length < 0x10000
          ? Buffer.of(FINAL | opcode, 126, length >> 8, length & 0xff)
          : Buffer.alloc(10);
    if (header.length === 10) {
      header[0] = FINAL | opcode;
      header[1] = 127;
      header.writeBigUInt64BE(BigInt(length), 2);
    }
    this.#socket.cork();
    this.#socket.write(header);
    this.#socket.write(payload, done);
    this.#socket.uncork();
  }

  /** The browser's close frame, or its end: ours is the answer. */
  #ended(): void {
    this.push(null);
    if (!this.#closing) this.end();
  }
}
