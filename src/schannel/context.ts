/**
 * What a context handle stands for: an engine and what the package must remember between calls. The rules are in the
 * files named after the functions.
 */
import { type ByteRange, rangeOf } from "../bytes/byte-range.ts";
import type { Engine, EngineFactory, Progress, Role, StreamSizes } from "../engine/engine.ts";
import type { TlsFailure } from "../protocol/failure.ts";
import type {
  SecPkgContext_KeyingMaterialInfo,
  SecPkgContext_SessionAppData,
  TimeStamp,
} from "../sspi/attribute-values.ts";
import { SEC_E_CONTEXT_EXPIRED, type SECURITY_STATUS } from "../sspi/security-status.ts";
import { MAXIMUM_TIME, timeStamp } from "../sspi/time-stamp.ts";
import { type ConnectionSettings, configure, type FirstCall } from "./configure.ts";
import { SCH_CRED_DISABLE_RECONNECTS } from "./constants.ts";
import type { SchannelCredential } from "./credentials.ts";
import type { Helpers } from "./helpers.ts";
import type { PeerVerifier } from "./peer-verifier.ts";

/** What a control token or requestKeyUpdate armed; the next handshake call emits it. */
export type Armed =
  | { readonly kind: "alert"; readonly level: number; readonly description: number }
  | { readonly kind: "key-update"; readonly requestPeer: boolean };

/** Why the call before could not deliver; it is to be repeated with the same bytes. */
export type Waiting =
  | { readonly kind: "pending"; readonly promise: Promise<void>; readonly starting: boolean }
  | { readonly kind: "credential" }
  | { readonly kind: "deliver"; readonly progress: Progress };

const NO_BYTES = new Uint8Array(0);

export class SchannelContext {
  readonly role: Role;
  readonly engine: Engine;
  readonly configuration: ConnectionSettings;
  readonly verifier: PeerVerifier;
  readonly helpers: Helpers;
  /** Of the first call, or a newer one of a later call. */
  credential: SchannelCredential;
  /** A later call brought another credential. */
  credentialReplaced = false;
  readonly targetName: string | null;
  /** ISC_RET_* or ASC_RET_* of the last call. */
  contextAttr = 0;
  armed: Armed | null = null;
  waiting: Waiting | null = null;
  /** Copy of the input that the engine took although the call is to be repeated. */
  absorbed: Uint8Array = NO_BYTES;
  /** SEC_I_RENEGOTIATE was answered and no handshake call came since. */
  unanswered: "renegotiation" | "post-handshake" | null = null;
  /** The status of the first refusal, which is repeated. */
  failedStatus: SECURITY_STATUS | null = null;
  /**
   * An alert waits in the engine that a later handshake call must put into TOKEN ("token") or as reference 4.4
   * describes.
   */
  alertOwed: "token" | "as asked" | null = null;
  error: { status: SECURITY_STATUS; reason: string; message: string } | null = null;
  deleted = false;
  /** A control token ended the handshake while a call of it was pending. */
  givenUp = false;
  /** Of the record that is sealed; filled again for each. */
  readonly pieces: {
    readonly header: ByteRange;
    readonly data: ByteRange;
    readonly trailer: ByteRange;
  } = { header: rangeOf(NO_BYTES), data: rangeOf(NO_BYTES), trailer: rangeOf(NO_BYTES) };
  applicationData: SecPkgContext_SessionAppData | null = null;
  keyingMaterialInfo: SecPkgContext_KeyingMaterialInfo | null = null;
  #interruption: Promise<void> | null = null;
  #interrupt: (() => void) | null = null;
  #sizes: StreamSizes | null = null;
  #expiry: { readonly leaf: Uint8Array; readonly time: TimeStamp } | null = null;

  constructor(credential: SchannelCredential, call: FirstCall, engines: EngineFactory) {
    this.role = call.role;
    this.credential = credential;
    this.targetName = call.targetName;
    const { configuration, verifier, helpers } = configure(credential, call);
    this.helpers = helpers;
    this.configuration = configuration;
    this.verifier = verifier;
    this.engine = engines.create(configuration);
    credential.life.retain();
    if (call.role === "server" && (credential.flags & SCH_CRED_DISABLE_RECONNECTS) !== 0) {
      this.engine.setResumable(false);
    }
  }

  /** Takes the credential of a call: a new one counts from now on. */
  useCredential(credential: SchannelCredential): void {
    if (credential === this.credential) return;
    credential.life.retain();
    this.credential.life.release();
    this.credential = credential;
    this.configuration.credentials = credential.certificates;
    this.credentialReplaced = true;
  }

  /** Stream sizes of the keys in use; kept, because they only change in handshake calls. */
  get sizes(): StreamSizes {
    this.#sizes ??= this.engine.streamSizes();
    return this.#sizes;
  }

  /** The objects stay, the memory is the caller's. */
  forgetPieces(): void {
    const { header, data, trailer } = this.pieces;
    header.memory = NO_BYTES;
    data.memory = NO_BYTES;
    trailer.memory = NO_BYTES;
  }

  /** To be called when keys may have changed. */
  forgetSizes(): void {
    this.#sizes = null;
  }

  /** Expiry of the peer's certificate, the maximum time if it sent none; read once for each chain. */
  expiry(): TimeStamp {
    const [leaf] = this.engine.facts.peerChain;
    if (leaf === undefined) return MAXIMUM_TIME;
    if (this.#expiry?.leaf !== leaf) {
      this.#expiry = { leaf, time: timeStamp(this.configuration.readLeaf(leaf).notAfter) };
    }
    return this.#expiry.time;
  }

  /** The caller sent a fatal alert: nothing more is sent or read. */
  get aborted(): boolean {
    return this.engine.writeClosed && (this.engine.alertSent?.description ?? 0) !== 0;
  }

  /** Remembers the refusal that ended the connection, with the status it is repeated with. */
  failed(failure: TlsFailure, status: SECURITY_STATUS): void {
    this.failedStatus = status;
    const { reason, message, faults } = failure;
    this.error = { status, reason, message, ...(faults === null ? {} : { faults }) };
    this.waiting = null;
    this.armed = null;
    this.absorbed = NO_BYTES;
  }

  /** Remembers why a call was refused, unless the connection failed before; returns the status. */
  refused(status: SECURITY_STATUS, reason: string, message: string): SECURITY_STATUS {
    if (this.failedStatus === null) this.error = { status, reason, message };
    return status;
  }

  /** Waits for the result of a pending call, or until no caller waits for it. */
  settled(promise: Promise<void>): Promise<void> {
    this.#interruption ??= new Promise((resolve) => {
      this.#interrupt = resolve;
    });
    return Promise.race([promise, this.#interruption]);
  }

  /** Our direction is closed: what a pending call was to send is not awaited any more. Its input counts as taken. */
  stopWaiting(): void {
    this.waiting = { kind: "deliver", progress: { kind: "done", consumed: 0 } };
    this.#wake();
  }

  /** Those who wait for a promise look again. */
  #wake(): void {
    this.#interrupt?.();
    this.#interrupt = null;
    this.#interruption = null;
  }

  /** The handshake is over; what a promise brings later changes nothing. */
  giveUp(): void {
    this.givenUp = true;
    this.error = {
      status: SEC_E_CONTEXT_EXPIRED,
      reason: "ClosedByUs",
      message: "a control token ended the handshake while a call of it was pending",
    };
    this.waiting = null;
    this.absorbed = NO_BYTES;
    this.engine.giveUp();
    this.#wake();
  }

  /** The engine took `bytes`, but the call is to be repeated with them. */
  absorb(bytes: Uint8Array, waiting: Waiting): void {
    this.absorbed = bytes.slice();
    this.waiting = waiting;
  }

  /** The call was delivered: nothing is to be repeated. */
  delivered(): void {
    this.absorbed = NO_BYTES;
    this.waiting = null;
    this.unanswered = null;
    this.forgetSizes();
  }

  dispose(): void {
    if (this.deleted) return;
    this.deleted = true;
    this.#wake();
    this.waiting = null;
    this.absorbed.fill(0);
    this.absorbed = NO_BYTES;
    this.engine.wipe();
    this.credential.life.release();
  }
}
