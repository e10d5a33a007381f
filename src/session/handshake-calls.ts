/**
 * Calls of the two handshake functions with their buffers, the same for both roles.
 */
import { applicationProtocolsBuffer } from "../schannel/application-protocols.ts";
import {
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_MISSING,
  SECBUFFER_TOKEN,
} from "../sspi/buffer-types.ts";
import {
  ASC_REQ_ALLOCATE_MEMORY,
  ASC_REQ_EXTENDED_ERROR,
  ISC_REQ_ALLOCATE_MEMORY,
  ISC_REQ_EXTENDED_ERROR,
  ISC_REQ_USE_SUPPLIED_CREDS,
} from "../sspi/context-flags.ts";
import {
  applyControlToken,
  deleteSecurityContext,
  lastError,
  queryContextAttributes,
  requestKeyUpdate,
  setContextAttributes,
} from "../sspi/context-functions.ts";
import { freeCredentialsHandle } from "../sspi/credential-functions.ts";
import type { EstablishResult, HandshakeArguments } from "../sspi/function-types.ts";
import type { ContextHandle, CredentialHandle } from "../sspi/handles.ts";
import {
  initializeSecurityContext,
  initializeSecurityContextAsync,
} from "../sspi/handshake-functions.ts";
import { decryptMessage, encryptMessage } from "../sspi/message-functions.ts";
import type { SspiFunctions } from "../sspi/package-functions.ts";
import { SecBuffer, SecBufferDesc } from "../sspi/sec-buffer.ts";

export type SessionRole = "client" | "server";

type ContextFunction =
  | "initializeSecurityContext"
  | "initializeSecurityContextAsync"
  | "encryptMessage"
  | "decryptMessage"
  | "applyControlToken"
  | "queryContextAttributes"
  | "setContextAttributes"
  | "deleteSecurityContext"
  | "freeCredentialsHandle"
  | "lastError"
  | "requestKeyUpdate";

/** The functions that a session needs. */
export type SessionFunctions = Pick<
  SspiFunctions,
  ContextFunction | "acceptSecurityContext" | "acceptSecurityContextAsync"
>;

/** Those of them that are the same in every entry. */
export const CONTEXT_FUNCTIONS: Pick<SspiFunctions, ContextFunction> = {
  initializeSecurityContext,
  initializeSecurityContextAsync,
  encryptMessage,
  decryptMessage,
  applyControlToken,
  queryContextAttributes,
  setContextAttributes,
  deleteSecurityContext,
  freeCredentialsHandle,
  lastError,
  requestKeyUpdate,
};

export interface HandshakeSettings {
  readonly functions: SessionFunctions;
  readonly role: SessionRole;
  readonly credential: CredentialHandle;
  /** The credential is for this session alone, and is freed with it. */
  readonly ownsCredential?: boolean;
  readonly targetName?: string | null;
  readonly contextReq?: number;
  readonly applicationProtocols?: readonly string[] | null;
}

/** The state of the buffers after a call. */
export interface Outcome {
  /** Bytes still wanted, for SEC_E_INCOMPLETE_MESSAGE. */
  readonly missing: number;
  /** Bytes of the token that were not taken. */
  readonly rest: number;
  /** Bytes for the peer, in memory of their own. */
  readonly output: Uint8Array;
}

/** The answer of a call, and its own buffers: while it waits others are made. */
export interface Established {
  readonly answer: EstablishResult;
  readonly outcome: Outcome;
}

interface Buffers {
  readonly call: HandshakeArguments;
  readonly spare: SecBuffer;
  readonly output: SecBuffer;
}

/** Something failed: send the alert. No room is ever short. Without a certificate: an empty Certificate. */
const CLIENT_FLAGS = ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_EXTENDED_ERROR | ISC_REQ_USE_SUPPLIED_CREDS;
const SERVER_FLAGS = ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_EXTENDED_ERROR;

export class HandshakeCalls {
  readonly role: SessionRole;
  readonly #settings: HandshakeSettings;
  readonly #protocols: SecBuffer | null;
  #context: ContextHandle | null = null;
  #disposed = false;

  constructor(settings: HandshakeSettings) {
    const { applicationProtocols: protocols } = settings;
    this.role = settings.role;
    this.#settings = settings;
    this.#protocols = protocols?.length ? applicationProtocolsBuffer(protocols) : null;
  }

  get context(): ContextHandle | null {
    return this.#context;
  }

  /** The SDK's name of the function. */
  get name(): string {
    return this.role === "client" ? "InitializeSecurityContext" : "AcceptSecurityContext";
  }

  establish(token: Uint8Array): Established {
    const { functions } = this.#settings;
    const buffers = this.#buffers(token);
    return this.#keep(
      this.role === "client"
        ? functions.initializeSecurityContext(buffers.call)
        : functions.acceptSecurityContext(buffers.call),
      buffers,
    );
  }

  /** The same call again, after SEC_I_ASYNC_CALL_PENDING; never rejects. */
  async establishAsync(token: Uint8Array): Promise<Established> {
    const { functions } = this.#settings;
    const buffers = this.#buffers(token);
    return this.#keep(
      await (this.role === "client"
        ? functions.initializeSecurityContextAsync(buffers.call)
        : functions.acceptSecurityContextAsync(buffers.call)),
      buffers,
    );
  }

  dispose(): void {
    const { functions, credential, ownsCredential = false } = this.#settings;
    if (this.#context !== null) functions.deleteSecurityContext(this.#context);
    if (ownsCredential && !this.#disposed) functions.freeCredentialsHandle(credential);
    this.#disposed = true;
    this.#context = null;
  }

  #buffers(token: Uint8Array): Buffers {
    const { credential, targetName, contextReq } = this.#settings;
    const spare = new SecBuffer(SECBUFFER_EMPTY);
    const output = new SecBuffer(SECBUFFER_TOKEN);
    const input = [new SecBuffer(SECBUFFER_TOKEN, token), spare];
    if (this.#context === null && this.#protocols !== null) input.push(this.#protocols);
    const flags = this.role === "client" ? CLIENT_FLAGS : SERVER_FLAGS;
    const call = {
      credential,
      context: this.#context,
      targetName: targetName ?? null,
      contextReq: flags | (contextReq ?? 0),
      input: new SecBufferDesc(input),
      output: new SecBufferDesc([output]),
    };
    return { call, spare, output };
  }

  #keep(answer: EstablishResult, { spare, output }: Buffers): Established {
    this.#context = answer.context ?? this.#context;
    // Disposed of while a promise was waited for.
    if (this.#disposed) this.dispose();
    const { BufferType, cbBuffer } = spare;
    const outcome = {
      missing: BufferType === SECBUFFER_MISSING ? cbBuffer : 0,
      rest: BufferType === SECBUFFER_EXTRA ? cbBuffer : 0,
      output: output.bytes,
    };
    return { answer, outcome };
  }
}
