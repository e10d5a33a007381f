/**
 * Two ends of Digest through the SSPI functions: the server speaks first, and what is added to a message follows it.
 */
import { digestOver } from "../../src/api/message-packages.ts";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import type {
  DigestOptions,
  InboundIdentityOptions,
  SEC_WINNT_AUTH_IDENTITY,
} from "../../src/message/identity-types.ts";
import { nodeDigestHashes } from "../../src/providers/node/digest-hashes.ts";
import { nodeLegacyCrypto } from "../../src/providers/node/legacy-crypto.ts";
import { createAllFunctions } from "../../src/sspi/all-functions.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as type from "../../src/sspi/buffer-types.ts";
import type { ContextHandle, CredentialHandle } from "../../src/sspi/handles.ts";
import type { SspiFunctions } from "../../src/sspi/package-functions.ts";
import { SecBuffer, SecBufferDesc } from "../../src/sspi/sec-buffer.ts";
import { isFailure, SEC_E_OK, statusName } from "../../src/sspi/security-status.ts";

export const sspi: SspiFunctions = createAllFunctions([], []);
sspi.addSecurityPackage(digestOver(nodeLegacyCrypto, nodeDigestHashes));

export const USER = { User: "chris", Password: "secret", Domain: "elwood.innosoft.com" };
export const TARGET = "imap/elwood.innosoft.com";

export function acquire(
  credentialUse: number,
  authData: SEC_WINNT_AUTH_IDENTITY,
): CredentialHandle {
  const answer = sspi.acquireCredentialsHandle({ package: "WDigest", credentialUse, authData });
  if (answer.credential === undefined) throw new Error(answer.error?.message);
  return answer.credential;
}

export function clientOf(
  digest: DigestOptions = {},
  more: SEC_WINNT_AUTH_IDENTITY = {},
): CredentialHandle {
  return acquire(2, { ...USER, ...more, sealwire: { digest } });
}

export function serverOf(
  digest: DigestOptions = {},
  more: InboundIdentityOptions = {},
): CredentialHandle {
  const lookup = ({ user }: { readonly user: string }): { password: string } | null =>
    user === USER.User ? { password: USER.Password } : null;
  return acquire(1, { Domain: USER.Domain, sealwire: { lookup, digest, ...more } });
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
  /** PKG_PARAMS of HTTP. */
  readonly parameters?: readonly (string | Uint8Array)[];
}

export function turn(
  role: "client" | "server",
  end: End,
  context: ContextHandle | null,
  token: Uint8Array | null,
): Turn {
  const { credential, contextReq = 0, targetName = TARGET, parameters = [] } = end;
  const output = new SecBuffer(type.SECBUFFER_TOKEN, new Uint8Array(8192));
  const input = new SecBufferDesc([
    ...(token === null ? [] : [new SecBuffer(type.SECBUFFER_TOKEN, token)]),
    ...packageParameters(parameters),
  ]);
  const call = {
    credential,
    context,
    contextReq,
    targetName,
    input,
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

export function packageParameters(parameters: readonly (string | Uint8Array)[]): SecBuffer[] {
  return parameters.map(
    (value) =>
      new SecBuffer(type.SECBUFFER_PKG_PARAMS, typeof value === "string" ? latin1(value) : value),
  );
}

export interface Login {
  readonly client: Turn;
  readonly server: Turn;
  /** Challenge, response, proof. */
  readonly tokens: readonly Uint8Array[];
}

/** What someone between the ends does to a token; the number counts from 0. */
export type Between = (token: Uint8Array, number: number) => Uint8Array;

export function login(clientEnd: End, serverEnd: End, between: Between = (token) => token): Login {
  const tokens: Uint8Array[] = [];
  const sent = (token: Uint8Array): Uint8Array => {
    tokens.push(token);
    return between(token, tokens.length - 1);
  };
  let server = turn("server", serverEnd, null, null);
  let client = turn("client", clientEnd, null, null);
  if (isFailure(server.status) || isFailure(client.status)) return { client, server, tokens };
  client = turn("client", clientEnd, client.context, sent(server.token));
  if (isFailure(client.status)) return { client, server, tokens };
  server = turn("server", serverEnd, server.context, sent(client.token));
  if (isFailure(server.status)) return { client, server, tokens };
  if (client.status === SEC_E_OK) return { client, server, tokens: [...tokens, server.token] };
  client = turn("client", clientEnd, client.context, sent(server.token));
  return { client, server, tokens };
}

export function contextsOf({ client, server }: Login): readonly [ContextHandle, ContextHandle] {
  const bad = [client, server].find(({ status }) => status !== SEC_E_OK);
  if (bad !== undefined) throw new Error(`${statusName(bad.status)} ${bad.message}`);
  if (client.context === null || server.context === null) throw new Error("no context");
  return [client.context, server.context];
}

export type Form = "padding" | "second data" | "several data" | "stream" | "one data";

/** cbMaxSignature + cbBlockSize. */
export function room(context: ContextHandle): number {
  const { value } = sspi.queryContextAttributes(context, attribute.SECPKG_ATTR_SIZES);
  return (value?.cbMaxSignature ?? 0) + (value?.cbBlockSize ?? 0);
}

export const buffer = (kind: number, bytes: Uint8Array): SecBuffer => new SecBuffer(kind, bytes);

/** The packet of a message. */
export function seal(context: ContextHandle, data: Uint8Array, form: Form = "padding"): Uint8Array {
  const half = form === "several data" ? data.length >> 1 : data.length;
  const body = [data.slice(0, half), data.slice(half)].filter(
    (part, i) => i === 0 || part.length > 0,
  );
  const kind = form === "second data" ? type.SECBUFFER_DATA : type.SECBUFFER_PADDING;
  const buffers = [
    ...body.map((part) => buffer(type.SECBUFFER_DATA, part)),
    buffer(kind, new Uint8Array(room(context))),
  ];
  const status = sspi.encryptMessage(context, 0, new SecBufferDesc(buffers));
  if (status !== SEC_E_OK) throw new Error(statusName(status));
  return concat(...buffers.map(({ bytes }) => bytes));
}

export interface Opened {
  readonly status: number;
  readonly data: Uint8Array;
}

/** The status, and the plaintext, or the packet as it then is. */
export function open(context: ContextHandle, packet: Uint8Array, form: Form = "padding"): Opened {
  const whole = packet.slice();
  const split = Math.max(0, whole.length - 16);
  const empty = buffer(type.SECBUFFER_DATA, new Uint8Array(0));
  const pairs: Readonly<Record<Form, readonly SecBuffer[]>> = {
    padding: [
      buffer(type.SECBUFFER_DATA, whole.subarray(0, split)),
      buffer(type.SECBUFFER_PADDING, whole.subarray(split)),
    ],
    "second data": [
      buffer(type.SECBUFFER_DATA, whole.subarray(0, split)),
      buffer(type.SECBUFFER_DATA, whole.subarray(split)),
    ],
    "several data": [
      buffer(type.SECBUFFER_DATA, whole.subarray(0, split >> 1)),
      buffer(type.SECBUFFER_DATA, whole.subarray(split >> 1, split)),
      buffer(type.SECBUFFER_PADDING, whole.subarray(split)),
    ],
    stream: [buffer(type.SECBUFFER_STREAM, whole), empty],
    "one data": [buffer(type.SECBUFFER_DATA, whole)],
  };
  const buffers = [...pairs[form]];
  const status = sspi.decryptMessage(context, new SecBufferDesc(buffers));
  if (status !== SEC_E_OK) return { status, data: whole };
  if (form === "stream") return { status, data: empty.bytes.slice() };
  return { status, data: concat(...buffers.map(({ bytes }) => bytes)) };
}

export function sign(
  context: ContextHandle,
  data: Uint8Array | null,
  parameters: readonly (string | Uint8Array)[] = [],
): Uint8Array {
  const token = buffer(type.SECBUFFER_TOKEN, new Uint8Array(4096));
  const body = data === null ? [] : [buffer(type.SECBUFFER_DATA, data)];
  const message = new SecBufferDesc([token, ...body, ...packageParameters(parameters)]);
  const status = sspi.makeSignature(context, 0, message);
  if (status !== SEC_E_OK)
    throw new Error(`${statusName(status)} ${sspi.lastError(context)?.message}`);
  return token.bytes.slice();
}

export function verify(
  context: ContextHandle,
  data: Uint8Array | null,
  token: Uint8Array,
  parameters: readonly (string | Uint8Array)[] = [],
): number {
  const body = data === null ? [] : [buffer(type.SECBUFFER_DATA, data)];
  return sspi.verifySignature(
    context,
    new SecBufferDesc([
      buffer(type.SECBUFFER_TOKEN, token.slice()),
      ...body,
      ...packageParameters(parameters),
    ]),
  );
}

export const text = (words: string): Uint8Array => latin1(words);
