/**
 * A client stream in the manner of .NET's SslStream, from public knowledge of its shape: one frame at a time, an ALPN
 * buffer on the first call, manual certificate validation by the application, three separate buffers for
 * EncryptMessage that are compacted afterwards, post-handshake messages answered through the handshake function.
 */
import {
  acquireCredentialsHandle,
  applyControlToken,
  type ContextHandle,
  type CredentialHandle,
  decryptMessage,
  deleteSecurityContext,
  encryptMessage,
  ISC_REQ_CONFIDENTIALITY,
  ISC_REQ_EXTENDED_ERROR,
  ISC_REQ_MANUAL_CRED_VALIDATION,
  ISC_REQ_REPLAY_DETECT,
  ISC_REQ_SEQUENCE_DETECT,
  ISC_REQ_STREAM,
  ISC_REQ_USE_SUPPLIED_CREDS,
  initializeSecurityContext,
  queryContextAttributes,
  SCHANNEL_ALERT,
  SCHANNEL_SHUTDOWN,
  type SchannelAuthData,
  SEC_E_INCOMPLETE_MESSAGE,
  SEC_E_OK,
  SEC_I_CONTEXT_EXPIRED,
  SEC_I_CONTINUE_NEEDED,
  SEC_I_RENEGOTIATE,
  SECBUFFER_APPLICATION_PROTOCOLS,
  SECBUFFER_DATA,
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_STREAM_HEADER,
  SECBUFFER_STREAM_TRAILER,
  SECBUFFER_TOKEN,
  SECPKG_ATTR_APPLICATION_PROTOCOL,
  SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  SECPKG_ATTR_STREAM_SIZES,
  SECPKG_CRED_OUTBOUND,
  SecBuffer,
  SecBufferDesc,
  UNISP_NAME,
} from "../../src/entries/sspi-node.ts";
import { ConsumerError } from "./curl-like.ts";
import { InputBuffer, Transport } from "./transport.ts";

const FLAGS =
  ISC_REQ_REPLAY_DETECT |
  ISC_REQ_SEQUENCE_DETECT |
  ISC_REQ_CONFIDENTIALITY |
  ISC_REQ_EXTENDED_ERROR |
  ISC_REQ_STREAM |
  ISC_REQ_USE_SUPPLIED_CREDS |
  ISC_REQ_MANUAL_CRED_VALIDATION;

const RECORD_HEADER = 5;
const TOKEN_ROOM = 32 * 1024;
const FATAL = 2;
const BAD_CERTIFICATE = 42;

/** Decides on the peer's chain (DER, leaf first), after the handshake and before any data. */
export type CertificateValidation = (chain: readonly Uint8Array[]) => boolean;

/** Handles by the options they came from: reusing one is what makes resumption work. */
const credentials = new WeakMap<SchannelAuthData, CredentialHandle>();

function credentialOf(authData: SchannelAuthData): CredentialHandle {
  const known = credentials.get(authData);
  if (known !== undefined) return known;
  const { status, credential, error } = acquireCredentialsHandle({
    package: UNISP_NAME,
    credentialUse: SECPKG_CRED_OUTBOUND,
    authData,
  });
  if (credential === undefined) {
    throw new ConsumerError("AcquireCredentialsHandle", status, error?.message ?? "");
  }
  credentials.set(authData, credential);
  return credential;
}

export class SslStreamLikeClient {
  readonly #credential: CredentialHandle;
  readonly #validate: CertificateValidation;
  readonly #input = new InputBuffer();
  #targetName = "";
  #transport: Transport | null = null;
  #context: ContextHandle | null = null;
  #header = 0;
  #trailer = 0;
  #maximum = 0;

  constructor(authData: SchannelAuthData, validate: CertificateValidation) {
    this.#credential = credentialOf(authData);
    this.#validate = validate;
  }

  get context(): ContextHandle | null {
    return this.#context;
  }

  /** The negotiated application protocol, or "". */
  get applicationProtocol(): string {
    const { value } = queryContextAttributes(this.#live(), SECPKG_ATTR_APPLICATION_PROTOCOL);
    return value === undefined
      ? ""
      : Buffer.from(value.ProtocolId.subarray(0, value.ProtocolIdSize)).toString("latin1");
  }

  async authenticateAsClient(
    host: string,
    port: number,
    targetName: string,
    protocols: readonly string[],
  ): Promise<void> {
    this.#targetName = targetName;
    this.#transport = await Transport.open(host, port);
    let input: SecBuffer[] =
      protocols.length === 0
        ? []
        : [new SecBuffer(SECBUFFER_APPLICATION_PROTOCOLS, protocolList(protocols))];
    for (;;) {
      const status = this.#next(input);
      if (status === SEC_E_OK) break;
      input = [new SecBuffer(SECBUFFER_TOKEN, await this.#frame()), new SecBuffer(SECBUFFER_EMPTY)];
    }
    this.#checkCertificate();
    const { value: sizes } = queryContextAttributes(this.#live(), SECPKG_ATTR_STREAM_SIZES);
    if (sizes === undefined)
      throw new ConsumerError("QueryContextAttributes", 0, "no stream sizes");
    this.#header = sizes.cbHeader;
    this.#trailer = sizes.cbTrailer;
    this.#maximum = sizes.cbMaximumMessage;
  }

  write(data: Uint8Array): void {
    for (let start = 0; start < data.length; start += this.#maximum) {
      this.#transport?.write(this.#encrypt(data.subarray(start, start + this.#maximum)));
    }
  }

  /** The next plaintext, or null after the peer's close_notify. */
  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const frame = await this.#frame();
      const buffers = [
        new SecBuffer(SECBUFFER_DATA, frame),
        new SecBuffer(SECBUFFER_EMPTY),
        new SecBuffer(SECBUFFER_EMPTY),
        new SecBuffer(SECBUFFER_EMPTY),
      ];
      const status = decryptMessage(this.#live(), new SecBufferDesc(buffers), 0);
      if (status === SEC_I_CONTEXT_EXPIRED) return null;
      if (status === SEC_I_RENEGOTIATE) {
        await this.#replyPostHandshake(buffers);
        continue;
      }
      if (status !== SEC_E_OK) throw new ConsumerError("DecryptMessage", status, "");
      const data = buffers.find((buffer) => buffer.BufferType === SECBUFFER_DATA);
      if (data !== undefined && data.cbBuffer > 0) return data.bytes;
    }
  }

  shutdown(): void {
    this.#control(new Uint32Array([SCHANNEL_SHUTDOWN]));
    this.#transport?.end();
    deleteSecurityContext(this.#live());
    this.#context = null;
  }

  /** Tickets and key updates in TLS 1.3, a whole handshake in TLS 1.2: the same path. */
  async #replyPostHandshake(buffers: readonly SecBuffer[]): Promise<void> {
    const extra = buffers.find((buffer) => buffer.BufferType === SECBUFFER_EXTRA);
    let status =
      extra === undefined
        ? this.#next([])
        : this.#next([new SecBuffer(SECBUFFER_TOKEN, extra.bytes), new SecBuffer(SECBUFFER_EMPTY)]);
    while (status === SEC_I_CONTINUE_NEEDED) {
      status = this.#next([
        new SecBuffer(SECBUFFER_TOKEN, await this.#frame()),
        new SecBuffer(SECBUFFER_EMPTY),
      ]);
    }
  }

  #encrypt(data: Uint8Array): Uint8Array {
    const header = new SecBuffer(SECBUFFER_STREAM_HEADER, new Uint8Array(this.#header));
    const body = new SecBuffer(SECBUFFER_DATA, data.slice());
    const trailer = new SecBuffer(SECBUFFER_STREAM_TRAILER, new Uint8Array(this.#trailer));
    const message = new SecBufferDesc([header, body, trailer, new SecBuffer(SECBUFFER_EMPTY)]);
    const status = encryptMessage(this.#live(), 0, message, 0);
    if (status !== SEC_E_OK) throw new ConsumerError("EncryptMessage", status, "");
    return Buffer.concat([header.bytes, body.bytes, trailer.bytes]);
  }

  /** One handshake call; what it wants sent is sent. */
  #next(input: SecBuffer[]): number {
    const output = new SecBuffer(SECBUFFER_TOKEN, new Uint8Array(TOKEN_ROOM));
    const { status, context, error } = initializeSecurityContext({
      credential: this.#credential,
      context: this.#context,
      targetName: this.#targetName,
      contextReq: FLAGS,
      input: input.length === 0 ? null : new SecBufferDesc(input),
      output: new SecBufferDesc([output]),
    });
    this.#context = context ?? this.#context;
    // A refusal under EXTENDED_ERROR leaves an alert in the token.
    if (status !== SEC_E_INCOMPLETE_MESSAGE) this.#transport?.write(output.bytes);
    const fine =
      status === SEC_E_OK || status === SEC_I_CONTINUE_NEEDED || status === SEC_I_CONTEXT_EXPIRED;
    if (!fine) {
      throw new ConsumerError("InitializeSecurityContext", status, error?.message ?? "");
    }
    return status;
  }

  #checkCertificate(): void {
    const { value } = queryContextAttributes(this.#live(), SECPKG_ATTR_REMOTE_CERT_CONTEXT);
    if (this.#validate(value?.hCertStore ?? [])) return;
    this.#control(new Uint32Array([SCHANNEL_ALERT, FATAL, BAD_CERTIFICATE]));
    throw new ConsumerError("validation", 0, "the certificate was refused by the application");
  }

  #control(token: Uint32Array): void {
    const status = applyControlToken(
      this.#live(),
      new SecBufferDesc([new SecBuffer(SECBUFFER_TOKEN, new Uint8Array(token.buffer))]),
    );
    if (status !== SEC_E_OK) throw new ConsumerError("ApplyControlToken", status, "");
    this.#next([]);
  }

  /** Exactly one record: its header contains its length. */
  async #frame(): Promise<Uint8Array> {
    const input = this.#input;
    const length = (): number =>
      input.used < RECORD_HEADER
        ? RECORD_HEADER
        : RECORD_HEADER + (((input.memory[3] as number) << 8) | (input.memory[4] as number));
    while (input.used < length()) {
      const bytes = await this.#transport?.read();
      if (bytes === null || bytes === undefined) {
        throw new ConsumerError("transport", 0, "ended without close_notify");
      }
      input.append(bytes);
    }
    const frame = input.memory.slice(0, length());
    input.keepTail(input.used - frame.length);
    return frame;
  }

  #live(): ContextHandle {
    if (this.#context === null) throw new ConsumerError("context", 0, "not connected");
    return this.#context;
  }
}

/** SEC_APPLICATION_PROTOCOLS with one ALPN list (little-endian, packed). */
function protocolList(protocols: readonly string[]): Uint8Array {
  const names = Buffer.concat(
    protocols.map((name) => Buffer.concat([Buffer.of(name.length), Buffer.from(name, "latin1")])),
  );
  const head = Buffer.alloc(10);
  head.writeUInt32LE(6 + names.length, 0);
  head.writeUInt32LE(2, 4);
  head.writeUInt16LE(names.length, 8);
  return Buffer.concat([head, names]);
}
