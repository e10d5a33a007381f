/**
 * One context of a message package: its handshake step by step, then its protection of messages. A package derives its
 * contexts from this class.
 */

import type { SecPkgContext_Sizes, SecPkgInfo, TimeStamp } from "../sspi/attribute-values.ts";
import type {
  SealwireAuthentication,
  SecPkgContext_SessionKey,
} from "../sspi/authentication-values.ts";
import type { SecPkgContext_KeyInfo } from "../sspi/cipher-values.ts";
import { Refusal } from "../sspi/refusal.ts";
import type { ErrorReport } from "../sspi/security-package.ts";
import {
  SEC_E_INSUFFICIENT_MEMORY,
  SEC_E_OK,
  type SECURITY_STATUS,
} from "../sspi/security-status.ts";
import { MAXIMUM_TIME } from "../sspi/time-stamp.ts";
import type { MessageBuffers } from "./buffers.ts";
import type { EstablishInput } from "./establish-buffers.ts";
import { LaterAnswers } from "./later.ts";

export type MessageRole = "client" | "server";

/**
 * Protects the messages of an established context. Sending and receiving have separate states. What is refused by a
 * `Refusal` has changed nothing, neither the state nor the caller's memory.
 */
export interface MessageProtection {
  readonly sizes: Omit<SecPkgContext_Sizes, "cbMaxToken">;
  /** Encrypts and signs, or only signs for SECQOP_WRAP_NO_ENCRYPT. */
  seal(message: MessageBuffers, fQOP: number, sequence: number): void;
  /** Decrypts and verifies. @returns 0, or SECQOP_WRAP_NO_ENCRYPT for what was only signed */
  open(message: MessageBuffers, sequence: number): number;
  sign(message: MessageBuffers, fQOP: number, sequence: number): void;
  /** @returns the quality of protection, as `open` */
  verify(message: MessageBuffers, sequence: number): number;
  /** Begins streams of keys anew while counters go on, after the MICs of Negotiate; absent: there are no streams. */
  restartStreams?(): void;
  /** Overwrites all keys. */
  wipe(): void;
}

/** What one step of a handshake came to. */
export interface Step {
  /** SEC_E_OK, SEC_I_CONTINUE_NEEDED or SEC_I_COMPLETE_NEEDED. */
  readonly status: SECURITY_STATUS;
  /** To be sent; null: nothing. */
  readonly token: Uint8Array | null;
}

/** A refusal that has a token for the peer. */
export class RefusalWithToken extends Refusal {
  readonly token: Uint8Array;

  constructor({ status, reason, message }: ErrorReport, token: Uint8Array) {
    super(status, reason, message);
    this.token = token;
  }
}

export abstract class MessageContext {
  readonly role: MessageRole;
  /** Null as long as the handshake is not finished. */
  protection: MessageProtection | null = null;
  /** ISC_RET_* or ASC_RET_*. */
  contextAttr = 0;
  expiry: TimeStamp = MAXIMUM_TIME;
  /** Why the last call failed. */
  error: ErrorReport | null = null;
  /** The status of the failure that ended the context. */
  failedStatus: SECURITY_STATUS | null = null;
  /** Of the last message that was accepted. */
  lastQop = 0;
  /** The target that the client named; empty: none, or not known. */
  targetName = "";
  readonly answers: LaterAnswers = new LaterAnswers();
  #established = false;
  #undelivered: Step | null = null;

  constructor(role: MessageRole) {
    this.role = role;
  }

  /** The package that protects messages. */
  abstract get packageInfo(): SecPkgInfo;
  /** What is known of the client; null: nothing yet. */
  abstract authentication(): SealwireAuthentication | null;
  /** A copy of the session's key; null: there is none (yet). */
  abstract sessionKey(): Uint8Array | null;
  /** Algorithms and key length; null: not known yet. */
  abstract keyInfo(): SecPkgContext_KeyInfo | null;
  /** What NTLM's server token reports of the server, in new memory; null: nothing. */
  targetInformation(): Uint8Array | null {
    return null;
  }
  /**
   * Takes the next step. It changes nothing before it is sure to succeed, or throws `Pending`.
   * @throws Refusal: the context has failed. Pending
   */
  protected abstract step(input: EstablishInput): Step;
  /** Overwrites all secrets. */
  protected abstract wipe(): void;

  /** True after SEC_E_OK of a handshake call. */
  get established(): boolean {
    return this.#established;
  }

  /** True if messages can be no longer protected though they could be before; a package with tickets overrides it. */
  get expired(): boolean {
    return false;
  }

  /**
   * The next step of the handshake, or the token of the last one that did not fit.
   * @param deliver writes the token, or throws a Refusal with SEC_E_INSUFFICIENT_MEMORY
   */
  advance(input: EstablishInput, deliver: (step: Step) => void): Step {
    const step = this.#undelivered ?? this.step(input);
    this.#undelivered = step;
    deliver(step);
    this.#undelivered = null;
    this.answers.clear();
    if (step.status === SEC_E_OK) this.#established = true;
    return step;
  }

  /** True if the last step waits for more room. */
  get waitsForRoom(): boolean {
    return this.#undelivered !== null;
  }

  /** Keeps a refusal; `final`: the context cannot go on. */
  refused(error: ErrorReport, final: boolean): void {
    this.error = error;
    if (!final || error.status === SEC_E_INSUFFICIENT_MEMORY) return;
    this.failedStatus = error.status;
    this.dispose();
  }

  /** Overwrites all secrets; messages can be no longer protected. */
  dispose(): void {
    this.#undelivered?.token?.fill(0);
    this.#undelivered = null;
    this.answers.clear();
    this.protection?.wipe();
    this.protection = null;
    this.wipe();
  }
}

/** The SDK's structure of a key; it is copied by the caller of this function. */
export function sessionKeyValue(key: Uint8Array): SecPkgContext_SessionKey {
  return { SessionKeyLength: key.length, SessionKey: key };
}
