/**
 * What contexts of both roles have in common: the context of the chosen package, and the MICs over the list of mechanisms.
 * Messages go straight to that package; no byte of SPNEGO is around them.
 */
import { DecodeError } from "../bytes/byte-reader.ts";
import { MessageBuffers, type MessageFunction } from "../message/buffers.ts";
import { MessageContext, RefusalWithToken } from "../message/context.ts";
import type { EstablishInput } from "../message/establish-buffers.ts";
import type { NewContext } from "../message/message-package.ts";
import type { SecPkgInfo } from "../sspi/attribute-values.ts";
import type { SealwireAuthentication } from "../sspi/authentication-values.ts";
import {
  SECBUFFER_DATA,
  SECBUFFER_READONLY_WITH_CHECKSUM,
  SECBUFFER_TOKEN,
} from "../sspi/buffer-types.ts";
import type { SecPkgContext_KeyInfo } from "../sspi/cipher-values.ts";
import { Refusal, refuse } from "../sspi/refusal.ts";
import { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";
import { SEC_E_INVALID_TOKEN, SEC_E_MESSAGE_ALTERED } from "../sspi/security-status.ts";
import type { Candidate, NegotiateCredential } from "./credential.ts";
import type { Mechanism } from "./mechanism.ts";
import { NEGOTIATE_INFO } from "./package-info.ts";
import { NegState, writeResponse } from "./spnego.ts";

/** The package that was chosen, or that a client chose in advance. */
export interface Chosen {
  readonly mechanism: Mechanism;
  readonly context: MessageContext;
}

export abstract class NegotiateContext extends MessageContext {
  protected readonly credential: NegotiateCredential;
  readonly #start: NewContext<NegotiateCredential>;
  #chosen: Chosen | null = null;
  /** The list that MICs cover, as the client sent it. */
  protected mechanismList: Uint8Array | null = null;
  /** True: without MICs someone could have changed the list without being noticed. */
  protected micRequired = false;
  protected ownMicSent = false;
  protected peerMicChecked = false;

  constructor(start: NewContext<NegotiateCredential>) {
    super(start.role);
    this.credential = start.credential;
    this.#start = start;
    this.targetName = start.targetName;
  }

  /** Requirements for the chosen package: it has to sign, as the MICs need a key. */
  protected abstract innerRequirements(contextReq: number): number;

  override get packageInfo(): SecPkgInfo {
    return this.#chosen?.context.packageInfo ?? NEGOTIATE_INFO;
  }

  authentication(): SealwireAuthentication | null {
    return this.#chosen?.context.authentication() ?? null;
  }

  sessionKey(): Uint8Array | null {
    return this.#chosen?.context.sessionKey() ?? null;
  }

  keyInfo(): SecPkgContext_KeyInfo | null {
    return this.#chosen?.context.keyInfo() ?? null;
  }

  override targetInformation(): Uint8Array | null {
    return this.#chosen?.context.targetInformation() ?? null;
  }

  override get expired(): boolean {
    return this.#chosen?.context.expired ?? false;
  }

  protected get chosen(): Chosen | null {
    return this.#chosen;
  }

  /** Makes the context of a package; one that was made before is dropped with its keys. */
  protected choose({ mechanism, credential }: Candidate): Chosen {
    this.#chosen?.context.dispose();
    const { role, targetName, contextReq } = this.#start;
    const context = mechanism.package.newContext({
      role,
      credential,
      targetName,
      contextReq: this.innerRequirements(contextReq),
    });
    this.#chosen = { mechanism, context };
    return this.#chosen;
  }

  /** The next step of the chosen package; the rest of the input belongs to it. */
  protected advanceChosen({ context }: Chosen, input: EstablishInput): Uint8Array | null {
    const { token } = context.advance(input, () => undefined);
    this.contextAttr = context.contextAttr;
    this.expiry = context.expiry;
    this.targetName = context.targetName;
    return token;
  }

  /** The chosen package protects messages from now on. */
  protected finish(): void {
    const protection = this.#chosen?.context.protection ?? null;
    if (this.ownMicSent && this.peerMicChecked) protection?.restartStreams?.();
    this.protection = protection;
  }

  /** Our MIC over the list. */
  protected ownMic(): Uint8Array {
    const token = new SecBuffer(SECBUFFER_TOKEN, new Uint8Array(MAX_MIC));
    const message = this.#listMessage("makeSignature", token);
    this.#chosen?.context.protection?.sign(message, 0, 0);
    this.ownMicSent = true;
    return token.bytes.slice();
  }

  /** @throws Refusal SEC_E_MESSAGE_ALTERED: the list was changed on its way */
  protected checkPeerMic(mic: Uint8Array): void {
    try {
      const token = new SecBuffer(SECBUFFER_TOKEN, mic.slice());
      this.#chosen?.context.protection?.verify(this.#listMessage("verifySignature", token), 0);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      downgraded(`the MIC over the list of mechanisms is wrong (${error.message})`);
    }
    this.peerMicChecked = true;
  }

  #listMessage(call: MessageFunction, token: SecBuffer): MessageBuffers {
    const type = SECBUFFER_DATA | SECBUFFER_READONLY_WITH_CHECKSUM;
    const list = new SecBuffer(type, this.mechanismList ?? new Uint8Array(0));
    return new MessageBuffers(call, new SecBufferDesc([token, list]));
  }

  protected wipe(): void {
    this.#chosen?.context.dispose();
  }
}

/** Bytes of the longest signature of a package. */
const MAX_MIC = 256;

/** Refuses what an attacker may have weakened. */
export function downgraded(what: string): never {
  return refuse(SEC_E_MESSAGE_ALTERED, "Downgraded", `Negotiate: ${what}`);
}

/** Refuses a token that does not belong here. */
export function unexpected(what: string): never {
  return refuse(SEC_E_INVALID_TOKEN, "UnexpectedToken", `Negotiate: ${what}`);
}

/** What a reader of a token throws becomes a refusal of the token. */
export function decoded<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return refuse(SEC_E_INVALID_TOKEN, "MalformedToken", `Negotiate: ${error.message}`);
  }
}

/** A refusal of the chosen package with the token that states it. */
export function rejecting<Value>(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Refusal) || error instanceof RefusalWithToken) throw error;
    throw new RefusalWithToken(error.report, writeResponse({ state: NegState.Reject }));
  }
}
