/**
 * The caller's loop of the SSPI face over a net socket, for tests: handshake, records, alerts, close, with what
 * arrives handed over in pieces of a chosen size. Written apart from the transports of `src`, so that a mistake there
 * does not hide one here.
 */
import type { Socket } from "node:net";
import { AlertDescription } from "../../src/protocol/alert.ts";
import { SCHANNEL_ALERT, SCHANNEL_SHUTDOWN } from "../../src/schannel/constants.ts";
import { SECPKG_ATTR_STREAM_SIZES } from "../../src/sspi/attributes.ts";
import {
  SECBUFFER_APPLICATION_PROTOCOLS,
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
  SECBUFFER_TOKEN,
} from "../../src/sspi/buffer-types.ts";
import {
  ASC_REQ_ALLOCATE_MEMORY,
  ASC_REQ_EXTENDED_ERROR,
  ASC_REQ_MUTUAL_AUTH,
  ISC_REQ_ALLOCATE_MEMORY,
  ISC_REQ_EXTENDED_ERROR,
} from "../../src/sspi/context-flags.ts";
import type { EstablishResult } from "../../src/sspi/function-types.ts";
import type { ContextHandle, CredentialHandle } from "../../src/sspi/handles.ts";
import { SECQOP_WRAP_OOB_DATA } from "../../src/sspi/package-constants.ts";
import type { SspiFunctions } from "../../src/sspi/package-functions.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import {
  SEC_E_INCOMPLETE_MESSAGE,
  SEC_E_OK,
  SEC_I_CONTEXT_EXPIRED,
  SEC_I_CONTINUE_NEEDED,
  SEC_I_RENEGOTIATE,
  type SECURITY_STATUS,
  statusName,
} from "../../src/sspi/security-status.ts";

/** The functions that a session needs; the namespace of an entry is one. */
export type SessionFunctions = Pick<
  SspiFunctions,
  | "initializeSecurityContextAsync"
  | "acceptSecurityContextAsync"
  | "encryptMessage"
  | "decryptMessage"
  | "applyControlToken"
  | "queryContextAttributes"
  | "deleteSecurityContext"
  | "lastError"
  | "requestKeyUpdate"
>;

export interface TlsSessionOptions {
  readonly role: "client" | "server";
  readonly credential: CredentialHandle;
  readonly targetName?: string;
  /** ISC_REQ_* or ASC_REQ_*. */
  readonly contextReq?: number;
  /** Most bytes that a call sees beyond what the call before left, asked each time; default 65536. */
  readonly chunk?: () => number;
  /** TLS 1.2 client: a HelloRequest is answered with the alert no_renegotiation. */
  readonly refuseRenegotiation?: boolean;
  /** Contents of SECBUFFER_APPLICATION_PROTOCOLS. */
  readonly alpn?: Uint8Array;
}

/** A call that was answered with a failure. */
export class PumpError extends Error {
  override readonly name = "PumpError";
  readonly status: SECURITY_STATUS;

  constructor(message: string, status: SECURITY_STATUS) {
    super(`${message}: ${statusName(status)}`);
    this.status = status;
  }
}

/** Our failures are told to the peer. */
const REQUIREMENTS: Readonly<Record<TlsSessionOptions["role"], number>> = {
  client: ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_EXTENDED_ERROR,
  server: ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_EXTENDED_ERROR,
};
const empty = (): SecBuffer => new SecBuffer(SECBUFFER_EMPTY);

export class TlsSession {
  readonly socket: Socket;
  /** Records that were answered with SEC_I_RENEGOTIATE. */
  postHandshakeMessages = 0;
  /** Calls of the handshake function that took a record. */
  handshakeCalls = 0;
  readonly #functions: SessionFunctions;
  readonly #options: TlsSessionOptions;
  readonly #chunk: () => number;
  #context: ContextHandle | undefined;
  #memory: Uint8Array = new Uint8Array(0x8000);
  /** The call sees `start`..`seen`; `end` is what has arrived. */
  #start = 0;
  #seen = 0;
  #end = 0;
  #ended = false;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;
  #sizes = { header: 0, trailer: 0, maximum: 0 };

  constructor(functions: SessionFunctions, socket: Socket, options: TlsSessionOptions) {
    this.#functions = functions;
    this.socket = socket;
    this.#options = options;
    this.#chunk = options.chunk ?? (() => 0x10000);
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.#arrived(bytes as Uint8Array));
    socket.on("end", () => this.#over(null));
    socket.on("error", (error) => this.#over(error));
    socket.on("close", () => this.#over(null));
  }

  get context(): ContextHandle {
    if (this.#context === undefined) throw new Error("no handshake call has made a context yet");
    return this.#context;
  }

  /** Handshakes to its end. */
  async handshake(): Promise<void> {
    if (this.#options.role === "client") await this.#step(false);
    while (!(await this.#step(true)));
    this.#measure();
  }

  /** Seals and sends `data` in records of at most `fragment` bytes. */
  async write(data: Uint8Array, fragment: number = this.#sizes.maximum): Promise<void> {
    for (let at = 0; at < data.length; at += fragment) {
      const sealed = this.seal(data.subarray(at, at + fragment));
      if (!this.socket.write(sealed)) await this.#drained();
    }
  }

  /** One record of `data`, as the caller would send it. */
  seal(data: Uint8Array, qop = 0): Uint8Array {
    const { header, trailer } = this.#sizes;
    const memory = new Uint8Array(header + data.length + trailer);
    memory.set(data, header);
    const buffers = [
      new SecBuffer(SECBUFFER_STREAM_HEADER, memory.subarray(0, header)),
      new SecBuffer(SECBUFFER_DATA, memory.subarray(header, header + data.length)),
      new SecBuffer(SECBUFFER_STREAM_TRAILER, memory.subarray(header + data.length)),
      empty(),
    ];
    const status = this.#functions.encryptMessage(this.context, qop, new SecBufferDesc(buffers));
    if (status !== SEC_E_OK) throw new PumpError("encryptMessage", status);
    return memory.subarray(0, header + data.length + (buffers[2]?.cbBuffer ?? 0));
  }

  /** The next piece of data, never empty; null after close_notify. */
  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const buffers = [this.#input(SECBUFFER_DATA), empty(), empty(), empty()];
      const status = this.#functions.decryptMessage(this.context, new SecBufferDesc(buffers));
      if (status === SEC_E_INCOMPLETE_MESSAGE) {
        await this.#more();
        continue;
      }
      this.#keepExtra(buffers);
      if (status === SEC_I_CONTEXT_EXPIRED) return null;
      if (status === SEC_I_RENEGOTIATE) {
        this.postHandshakeMessages++;
        if (this.#options.refuseRenegotiation) {
          await this.#control(SCHANNEL_ALERT, 1, AlertDescription.no_renegotiation);
          continue;
        }
        while (!(await this.#step(true)));
        this.#measure();
        continue;
      }
      if (status !== SEC_E_OK) throw this.#refusal("decryptMessage", status);
      const data = buffers.find((buffer) => buffer.BufferType === SECBUFFER_DATA)?.bytes;
      if (data !== undefined && data.length > 0) return data.slice();
    }
  }

  /** Exactly `length` bytes, or an exception if the peer closes before. */
  async readExactly(length: number): Promise<Uint8Array> {
    const all = new Uint8Array(length);
    let have = 0;
    while (have < length) {
      const data = await this.read();
      if (data === null) throw new Error(`closed after ${have} of ${length} bytes`);
      if (data.length > length - have) throw new Error(`more than ${length} bytes came`);
      all.set(data, have);
      have += data.length;
    }
    return all;
  }

  /** Sends an alert by SECQOP_WRAP_OOB_DATA. */
  sendAlert(level: number, description: number): void {
    this.socket.write(this.seal(Uint8Array.of(level, description), SECQOP_WRAP_OOB_DATA));
  }

  /** Updates our keys, and the peer's if `requestPeer`. */
  async updateKeys(requestPeer: boolean): Promise<void> {
    const status = this.#functions.requestKeyUpdate(this.context, { requestPeer });
    if (status !== SEC_E_OK) throw new PumpError("requestKeyUpdate", status);
    await this.#step(false);
  }

  /** Server, TLS 1.3: asks for the client's certificate after the handshake. */
  async requestCertificate(): Promise<void> {
    await this.#step(false, ASC_REQ_MUTUAL_AUTH);
  }

  /** Sends close_notify by SCHANNEL_SHUTDOWN. */
  async shutdown(): Promise<void> {
    await this.#control(SCHANNEL_SHUTDOWN);
  }

  /** Applies a control token of 32-bit numbers and sends what comes of it. */
  async #control(...numbers: readonly number[]): Promise<void> {
    const bytes = new Uint8Array(new Uint32Array(numbers).buffer);
    const token = new SecBuffer(SECBUFFER_TOKEN, bytes);
    const status = this.#functions.applyControlToken(this.context, new SecBufferDesc([token]));
    if (status !== SEC_E_OK) throw new PumpError("applyControlToken", status);
    await this.#step(false);
  }

  /** Drops the context; the socket ends when all is sent and the peer has ended too. */
  close(): void {
    this.#forget();
    this.socket.end();
    this.socket.resume();
  }

  /** Drops context and socket. */
  destroy(): void {
    this.#forget();
    this.socket.destroy();
  }

  #forget(): void {
    if (this.#context !== undefined) this.#functions.deleteSecurityContext(this.#context);
    this.#context = undefined;
  }

  /** One handshake call; true when nothing more is awaited. */
  async #step(withInput: boolean, flags = 0): Promise<boolean> {
    const { role, credential, targetName, alpn } = this.#options;
    const input = withInput ? [this.#input(SECBUFFER_TOKEN), empty()] : [];
    if (this.#context === undefined && alpn !== undefined)
      input.push(new SecBuffer(SECBUFFER_APPLICATION_PROTOCOLS, alpn));
    const output = new SecBuffer(SECBUFFER_TOKEN);
    const call = {
      credential,
      context: this.#context ?? null,
      targetName: targetName ?? null,
      contextReq: (this.#options.contextReq ?? 0) | REQUIREMENTS[role] | flags,
      input: input.length > 0 ? new SecBufferDesc(input) : null,
      output: new SecBufferDesc([output]),
    };
    const answer: EstablishResult =
      role === "client"
        ? await this.#functions.initializeSecurityContextAsync(call)
        : await this.#functions.acceptSecurityContextAsync(call);
    if (answer.status === SEC_E_INCOMPLETE_MESSAGE) {
      await this.#more();
      return false;
    }
    this.#context = answer.context ?? this.#context;
    if (output.cbBuffer > 0) this.#send(output.bytes);
    if (withInput) {
      this.handshakeCalls++;
      this.#keepExtra(input);
    }
    if (answer.status === SEC_E_OK || answer.status === SEC_I_CONTEXT_EXPIRED) return true;
    if (answer.status === SEC_I_CONTINUE_NEEDED) return false;
    throw this.#refusal("handshake", answer.status, answer.error?.message);
  }

  /** In pieces of the chosen size (64 at most), as far as the kernel keeps them apart. */
  #send(bytes: Uint8Array): void {
    const least = Math.ceil(bytes.length / 64);
    for (let at = 0; at < bytes.length; ) {
      const piece = Math.max(this.#chunk(), least);
      this.socket.write(bytes.subarray(at, at + piece));
      at += piece;
    }
  }

  #input(type: number): SecBuffer {
    if (this.#seen === this.#start) this.#seen = Math.min(this.#end, this.#start + this.#chunk());
    return new SecBuffer(type, this.#memory.subarray(this.#start, this.#seen));
  }

  /** Drops what the call took: all but the last EXTRA bytes. */
  #keepExtra(buffers: readonly SecBuffer[]): void {
    const extra = buffers.find((buffer) => buffer.BufferType === SECBUFFER_EXTRA);
    this.#start = this.#seen - (extra?.cbBuffer ?? 0);
  }

  /** Lets the next call see more, waiting for the transport if need be. */
  async #more(): Promise<void> {
    while (this.#seen === this.#end) {
      this.socket.resume();
      if (this.#failure !== null) throw this.#failure;
      if (this.#ended) throw new Error("the transport ended without close_notify");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#seen = Math.min(this.#end, this.#seen + this.#chunk());
  }

  #arrived(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#memory.length) this.#makeRoom(bytes.length);
    this.#memory.set(bytes, this.#end);
    this.#end += bytes.length;
    if (this.#end - this.#start > 0x100000) this.socket.pause();
    this.#wakeUp();
  }

  /** Moves what is unread to the front, into larger memory if that is not enough. */
  #makeRoom(length: number): void {
    const kept = this.#end - this.#start;
    const size = Math.max(this.#memory.length, 2 * (kept + length));
    const next = new Uint8Array(size);
    next.set(this.#memory.subarray(this.#start, this.#end));
    this.#seen -= this.#start;
    this.#end = kept;
    this.#start = 0;
    this.#memory = next;
  }

  #over(error: Error | null): void {
    this.#failure ??= error;
    this.#ended = true;
    this.#wakeUp();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  async #drained(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        this.socket.off("close", closed);
        resolve();
      };
      const closed = (): void => {
        this.socket.off("drain", done);
        reject(this.#failure ?? new Error("the transport closed while writing"));
      };
      this.socket.once("drain", done);
      this.socket.once("close", closed);
    });
  }

  #measure(): void {
    const { status, value } = this.#functions.queryContextAttributes(
      this.context,
      SECPKG_ATTR_STREAM_SIZES,
    );
    if (status !== SEC_E_OK || value === undefined) throw new PumpError("stream sizes", status);
    this.#sizes = {
      header: value.cbHeader,
      trailer: value.cbTrailer,
      maximum: value.cbMaximumMessage,
    };
  }

  #refusal(call: string, status: SECURITY_STATUS, message?: string): PumpError {
    const report = this.#context === undefined ? null : this.#functions.lastError(this.#context);
    const alert = report?.alertReceived?.name ?? report?.alertSent?.name ?? "no alert";
    const text = message ?? report?.message ?? "";
    return new PumpError(`${call} (${report?.reason ?? "?"}, ${alert}) ${text}`, status);
  }
}
