/**
 * Two ends of a message package through the SSPI functions, and messages between them.
 */

import { negotiateOver, ntlmOver } from "../../src/api/message-packages.ts";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import type {
  InboundIdentityOptions,
  SEC_WINNT_AUTH_IDENTITY,
} from "../../src/message/identity-types.ts";
import { nodeLegacyCrypto } from "../../src/providers/node/legacy-crypto.ts";
import { createAllFunctions } from "../../src/sspi/all-functions.ts";
import * as type from "../../src/sspi/buffer-types.ts";
import type { ContextHandle, CredentialHandle } from "../../src/sspi/handles.ts";
import type { SspiFunctions } from "../../src/sspi/package-functions.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import {
  isFailure,
  SEC_E_OK,
  SEC_I_CONTINUE_NEEDED,
  statusName,
} from "../../src/sspi/security-status.ts";

export const sspi: SspiFunctions = createAllFunctions([], []);
sspi.addSecurityPackage(ntlmOver(nodeLegacyCrypto));
sspi.addSecurityPackage(negotiateOver(nodeLegacyCrypto));

/** A caller's fixed randomness, in the order in which it is asked for. */
export function fixedRandom(...values: readonly Uint8Array[]): (length: number) => Uint8Array {
  const left = [...values];
  return (length) => {
    const next = left.shift();
    if (next?.length !== length) throw new Error(`${length} bytes were not foreseen`);
    return next;
  };
}

export function acquire(
  packageName: string,
  credentialUse: number,
  authData: SEC_WINNT_AUTH_IDENTITY,
): CredentialHandle {
  const { credential, error } = sspi.acquireCredentialsHandle({
    package: packageName,
    credentialUse,
    authData,
  });
  if (credential === undefined) throw new Error(error?.message);
  return credential;
}

/** A server that knows one user. */
export function serverOf(
  known: { readonly user: string; readonly password: string },
  options: InboundIdentityOptions = {},
  packageName = "NTLM",
): CredentialHandle {
  const lookup = ({ user }: { readonly user: string }): { password: string } | null =>
    user.toLowerCase() === known.user.toLowerCase() ? { password: known.password } : null;
  return acquire(packageName, 1, { sealwire: { lookup, ...options } });
}

export function bindingsBuffer(application: Uint8Array): SecBuffer {
  const header = new Uint8Array(32);
  const view = new DataView(header.buffer);
  view.setUint32(24, application.length, true);
  view.setUint32(28, 32, true);
  return new SecBuffer(type.SECBUFFER_CHANNEL_BINDINGS, concat(header, application));
}

export interface Turn {
  readonly status: number;
  readonly context: ContextHandle | null;
  readonly token: Uint8Array;
  readonly contextAttr: number;
  readonly reason: string;
  readonly message: string;
}

export interface End {
  readonly credential: CredentialHandle;
  readonly contextReq?: number;
  readonly targetName?: string;
  readonly bindings?: Uint8Array;
}

/** One handshake call of one end. */
export function turn(
  role: "client" | "server",
  end: End,
  context: ContextHandle | null,
  token: Uint8Array | null,
): Turn {
  const output = new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(8192));
  const input: SecBuffer[] = [];
  if (token !== null) input.push(new SecBuffer(type.SECBUFFER_TOKEN, token));
  if (end.bindings !== undefined) input.push(bindingsBuffer(end.bindings));
  const call = {
    credential: end.credential,
    context,
    contextReq: end.contextReq ?? 0,
    targetName: end.targetName ?? null,
    input: new SecBufferDesc(input),
    output: new SecBufferDesc([output]),
  };
  const answer =
    role === "client" ? sspi.initializeSecurityContext(call) : sspi.acceptSecurityContext(call);
  return {
    status: answer.status,
    context: answer.context ?? context,
    token: output.cbBuffer === 8192 ? new Uint8Array(0) : output.bytes.slice(),
    contextAttr: answer.contextAttr,
    reason: answer.error?.reason ?? "",
    message: answer.error?.message ?? "",
  };
}

export interface Login {
  readonly client: Turn;
  readonly server: Turn;
  /** All tokens, the client's first. */
  readonly tokens: readonly Uint8Array[];
}

/** What someone between the ends does to a token; the number counts from 0. */
export type Between = (token: Uint8Array, number: number) => Uint8Array;

/** A handshake to its end, or to the first failure. */
export function login(clientEnd: End, serverEnd: End, between: Between = (token) => token): Login {
  let client = turn("client", clientEnd, null, null);
  let server: Turn = { ...client, status: SEC_I_CONTINUE_NEEDED, context: null };
  const tokens: Uint8Array[] = [];
  const sent = (token: Uint8Array): Uint8Array => {
    tokens.push(token);
    return between(token, tokens.length - 1);
  };
  for (let step = 0; step < 10; step++) {
    if (isFailure(client.status) || client.token.length === 0) break;
    server = turn("server", serverEnd, server.context, sent(client.token));
    if (isFailure(server.status) || server.token.length === 0) break;
    client = turn("client", clientEnd, client.context, sent(server.token));
  }
  return { client, server, tokens };
}

/** The contexts of a login that succeeded. */
export function contextsOf({ client, server }: Login): readonly [ContextHandle, ContextHandle] {
  const bad = [client, server].find(({ status }) => status !== SEC_E_OK);
  if (bad !== undefined) throw new Error(`${statusName(bad.status)} ${bad.message}`);
  if (client.context === null || server.context === null) throw new Error("no context");
  return [client.context, server.context];
}

export interface Sealed {
  readonly token: Uint8Array;
  readonly data: Uint8Array;
}

const ROOM = 64;

export function seal(context: ContextHandle, data: Uint8Array, fQOP = 0): Sealed {
  const token = new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(ROOM));
  const body = new SecBuffer(type.SECBUFFER_DATA, data.slice());
  const status = sspi.encryptMessage(context, fQOP, new SecBufferDesc([token, body]));
  if (status !== SEC_E_OK) throw new Error(statusName(status));
  return { token: token.bytes.slice(), data: body.bytes };
}

/** The status, and the data as it then is. */
export function open(
  context: ContextHandle,
  { token, data }: Sealed,
): { readonly status: number; readonly data: Uint8Array } {
  const body = new SecBuffer(type.SECBUFFER_DATA, data.slice());
  const message = new SecBufferDesc([new SecBuffer(type.SECBUFFER_TOKEN, token.slice()), body]);
  return { status: sspi.decryptMessage(context, message), data: body.bytes };
}

export function sign(context: ContextHandle, data: Uint8Array): Uint8Array {
  const token = new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(ROOM));
  const body = new SecBuffer(type.SECBUFFER_DATA, data);
  const status = sspi.makeSignature(context, 0, new SecBufferDesc([token, body]));
  if (status !== SEC_E_OK) throw new Error(statusName(status));
  return token.bytes.slice();
}

export function verify(context: ContextHandle, data: Uint8Array, token: Uint8Array): number {
  const message = new SecBufferDesc([
    new SecBuffer(type.SECBUFFER_TOKEN, token.slice()),
    new SecBuffer(type.SECBUFFER_DATA, data),
  ]);
  return sspi.verifySignature(context, message);
}

export const text = (words: string): Uint8Array => latin1(words);
