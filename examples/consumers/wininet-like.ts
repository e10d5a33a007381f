/**
 * A client in the manner of WinInet, from public knowledge of its shape: one memory per connection with sizes that are
 * queried once, EncryptMessage with TOKEN, DATA, TOKEN, a client certificate chosen after SEC_I_INCOMPLETE_CREDENTIALS
 * from the list of issuers, the validated chain asked for and its absence ignored.
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
  ISC_REQ_ALLOCATE_MEMORY,
  ISC_REQ_CONFIDENTIALITY,
  ISC_REQ_EXTENDED_ERROR,
  ISC_REQ_REPLAY_DETECT,
  ISC_REQ_SEQUENCE_DETECT,
  ISC_REQ_STREAM,
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
  SECBUFFER_TOKEN,
  SECPKG_ATTR_ISSUER_LIST_EX,
  SECPKG_ATTR_REMOTE_CERT_CHAIN,
  SECPKG_ATTR_STREAM_SIZES,
  SECPKG_CRED_OUTBOUND,
  SecBuffer,
  SecBufferDesc,
  UNISP_NAME,
} from "../../src/entries/sspi-node.ts";
import { ConsumerError } from "./curl-like.ts";
import { InputBuffer, Transport } from "./transport.ts";

const FLAGS =
  ISC_REQ_SEQUENCE_DETECT |
  ISC_REQ_REPLAY_DETECT |
  ISC_REQ_CONFIDENTIALITY |
  ISC_REQ_EXTENDED_ERROR |
  ISC_REQ_ALLOCATE_MEMORY |
  ISC_REQ_STREAM;

/** Chooses a credential for a server that asks for a certificate, by the DER names of its issuers; null: none. */
export type ChooseCertificate = (issuers: readonly Uint8Array[]) => SchannelAuthData | null;

function acquire(authData: SchannelAuthData): CredentialHandle {
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

export class WinInetLikeClient {
  #credential: CredentialHandle;
  readonly #choose: ChooseCertificate;
  readonly #hostName: string;
  readonly #input = new InputBuffer();
  #transport: Transport | null = null;
  #context: ContextHandle | null = null;
  /** One memory for all that is sent: header, data, trailer. */
  #output: Uint8Array = new Uint8Array(0);
  #header = 0;
  #maximum = 0;

  /** A credential is kept for all connections of a server; resumption hangs on it. */
  static credential(authData: SchannelAuthData): CredentialHandle {
    return acquire(authData);
  }

  constructor(
    credential: CredentialHandle,
    hostName: string,
    choose: ChooseCertificate = () => null,
  ) {
    this.#credential = credential;
    this.#hostName = hostName;
    this.#choose = choose;
  }

  get context(): ContextHandle | null {
    return this.#context;
  }

  /** The chain as it was validated, leaf first; empty where there is none, which does not end the session. */
  get chain(): readonly Uint8Array[] {
    return (
      queryContextAttributes(this.#live(), SECPKG_ATTR_REMOTE_CERT_CHAIN).value?.hCertStore ?? []
    );
  }

  async connect(host: string, port: number): Promise<void> {
    this.#transport = await Transport.open(host, port);
    await this.#negotiate();
    const { status, value } = queryContextAttributes(this.#live(), SECPKG_ATTR_STREAM_SIZES);
    if (value === undefined) throw new ConsumerError("QueryContextAttributes", status, "");
    this.#header = value.cbHeader;
    this.#maximum = value.cbMaximumMessage;
    this.#output = new Uint8Array(value.cbHeader + value.cbMaximumMessage + value.cbTrailer);
  }

  send(data: Uint8Array): void {
    for (let start = 0; start < data.length; start += this.#maximum) {
      const piece = data.subarray(start, start + this.#maximum);
      const end = this.#header + piece.length;
      this.#output.set(piece, this.#header);
      const buffers = [
        new SecBuffer(SECBUFFER_TOKEN, this.#output.subarray(0, this.#header)),
        new SecBuffer(SECBUFFER_DATA, this.#output.subarray(this.#header, end)),
        new SecBuffer(SECBUFFER_TOKEN, this.#output.subarray(end)),
      ];
      const status = encryptMessage(this.#live(), 0, new SecBufferDesc(buffers), 0);
      if (status !== SEC_E_OK) throw new ConsumerError("EncryptMessage", status, this.#detail());
      this.#transport?.write(this.#output.subarray(0, end + (buffers[2]?.cbBuffer ?? 0)));
    }
  }

  /** The next plaintext, or null after close_notify. */
  async receive(): Promise<Uint8Array | null> {
    for (;;) {
      const data = new SecBuffer(SECBUFFER_DATA, this.#input.memory, this.#input.used);
      const buffers = [data, ...[0, 0, 0].map((type) => new SecBuffer(type))];
      const status = decryptMessage(this.#live(), new SecBufferDesc(buffers), 0);
      if (status === SEC_E_INCOMPLETE_MESSAGE) {
        await this.#read();
        continue;
      }
      const find = (type: number): SecBuffer | undefined =>
        buffers.find((buffer) => buffer.BufferType === type);
      const text = find(SECBUFFER_DATA)?.bytes.slice();
      if (status !== SEC_E_OK && status !== SEC_I_RENEGOTIATE && status !== SEC_I_CONTEXT_EXPIRED) {
        throw new ConsumerError("DecryptMessage", status, this.#detail());
      }
      this.#input.keepTail(find(SECBUFFER_EXTRA)?.cbBuffer ?? 0);
      if (status === SEC_I_CONTEXT_EXPIRED) return null;
      if (status === SEC_I_RENEGOTIATE) await this.#negotiate();
      if (text !== undefined && text.length > 0) return text;
    }
  }

  shutdown(): void {
    const token = new SecBuffer(SECBUFFER_TOKEN, Uint8Array.of(SCHANNEL_SHUTDOWN, 0, 0, 0));
    const armed = applyControlToken(this.#live(), new SecBufferDesc([token]));
    if (armed !== SEC_E_OK) throw new ConsumerError("ApplyControlToken", armed, this.#detail());
    this.#call(null);
    this.#transport?.end();
    deleteSecurityContext(this.#live());
    this.#context = null;
  }

  /** From the first call, or from what SEC_I_RENEGOTIATE left in the input, to SEC_E_OK. */
  async #negotiate(): Promise<void> {
    let readFirst = this.#context !== null && this.#input.used === 0;
    if (this.#context === null) {
      this.#call(null);
      readFirst = true;
    }
    for (;;) {
      if (readFirst) await this.#read();
      const spare = new SecBuffer(SECBUFFER_EMPTY);
      const token = new SecBuffer(SECBUFFER_TOKEN, this.#input.memory.slice(0, this.#input.used));
      const status = this.#call(new SecBufferDesc([token, spare]));
      readFirst = status === SEC_E_INCOMPLETE_MESSAGE;
      if (readFirst) continue;
      if (status === SEC_I_INCOMPLETE_CREDENTIALS) {
        this.#chooseCredential();
        continue;
      }
      this.#input.keepTail(spare.BufferType === SECBUFFER_EXTRA ? spare.cbBuffer : 0);
      if (status === SEC_E_OK) return;
      readFirst = this.#input.used === 0;
    }
  }

  /** The same call again with another credential sends its certificate, else an empty one. */
  #chooseCredential(): void {
    const { value } = queryContextAttributes(this.#live(), SECPKG_ATTR_ISSUER_LIST_EX);
    const authData = this.#choose(value?.aIssuers ?? []);
    if (authData !== null) this.#credential = acquire(authData);
  }

  /** One handshake call; TOKEN is sent if there is one, else ALERT. */
  #call(input: SecBufferDesc | null): number {
    const output = [new SecBuffer(SECBUFFER_TOKEN), new SecBuffer(SECBUFFER_ALERT)];
    const { status, context, error } = initializeSecurityContext({
      credential: this.#credential,
      context: this.#context,
      targetName: this.#hostName,
      contextReq: FLAGS,
      input,
      output: new SecBufferDesc(output),
    });
    this.#context = context ?? this.#context;
    const expected: readonly number[] = [
      ...[SEC_E_OK, SEC_I_CONTINUE_NEEDED, SEC_I_CONTEXT_EXPIRED],
      ...[SEC_I_INCOMPLETE_CREDENTIALS, SEC_E_INCOMPLETE_MESSAGE],
    ];
    const sent = output.find((buffer) => buffer.cbBuffer > 0 && buffer.pvBuffer !== null);
    if (sent !== undefined) this.#transport?.write(sent.bytes);
    for (const buffer of output) if (buffer.pvBuffer !== null) freeContextBuffer(buffer);
    if (expected.includes(status)) return status;
    this.#transport?.end();
    throw new ConsumerError("InitializeSecurityContext", status, error?.message ?? "");
  }

  async #read(): Promise<void> {
    const bytes = await this.#transport?.read();
    if (bytes === null || bytes === undefined) {
      throw new ConsumerError("transport", SEC_E_INCOMPLETE_MESSAGE, "ended without close_notify");
    }
    this.#input.append(bytes);
  }

  #live(): ContextHandle {
    if (this.#context === null) throw new ConsumerError("context", 0, "not connected");
    return this.#context;
  }

  #detail(): string {
    return (this.#context === null ? null : lastError(this.#context))?.message ?? "";
  }
}
