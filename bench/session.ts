/**
 * Two contexts of the SSPI face in one process, for measuring: handshake calls back and forth, records by hand.
 */
import {
  ASC_REQ_ALLOCATE_MEMORY,
  acceptSecurityContext,
  acquireCredentialsHandle,
  type ContextHandle,
  type CredentialHandle,
  deleteSecurityContext,
  type EstablishResult,
  ISC_REQ_ALLOCATE_MEMORY,
  initializeSecurityContext,
  lastError,
  queryContextAttributes,
  SEC_E_OK,
  SEC_I_CONTINUE_NEEDED,
  SECBUFFER_EMPTY,
  SECBUFFER_EXTRA,
  SECBUFFER_TOKEN,
  SECPKG_ATTR_STREAM_SIZES,
  SECPKG_CRED_INBOUND,
  SECPKG_CRED_OUTBOUND,
  type SealwireOptions,
  SecBuffer,
  SecBufferDesc,
  type SecPkgContext_StreamSizes,
  statusName,
  trustStoreFromPem,
  UNISP_NAME,
} from "../src/entries/sspi-node.ts";
import type { Identity } from "./identity.ts";

export interface Credentials {
  readonly client: CredentialHandle;
  readonly server: CredentialHandle;
}

/** Credentials of both sides; the client validates the chain as it does by default. */
export function credentials(
  identity: Identity,
  sealwire: SealwireOptions,
  resumption: boolean,
): Credentials {
  const common = { dwVersion: 5, dwSessionLifespan: resumption ? 0 : -1, sealwire } as const;
  const acquire = (credentialUse: number, own: object): CredentialHandle => {
    const answer = acquireCredentialsHandle({
      package: UNISP_NAME,
      credentialUse,
      authData: { ...common, ...own },
    });
    if (answer.credential === undefined) throw new Error(answer.error?.message);
    return answer.credential;
  };
  return {
    client: acquire(SECPKG_CRED_OUTBOUND, {
      hRootStore: trustStoreFromPem(identity.authorityPem),
    }),
    server: acquire(SECPKG_CRED_INBOUND, {
      paCred: [{ chain: [identity.certificate], privateKey: identity.privateKey }],
    }),
  };
}

class Side {
  context: ContextHandle | undefined;
  done = false;
  readonly #role: "client" | "server";
  readonly #credential: CredentialHandle;

  constructor(role: "client" | "server", credential: CredentialHandle) {
    this.#role = role;
    this.#credential = credential;
  }

  /** A handshake call with what arrived, repeated while records are left over; returns what it sends. */
  step(input: Uint8Array | null): Uint8Array {
    const output = new SecBuffer(SECBUFFER_EMPTY);
    const spare = new SecBuffer(SECBUFFER_EMPTY);
    const call = {
      credential: this.context === undefined ? this.#credential : null,
      context: this.context ?? null,
      targetName: "localhost",
      contextReq: ISC_REQ_ALLOCATE_MEMORY,
      input:
        input === null ? null : new SecBufferDesc([new SecBuffer(SECBUFFER_TOKEN, input), spare]),
      output: new SecBufferDesc([output]),
    };
    const result: EstablishResult =
      this.#role === "client"
        ? initializeSecurityContext(call)
        : acceptSecurityContext({ ...call, contextReq: ASC_REQ_ALLOCATE_MEMORY });
    this.context = result.context ?? this.context;
    this.done = result.status === SEC_E_OK;
    if (!this.done && result.status !== SEC_I_CONTINUE_NEEDED) {
      throw new Error(`${statusName(result.status)}: ${result.error?.message}`);
    }
    const token = output.bytes;
    if (input === null || spare.BufferType !== SECBUFFER_EXTRA || this.done) return token;
    const more = this.step(input.subarray(input.length - spare.cbBuffer));
    return more.length === 0 ? token : Uint8Array.of(...token, ...more);
  }

  get handle(): ContextHandle {
    if (this.context === undefined) throw new Error("no context yet");
    return this.context;
  }
}

export interface Pair {
  readonly client: ContextHandle;
  readonly server: ContextHandle;
}

/** A whole handshake, tickets delivered. */
export function handshake(from: Credentials): Pair {
  const client = new Side("client", from.client);
  const server = new Side("server", from.server);
  let wire = client.step(null);
  while (!client.done || !server.done) {
    wire = server.step(wire);
    if (client.done) {
      if (wire.length > 0) client.step(wire);
      break;
    }
    wire = client.step(wire);
  }
  return { client: client.handle, server: server.handle };
}

export function close(pair: Pair): void {
  deleteSecurityContext(pair.client);
  deleteSecurityContext(pair.server);
}

export function streamSizes(context: ContextHandle): SecPkgContext_StreamSizes {
  const { value } = queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES);
  if (value === undefined) throw new Error("no stream sizes");
  return value;
}

/** Throws what a call that must succeed was refused for. */
export function demand(context: ContextHandle, status: number): void {
  if (status !== SEC_E_OK) {
    throw new Error(`${statusName(status)}: ${lastError(context)?.message ?? "no reason"}`);
  }
}
