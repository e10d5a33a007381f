/**
 * A client loop in the manner of curl's Schannel backend, from public knowledge of its shape: EMPTY output buffers with
 * ISC_REQ_ALLOCATE_MEMORY, an ALERT buffer, EXTRA moved to the front, returned flags compared, SEC_I_RENEGOTIATE as
 * ordinary traffic, shutdown by control token.
 */
import {
  acquireCredentialsHandle,
  applyControlToken,
  type ContextHandle,
  type CredentialHandle,
  decryptMessage,
  deleteSecurityContext,
  encryptMessage,
  freeContextBuffer,
  freeCredentialsHandle,
  ISC_REQ_ALLOCATE_MEMORY,
  ISC_REQ_CONFIDENTIALITY,
  ISC_REQ_REPLAY_DETECT,
  ISC_REQ_SEQUENCE_DETECT,
  ISC_REQ_STREAM,
  ISC_REQ_USE_SUPPLIED_CREDS,
  initializeSecurityContext,
  lastError,
  queryContextAttributes,
  SCHANNEL_SHUTDOWN,
  type SchannelAuthData,
  SEC_E_INCOMPLETE_MESSAGE,
  SEC_E_OK,
  SEC_I_CONTEXT_EXPIRED,
  SEC_I_CONTINUE_NEEDED,
  SEC_I_INCOMPLETE_CREDENTIALS,
  SEC_I_RENEGOTIATE,
  SECBUFFER_ALERT,
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
  SECBUFFER_TOKEN,
  SECPKG_ATTR_STREAM_SIZES,
  SECPKG_CRED_OUTBOUND,
  SecBuffer,
  SecBufferDesc,
  statusName,
  UNISP_NAME,
} from "../../src/entries/sspi-node.ts";
import { InputBuffer, Transport } from "./transport.ts";

/** Failure of a step, with the status and what the engine knows of it. */
export class ConsumerError extends Error {
  readonly status: number;

  constructor(step: string, status: number, detail: string) {
    super(`${step}: ${statusName(status)}${detail === "" ? "" : ` (${detail})`}`);
    this.status = status;
  }
}

const FLAGS =
  ISC_REQ_SEQUENCE_DETECT |
  ISC_REQ_REPLAY_DETECT |
  ISC_REQ_CONFIDENTIALITY |
  ISC_REQ_ALLOCATE_MEMORY |
  ISC_REQ_STREAM;

export class CurlLikeClient {
  readonly #credential: CredentialHandle;
  readonly #hostName: string;
  readonly #input = new InputBuffer();
  #transport: Transport | null = null;
  #context: ContextHandle | null = null;
  #flags = FLAGS;
  #closed = false;

  /** Credential handles are what resumption hangs on, so they outlive a connection. */
  static credential(authData: SchannelAuthData): CredentialHandle {
    const { status, credential, error } = acquireCredentialsHandle({
      package: UNISP_NAME,
      credentialUse: SECPKG_CRED_OUTBOUND,
      authData,
    });
    if (credential === undefined) {
      throw new ConsumerError("AcquireCredentialsHandle", status, error?.message ?? "");
    }
    return credential;
  }

  constructor(credential: CredentialHandle, hostName: string) {
    this.#credential = credential;
    this.#hostName = hostName;
  }

  get context(): ContextHandle | null {
    return this.#context;
  }

  async connect(host: string, port: number): Promise<void> {
    this.#transport = await Transport.open(host, port);
    const output = new SecBuffer(SECBUFFER_EMPTY);
    const first = initializeSecurityContext({
      credential: this.#credential,
      targetName: this.#hostName,
      contextReq: this.#flags,
      output: new SecBufferDesc([output]),
    });
    if (first.status !== SEC_I_CONTINUE_NEEDED || first.context === undefined) {
      throw new ConsumerError(
        "InitializeSecurityContext",
        first.status,
        first.error?.message ?? "",
      );
    }
    this.#context = first.context;
    this.#send(output);
    await this.#handshake(true);
  }

  /** @param read begin by reading, because what is in the buffer is used up */
  async #handshake(read: boolean): Promise<void> {
    let wantData = read;
    for (;;) {
      if (wantData) await this.#read();
      // The library receives a copy. Our own buffer changes only by the count in EXTRA.
      const token = new SecBuffer(SECBUFFER_TOKEN, this.#input.memory.slice(0, this.#input.used));
      const rest = new SecBuffer(SECBUFFER_EMPTY);
      const output = [
        new SecBuffer(SECBUFFER_TOKEN),
        new SecBuffer(SECBUFFER_ALERT),
        new SecBuffer(SECBUFFER_EMPTY),
      ];
      const { status, contextAttr, error } = initializeSecurityContext({
        credential: this.#credential,
        context: this.#context,
        targetName: this.#hostName,
        contextReq: this.#flags,
        input: new SecBufferDesc([token, rest]),
        output: new SecBufferDesc(output),
      });
      if (status === SEC_E_INCOMPLETE_MESSAGE) {
        wantData = true;
        continue;
      }
      if (status === SEC_I_INCOMPLETE_CREDENTIALS && !(this.#flags & ISC_REQ_USE_SUPPLIED_CREDS)) {
        this.#flags |= ISC_REQ_USE_SUPPLIED_CREDS;
        wantData = false;
        continue;
      }
      if (status !== SEC_I_CONTINUE_NEEDED && status !== SEC_E_OK) {
        throw new ConsumerError("InitializeSecurityContext", status, error?.message ?? "");
      }
      for (const buffer of output) {
        if (buffer.BufferType === SECBUFFER_TOKEN) this.#send(buffer);
        else if (buffer.pvBuffer !== null) freeContextBuffer(buffer);
      }
      const extra = rest.BufferType === SECBUFFER_EXTRA ? rest.cbBuffer : 0;
      this.#input.keepTail(extra);
      if (status === SEC_E_OK) {
        if ((contextAttr & FLAGS) !== FLAGS) {
          throw new ConsumerError("InitializeSecurityContext", status, "flags were not granted");
        }
        return;
      }
      wantData = extra === 0;
    }
  }

  /** Sends all bytes, in pieces of the size that was queried. */
  send(data: Uint8Array): void {
    const { value: sizes } = queryContextAttributes(this.#required(), SECPKG_ATTR_STREAM_SIZES);
    if (sizes === undefined)
      throw new ConsumerError("QueryContextAttributes", 0, "no stream sizes");
    for (let start = 0; start < data.length; start += sizes.cbMaximumMessage) {
      const piece = data.subarray(start, start + sizes.cbMaximumMessage);
      const record = new Uint8Array(sizes.cbHeader + piece.length + sizes.cbTrailer);
      const dataEnd = sizes.cbHeader + piece.length;
      record.set(piece, sizes.cbHeader);
      const buffers = [
        new SecBuffer(SECBUFFER_STREAM_HEADER, record.subarray(0, sizes.cbHeader)),
        new SecBuffer(SECBUFFER_DATA, record.subarray(sizes.cbHeader, dataEnd)),
        new SecBuffer(SECBUFFER_STREAM_TRAILER, record.subarray(dataEnd)),
        new SecBuffer(SECBUFFER_EMPTY),
      ];
      const status = encryptMessage(this.#required(), 0, new SecBufferDesc(buffers), 0);
      if (status !== SEC_E_OK) throw new ConsumerError("EncryptMessage", status, this.#detail());
      let length = 0;
      for (const buffer of buffers) length += buffer.cbBuffer;
      this.#transport?.write(record.subarray(0, length));
    }
  }

  /** The next plaintext, or null after close_notify. */
  async receive(): Promise<Uint8Array | null> {
    while (!this.#closed) {
      const buffers = [
        new SecBuffer(SECBUFFER_DATA, this.#input.memory, this.#input.used),
        new SecBuffer(SECBUFFER_EMPTY),
        new SecBuffer(SECBUFFER_EMPTY),
        new SecBuffer(SECBUFFER_EMPTY),
      ];
      const status =
        this.#input.used === 0
          ? SEC_E_INCOMPLETE_MESSAGE
          : decryptMessage(this.#required(), new SecBufferDesc(buffers), 0);
      if (status === SEC_E_INCOMPLETE_MESSAGE) {
        await this.#read();
        continue;
      }
      if (status !== SEC_E_OK && status !== SEC_I_RENEGOTIATE && status !== SEC_I_CONTEXT_EXPIRED) {
        throw new ConsumerError("DecryptMessage", status, this.#detail());
      }
      // DATA is at index 1 and EXTRA at index 3: the quirk that consumers rely on.
      const data =
        buffers[1]?.BufferType === SECBUFFER_DATA ? buffers[1].bytes.slice() : new Uint8Array(0);
      this.#input.keepTail(buffers[3]?.BufferType === SECBUFFER_EXTRA ? buffers[3].cbBuffer : 0);
      if (status === SEC_I_CONTEXT_EXPIRED) this.#closed = true;
      if (status === SEC_I_RENEGOTIATE) await this.#handshake(this.#input.used === 0);
      if (data.length > 0) return data;
    }
    return null;
  }

  /** close_notify by control token, then the handles go. */
  shutdown(): void {
    const token = new Uint8Array(4);
    new DataView(token.buffer).setUint32(0, SCHANNEL_SHUTDOWN, true);
    const armed = applyControlToken(
      this.#required(),
      new SecBufferDesc([new SecBuffer(SECBUFFER_TOKEN, token)]),
    );
    if (armed !== SEC_E_OK) throw new ConsumerError("ApplyControlToken", armed, this.#detail());
    const output = new SecBuffer(SECBUFFER_EMPTY);
    const { status } = initializeSecurityContext({
      credential: this.#credential,
      context: this.#context,
      targetName: this.#hostName,
      contextReq: this.#flags,
      output: new SecBufferDesc([output]),
    });
    if (status === SEC_E_OK || status === SEC_I_CONTEXT_EXPIRED) this.#send(output);
    this.#transport?.end();
    deleteSecurityContext(this.#required());
    this.#context = null;
  }

  static free(credential: CredentialHandle): void {
    freeCredentialsHandle(credential);
  }

  async #read(): Promise<void> {
    const bytes = await this.#transport?.read();
    if (bytes === null || bytes === undefined) {
      // Schannel does not report truncation; its callers must.
      throw new ConsumerError("transport", SEC_E_INCOMPLETE_MESSAGE, "ended without close_notify");
    }
    this.#input.append(bytes);
  }

  #send(buffer: SecBuffer): void {
    if (buffer.cbBuffer > 0) this.#transport?.write(buffer.bytes);
    if (buffer.pvBuffer !== null) freeContextBuffer(buffer);
  }

  #required(): ContextHandle {
    if (this.#context === null) throw new ConsumerError("context", 0, "not connected");
    return this.#context;
  }

  #detail(): string {
    return (this.#context === null ? null : lastError(this.#context))?.message ?? "";
  }
}
