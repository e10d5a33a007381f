/**
 * The caller's loop over the SSPI face and any Duplex, with every call reported to an observer: what the command line
 * shows as a ladder. One session, used by one caller at a time per direction.
 */
import type { Duplex } from "node:stream";
import {
  ASC_REQ_ALLOCATE_MEMORY,
  ASC_REQ_EXTENDED_ERROR,
  acceptSecurityContextAsync,
  applyControlToken,
  type ContextHandle,
  type CredentialHandle,
  decryptMessage,
  deleteSecurityContext,
  type EstablishResult,
  encryptMessage,
  ISC_REQ_ALLOCATE_MEMORY,
  ISC_REQ_EXTENDED_ERROR,
  initializeSecurityContextAsync,
  lastError,
  queryContextAttributes,
  SCHANNEL_SHUTDOWN,
  SEC_E_INCOMPLETE_MESSAGE,
  SEC_E_OK,
  SEC_I_CONTEXT_EXPIRED,
  SEC_I_CONTINUE_NEEDED,
  SEC_I_INCOMPLETE_CREDENTIALS,
  SEC_I_RENEGOTIATE,
  SECBUFFER_APPLICATION_PROTOCOLS,
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
  SECBUFFER_TOKEN,
  SECPKG_ATTR_STREAM_SIZES,
  SECQOP_WRAP_OOB_DATA,
  type SECURITY_STATUS,
  SecBuffer,
  SecBufferDesc,
  type SecPkgContext_StreamSizes,
  statusName,
} from "../node-index.ts";
import { CliError } from "./cli-error.ts";

/** One call of the face. */
export interface Call {
  /** The SDK's name, e.g. "InitializeSecurityContext". */
  readonly name: string;
  readonly status: SECURITY_STATUS;
  /** Bytes that the call took from the peer, as they came. */
  readonly received: Uint8Array;
  /** Bytes that the call made for the peer. */
  readonly sent: Uint8Array;
}

/** One record as encryptMessage left it. */
export interface SealedRecord {
  readonly header: Uint8Array;
  readonly data: Uint8Array;
  readonly trailer: Uint8Array;
}

export interface SessionOptions {
  readonly role: "client" | "server";
  readonly credential: CredentialHandle;
  readonly targetName?: string | null;
  /** ISC_REQ_* or ASC_REQ_* beside ALLOCATE_MEMORY and EXTENDED_ERROR. */
  readonly contextReq?: number;
  /** Contents of SECBUFFER_APPLICATION_PROTOCOLS. */
  readonly applicationProtocols?: Uint8Array | null;
  /** Most bytes of data in one record; null: as many as fit. */
  readonly maxSendFragment?: number | null;
  readonly observe?: (call: Call) => void;
}

/** A call of the face was answered with a failure. */
export class SessionError extends CliError {
  readonly status: SECURITY_STATUS;
  /** Name of the alert that the peer sent, or null. */
  readonly alertReceived: string | null;

  constructor(message: string, status: SECURITY_STATUS, alertReceived: string | null) {
    super(message);
    this.status = status;
    this.alertReceived = alertReceived;
  }
}

const NO_BYTES = new Uint8Array(0);
const empty = (): SecBuffer => new SecBuffer(SECBUFFER_EMPTY);

export class Session {
  readonly stream: Duplex;
  readonly #options: SessionOptions;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #context: ContextHandle | undefined;
  #input: Uint8Array = NO_BYTES;
  #sizes: SecPkgContext_StreamSizes | undefined;
  #lacksCertificate = false;

  constructor(stream: Duplex, options: SessionOptions) {
    this.stream = stream;
    this.#options = options;
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The context; there is one after the first handshake call that took something. */
  get context(): ContextHandle | null {
    return this.#context ?? null;
  }

  /** The server asked for a certificate and got none. */
  get lacksCertificate(): boolean {
    return this.#lacksCertificate;
  }

  get sizes(): SecPkgContext_StreamSizes {
    if (this.#sizes === undefined) throw new CliError("the handshake is not finished");
    return this.#sizes;
  }

  /** Handshakes to its end. @throws CliError with the reason, the status and the alert */
  async handshake(): Promise<void> {
    if (this.#options.role === "client") await this.#establish(NO_BYTES);
    await this.#establishFromInput();
    this.#measure();
  }

  /** Sends `data` in as many records as it takes. */
  async send(data: Uint8Array): Promise<void> {
    const most = Math.min(
      this.sizes.cbMaximumMessage,
      this.#options.maxSendFragment ?? Number.POSITIVE_INFINITY,
    );
    for (let at = 0; at < data.length; at += most)
      await this.#write(joined(this.seal(data.subarray(at, at + most))));
  }

  /** Makes one record and sends it; for those who want to look at it. */
  async sendRecord(data: Uint8Array): Promise<SealedRecord> {
    const record = this.seal(data);
    await this.#write(joined(record));
    return record;
  }

  /** Sends an alert made by EncryptMessage with SECQOP_WRAP_OOB_DATA. */
  async sendAlert(level: number, description: number): Promise<SealedRecord> {
    const record = this.seal(Uint8Array.of(level, description), SECQOP_WRAP_OOB_DATA);
    await this.#write(joined(record));
    return record;
  }

  /** One record of at most cbMaximumMessage bytes. */
  seal(data: Uint8Array, qop = 0): SealedRecord {
    const { cbHeader, cbTrailer } = this.sizes;
    const end = cbHeader + data.length;
    const memory = new Uint8Array(end + cbTrailer);
    memory.set(data, cbHeader);
    const header = new SecBuffer(SECBUFFER_STREAM_HEADER, memory.subarray(0, cbHeader));
    const body = new SecBuffer(SECBUFFER_DATA, memory.subarray(cbHeader, end));
    const trailer = new SecBuffer(SECBUFFER_STREAM_TRAILER, memory.subarray(end));
    const message = new SecBufferDesc([header, body, trailer, empty()]);
    const status = encryptMessage(this.#context, qop, message);
    const record = { header: header.bytes, data: body.bytes, trailer: trailer.bytes };
    this.#report(
      "EncryptMessage",
      status,
      NO_BYTES,
      status === SEC_E_OK ? joined(record) : NO_BYTES,
    );
    if (status !== SEC_E_OK) throw this.#failure("EncryptMessage", status);
    return record;
  }

  /** The next data, or null after close_notify. @throws CliError at an end of transport without close_notify */
  async receive(): Promise<Uint8Array | null> {
    for (;;) {
      const before = this.#options.observe === undefined ? NO_BYTES : this.#input.slice();
      const buffers = [new SecBuffer(SECBUFFER_DATA, this.#input), empty(), empty(), empty()];
      const status = decryptMessage(this.#context, new SecBufferDesc(buffers));
      if (status === SEC_E_INCOMPLETE_MESSAGE) {
        await this.#readMore();
        continue;
      }
      const rest = extraOf(buffers);
      const taken = before.subarray(0, Math.max(before.length - rest, 0));
      this.#input = this.#input.subarray(this.#input.length - rest);
      this.#report(
        "DecryptMessage",
        status,
        status === SEC_I_RENEGOTIATE ? NO_BYTES : taken,
        NO_BYTES,
      );
      if (status === SEC_I_CONTEXT_EXPIRED) return null;
      if (status === SEC_I_RENEGOTIATE) await this.#establishFromInput();
      else if (status !== SEC_E_OK) throw this.#failure("DecryptMessage", status);
      const data = buffers.find((buffer) => buffer.BufferType === SECBUFFER_DATA)?.bytes;
      if (status === SEC_E_OK && data !== undefined && data.length > 0) return data;
    }
  }

  /** Sends close_notify by SCHANNEL_SHUTDOWN. */
  async shutdown(): Promise<void> {
    const token = new Uint8Array(4);
    new DataView(token.buffer).setUint32(0, SCHANNEL_SHUTDOWN, true);
    const input = new SecBufferDesc([new SecBuffer(SECBUFFER_TOKEN, token)]);
    const status = applyControlToken(this.#context, input);
    this.#report("ApplyControlToken", status, NO_BYTES, NO_BYTES);
    if (status !== SEC_E_OK) throw this.#failure("ApplyControlToken", status);
    await this.#establish(NO_BYTES);
  }

  /** Wipes the keys and drops the transport. */
  destroy(): void {
    deleteSecurityContext(this.#context);
    this.#context = undefined;
    this.stream.destroy();
  }

  async #establishFromInput(): Promise<void> {
    for (;;) {
      const status = await this.#establish(this.#input);
      if (status === SEC_E_INCOMPLETE_MESSAGE) await this.#readMore();
      else if (status === SEC_E_OK) return;
      else if (this.#input.length === 0) await this.#readMore();
    }
  }

  /** One handshake call; what it made is sent also when it failed, for that is the alert. */
  async #establish(token: Uint8Array): Promise<SECURITY_STATUS> {
    const { role, credential, targetName, applicationProtocols } = this.#options;
    const input = [new SecBuffer(SECBUFFER_TOKEN, token), empty()];
    if (this.#context === undefined && applicationProtocols)
      input.push(new SecBuffer(SECBUFFER_APPLICATION_PROTOCOLS, applicationProtocols));
    const output = new SecBuffer(SECBUFFER_TOKEN);
    const isClient = role === "client";
    const name = isClient ? "InitializeSecurityContext" : "AcceptSecurityContext";
    const flags = isClient
      ? ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_EXTENDED_ERROR
      : ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_EXTENDED_ERROR;
    const call = {
      credential,
      context: this.#context ?? null,
      targetName: targetName ?? null,
      contextReq: flags | (this.#options.contextReq ?? 0),
      input: new SecBufferDesc(input),
      output: new SecBufferDesc([output]),
    };
    const step = isClient ? initializeSecurityContextAsync : acceptSecurityContextAsync;
    let answer = await step(call);
    if (answer.status === SEC_I_INCOMPLETE_CREDENTIALS) {
      // The same call again: whoever has no certificate goes on without one.
      this.#report(name, answer.status, NO_BYTES, NO_BYTES);
      this.#lacksCertificate = true;
      answer = await step(call);
    }
    if (answer.status === SEC_E_INCOMPLETE_MESSAGE) return answer.status;
    this.#context = answer.context ?? this.#context;
    const rest = extraOf(input);
    this.#report(name, answer.status, token.slice(0, token.length - rest), output.bytes);
    if (token === this.#input) this.#input = token.subarray(token.length - rest);
    if (output.cbBuffer > 0) await this.#write(output.bytes);
    if (answer.status === SEC_I_CONTEXT_EXPIRED) return SEC_E_OK;
    if (answer.status !== SEC_E_OK && answer.status !== SEC_I_CONTINUE_NEEDED)
      throw this.#failure(name, answer.status, answer);
    return answer.status;
  }

  #measure(): void {
    const { status, value } = queryContextAttributes(this.#context, SECPKG_ATTR_STREAM_SIZES);
    if (status !== SEC_E_OK || value === undefined)
      throw this.#failure("QueryContextAttributes", status);
    this.#sizes = value;
  }

  #report(name: string, status: SECURITY_STATUS, received: Uint8Array, sent: Uint8Array): void {
    this.#options.observe?.({ name, status, received, sent: sent.slice() });
  }

  async #readMore(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done)
      throw new CliError(
        "the connection ended without close_notify: data may be missing, or the peer refused us silently",
      );
    const next = new Uint8Array(this.#input.length + value.length);
    next.set(this.#input);
    next.set(value, this.#input.length);
    this.#input = next;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.stream.destroyed) throw new CliError("the connection is closed");
    await new Promise<void>((resolve, reject) => {
      this.stream.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  #failure(name: string, status: SECURITY_STATUS, answer?: EstablishResult): SessionError {
    const report = answer?.error ?? lastError(this.#context);
    const sent = report?.alertSent ? `, alert sent: ${report.alertSent.name}` : "";
    const received = report?.alertReceived?.name ?? null;
    const why = report === null ? name : report.message;
    return new SessionError(`${why} (${statusName(status)}${sent})`, status, received);
  }
}

function extraOf(buffers: readonly SecBuffer[]): number {
  return buffers.find((buffer) => buffer.BufferType === SECBUFFER_EXTRA)?.cbBuffer ?? 0;
}

function joined(record: SealedRecord): Uint8Array {
  const { header, data, trailer } = record;
  const bytes = new Uint8Array(header.length + data.length + trailer.length);
  bytes.set(header);
  bytes.set(data, header.length);
  bytes.set(trailer, header.length + data.length);
  return bytes;
}
