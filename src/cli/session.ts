/**
 * A session of the command line: a TLS session over any Duplex, to be awaited step by step. One session, used by one caller at
 * a time per direction.
 */
import { EventEmitter, once } from "node:events";
import type { Duplex } from "node:stream";
import * as sspi from "../api/node.ts";
import { GrowingBytes } from "../bytes/growing-bytes.ts";
import type { SessionFunctions } from "../session/handshake-calls.ts";
import { PlaintextQueue } from "../session/plaintext-queue.ts";
import { type SessionEvents, TlsSession } from "../session/tls-session.ts";
import { CliError } from "./cli-error.ts";
import { type Call, observedFunctions } from "./observed-functions.ts";
import { RecordEnds } from "./record-ends.ts";
import { printable } from "./terminal.ts";

/** One record as encryptMessage left it. */
export interface SealedRecord {
  readonly header: Uint8Array;
  readonly data: Uint8Array;
  readonly trailer: Uint8Array;
}

export interface SessionOptions {
  readonly role: "client" | "server";
  readonly credential: sspi.CredentialHandle;
  readonly targetName?: string | null;
  /** ISC_REQ_* or ASC_REQ_* beside those that the session needs. */
  readonly contextReq?: number;
  /** ALPN, in order of preference. */
  readonly applicationProtocols?: readonly string[] | null;
  /** Most bytes of data in one record; null: as many as fit. */
  readonly maxSendFragment?: number | null;
  readonly observe?: (call: Call) => void;
  /** An end without close_notify between two records is an end, and `truncated` says so; default: a failure. */
  readonly lenientEnd?: boolean;
}

/** A call of an SSPI function was answered with a failure, or the transport ended too early. */
export class SessionError extends CliError {
  /** The SDK's, or null for an end of transport. */
  readonly status: sspi.SECURITY_STATUS | null;
  /** Name of the alert that the peer sent, or null. */
  readonly alertReceived: string | null;
  /** The stable word of `lastError`, or null. */
  readonly reason: string | null;

  constructor({ message, status, reason, alert }: sspi.TlsError) {
    const wasReceived = reason === "AlertReceived";
    const sent = alert === undefined || wasReceived ? "" : `, alert sent: ${alert.name}`;
    const received = wasReceived ? (alert?.name ?? null) : null;
    const said = printable(message);
    super(status === undefined ? said : `${said} (${sspi.statusName(status)}${sent})`, {
      status: status === undefined ? null : sspi.statusName(status),
      reason: reason ?? null,
      alertReceived: received,
      alertSent: wasReceived ? null : (alert?.name ?? null),
    });
    this.status = status ?? null;
    this.alertReceived = received;
    this.reason = reason ?? null;
  }
}

const CHANGE = "change";
/** First bytes of either side that are kept, for advice when it fails: a flight of TLS 1.2 with its chain. */
const KEPT_BEGIN = 1 << 15;
const NO_BYTES = new Uint8Array(0);

export class Session {
  readonly stream: Duplex;
  readonly #functions: SessionFunctions;
  readonly #tls: TlsSession;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #incoming: Uint8Array[] = [];
  readonly #outgoing = new PlaintextQueue();
  /** The last write; writes begin in the order in which their records were made. */
  #written: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #lenientEnd: boolean;
  readonly #ends = new RecordEnds();
  #truncated = false;
  readonly #peerBegin = new GrowingBytes();
  #ownBegin: Uint8Array = NO_BYTES;
  #failure: SessionError | null = null;
  /** "change": something came, or was waited for and is there. */
  readonly #events = new EventEmitter();

  constructor(stream: Duplex, options: SessionOptions) {
    const { observe, maxSendFragment } = options;
    this.stream = stream;
    this.#lenientEnd = options.lenientEnd === true;
    this.#functions = observe === undefined ? sspi : observedFunctions(observe);
    this.#tls = new TlsSession(
      { ...options, functions: this.#functions, renegotiate: true },
      this.#sink(),
    );
    if (maxSendFragment != null) this.#tls.maxFragment = maxSendFragment;
    this.#chunks = stream[Symbol.asyncIterator]();
    // A write that fails reports it, and so does the next read. Before the first read nobody else listens.
    stream.on("error", () => {});
  }

  /** The context; there is one after the first handshake call that took something. */
  get context(): sspi.ContextHandle | null {
    return this.#tls.context;
  }

  /** The peer ended between two records without close_notify. */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** The first bytes that the peer said. */
  get peerBegin(): Uint8Array {
    return this.#peerBegin.bytes;
  }

  /** Bytes that the peer has said so far. */
  readonly peerBytes = (): number => this.#ends.total;

  /** The first bytes that were sent: of a client, its ClientHello. */
  get ownBegin(): Uint8Array {
    return this.#ownBegin;
  }

  /** The server asked for a certificate and got none. */
  get lacksCertificate(): boolean {
    const asked = this.#tls.query(sspi.SECPKG_ATTR_SUPPORTED_SIGNATURES);
    if (asked === null || asked.cSignatureAndHashAlgorithms === 0) return false;
    return this.#tls.query(sspi.SECPKG_ATTR_LOCAL_CERT_CONTEXT) === null;
  }

  /** Handshakes to its end. @throws SessionError with the reason, the status and the alert */
  async handshake(): Promise<void> {
    this.#tls.start();
    await this.#settle();
    while (!this.#tls.secure) await this.#advance();
  }

  /** Sends `data` in as many records as it takes; it must not change until then. */
  async send(data: Uint8Array): Promise<void> {
    this.#outgoing.push(data);
    let records = this.#tls.seal(this.#outgoing);
    // A renegotiation goes on with what `receive` takes.
    while (records === null && this.#failure === null) {
      await once(this.#events, CHANGE);
      records = this.#tls.seal(this.#outgoing);
    }
    if (records !== null) this.#write(records);
    await this.#settle();
  }

  /** Makes one record and sends it; for those who want to look at it. */
  sendRecord(data: Uint8Array): Promise<SealedRecord> {
    return this.#sendOne(data, 0);
  }

  /** Sends an alert made by EncryptMessage with SECQOP_WRAP_OOB_DATA. */
  sendAlert(level: number, description: number): Promise<SealedRecord> {
    return this.#sendOne(Uint8Array.of(level, description), sspi.SECQOP_WRAP_OOB_DATA);
  }

  /** The next data, or null after close_notify. @throws SessionError at an end of transport without close_notify */
  async receive(): Promise<Uint8Array | null> {
    for (;;) {
      const data = this.#incoming.shift();
      if (data !== undefined) return data;
      if (this.#closed) return null;
      await this.#advance();
    }
  }

  /** Sends close_notify by SCHANNEL_SHUTDOWN. */
  async shutdown(): Promise<void> {
    const record = this.#tls.close();
    if (record !== null) this.#write(record);
    await this.#settle();
  }

  /** Wipes the keys and drops the transport. */
  destroy(): void {
    this.#tls.dispose();
    this.stream.destroy();
  }

  #sink(): SessionEvents {
    return {
      send: (bytes) => this.#write(bytes),
      data: (bytes) => this.#incoming.push(bytes),
      secure: () => {},
      closed: () => {
        this.#closed = true;
      },
      failed: (error) => {
        this.#failure = new SessionError(error);
        this.#events.emit(CHANGE);
      },
      resumed: () => this.#events.emit(CHANGE),
    };
  }

  /** Takes what the peer says next. Data that came before a failure is there before it is thrown. */
  async #advance(): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    const { done, value } = await this.#next();
    if (!done) {
      const room = KEPT_BEGIN - this.#peerBegin.length;
      if (room > 0) this.#peerBegin.append(value.subarray(0, room));
      this.#ends.push(value);
      this.#tls.receive(value);
    } else if (this.#lenientEnd && this.#tls.secure && this.#ends.isBetween) {
      this.#truncated = true;
      this.#closed = true;
    } else this.#tls.end();
    this.#events.emit(CHANGE);
    if (this.#incoming.length === 0) await this.#settle();
  }

  /** @throws the transport's failure, or what the peer said before it */
  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#chunks.next();
    } catch (error) {
      throw this.#failure ?? error;
    }
  }

  /** Waits for what the session waits for, and until what it made is written, the alert of a failure too. */
  async #settle(): Promise<void> {
    while (this.#tls.busy && this.#failure === null) await once(this.#events, CHANGE);
    try {
      await this.#written;
    } catch (error) {
      throw this.#failure ?? error;
    }
    if (this.#failure !== null) throw this.#failure;
  }

  #write(bytes: Uint8Array): void {
    const { stream } = this;
    if (this.#ownBegin.length === 0) this.#ownBegin = bytes.slice(0, KEPT_BEGIN);
    this.#written = stream.destroyed
      ? Promise.reject(new CliError("the connection is closed"))
      : new Promise((resolve, reject) => {
          stream.write(bytes, (error) => (error ? reject(error) : resolve()));
        });
    // Whoever waits for it is told.
    this.#written.catch(() => {});
  }

  async #sendOne(content: Uint8Array, qop: number): Promise<SealedRecord> {
    const sizes = this.#tls.query(sspi.SECPKG_ATTR_STREAM_SIZES);
    if (sizes === null) throw new CliError("the handshake is not finished");
    const end = sizes.cbHeader + content.length;
    const memory = new Uint8Array(end + sizes.cbTrailer);
    memory.set(content, sizes.cbHeader);
    const [header, data, trailer] = [
      new sspi.SecBuffer(sspi.SECBUFFER_STREAM_HEADER, memory.subarray(0, sizes.cbHeader)),
      new sspi.SecBuffer(sspi.SECBUFFER_DATA, memory.subarray(sizes.cbHeader, end)),
      new sspi.SecBuffer(sspi.SECBUFFER_STREAM_TRAILER, memory.subarray(end)),
    ];
    const message = new sspi.SecBufferDesc([header, data, trailer]);
    const status = this.#functions.encryptMessage(this.context, qop, message);
    if (status !== sspi.SEC_E_OK) {
      const why = this.#functions.lastError(this.context)?.message ?? "no record could be made";
      throw new CliError(`${why} (${sspi.statusName(status)})`);
    }
    this.#write(memory.subarray(0, end + trailer.cbBuffer));
    await this.#settle();
    return { header: header.bytes, data: data.bytes, trailer: trailer.bytes };
  }
}
