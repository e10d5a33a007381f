/**
 * Whole sessions in memory over the functions of an entry: two sides, each with its own provider, what they owe each other,
 * and a transport that shows what has arrived in pieces of a chosen size.
 */

import { createSspi, type Sspi } from "../../src/api/compose.ts";
import { concat } from "../../src/bytes/byte-arrays.ts";
import { latin1 } from "../../src/bytes/text.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { type ProtocolVersion, TLS13 } from "../../src/protocol/version.ts";
import { applicationProtocolsBuffer } from "../../src/schannel/application-protocols.ts";
import {
  SP_PROT_TLS1_2_CLIENT,
  SP_PROT_TLS1_2_SERVER,
  SP_PROT_TLS1_3_CLIENT,
  SP_PROT_TLS1_3_SERVER,
  UNISP_NAME,
} from "../../src/schannel/constants.ts";
import type { SCH_CREDENTIALS } from "../../src/schannel/credential-types.ts";
import type { SealwireConnection } from "../../src/sspi/attribute-values.ts";
import * as attribute from "../../src/sspi/attributes.ts";
import * as buffer from "../../src/sspi/buffer-types.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import type { EstablishResult, HandshakeArguments } from "../../src/sspi/function-types.ts";
import type { ContextHandle, CredentialHandle } from "../../src/sspi/handles.ts";
import { SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND } from "../../src/sspi/package-constants.ts";
import type { SspiFunctions } from "../../src/sspi/package-functions.ts";
import { SecBuffer } from "../../src/sspi/sec-buffer.ts";
import type { ErrorReport } from "../../src/sspi/security-package.ts";
import * as status from "../../src/sspi/security-status.ts";
import { AUTHORITY, identity } from "./identities.ts";
import { data, desc, empty, token } from "./sspi-kit.ts";

export type Role = "client" | "server";
export type Auth = Omit<SCH_CREDENTIALS, "dwVersion">;

const TLS12_BITS = SP_PROT_TLS1_2_CLIENT | SP_PROT_TLS1_2_SERVER;
const TLS13_BITS = SP_PROT_TLS1_3_CLIENT | SP_PROT_TLS1_3_SERVER;

const faces = new Map<CryptoProvider, Sspi>();

/** The functions over a provider. */
export function functionsOf(provider: CryptoProvider): Sspi {
  let functions = faces.get(provider);
  if (functions === undefined) {
    functions = createSspi(provider);
    faces.set(provider, functions);
  }
  return functions;
}

/** A credential; by default the server has the P-256 certificate, and both trust the authority. */
export function acquire(functions: SspiFunctions, role: Role, auth: Auth = {}): CredentialHandle {
  const own = role === "client" ? {} : { paCred: [identity("p256")] };
  return acquireFrom(functions, role, { hRootStore: AUTHORITY, ...own, ...auth });
}

/** A credential of these members of SCH_CREDENTIALS. @throws Error with the reason of a refusal */
export function acquireFrom(
  functions: SspiFunctions,
  role: Role,
  auth: Readonly<Record<string, unknown>>,
): CredentialHandle {
  const answer = functions.acquireCredentialsHandle({
    package: UNISP_NAME,
    credentialUse: role === "client" ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND,
    authData: { dwVersion: 5, ...auth },
  });
  if (answer.credential === undefined) throw new Error(answer.error?.message);
  return answer.credential;
}

/** Members of SCH_CREDENTIALS that leave one version. */
export const versionOnly = (version: ProtocolVersion): Pick<Auth, "pTlsParameters"> => ({
  pTlsParameters: [{ grbitDisabledProtocols: version === TLS13 ? TLS12_BITS : TLS13_BITS }],
});

export interface SideOptions {
  readonly targetName?: string | null;
  readonly contextReq?: number;
  readonly alpn?: readonly string[];
  /** Bytes that one call sees beyond what the call before left; default: all that has arrived. */
  readonly chunk?: number;
}

/** What `decryptMessage` answered, and the four buffers as it left them. */
export interface Opened {
  readonly code: number;
  readonly content: Uint8Array;
  readonly buffers: readonly SecBuffer[];
}

const NO_BYTES = new Uint8Array(0);

/** One end. Failures stay in `last` and `error`; nothing here throws for what a peer does. */
export class SspiSide {
  readonly functions: SspiFunctions;
  readonly role: Role;
  readonly #credential: CredentialHandle;
  readonly #options: SideOptions;
  readonly #chunk: number;
  context: ContextHandle | undefined;
  last: EstablishResult = { status: status.SEC_I_CONTINUE_NEEDED, contextAttr: 0 };
  /** Arrived and not yet taken. */
  inbox: Uint8Array = NO_BYTES;
  /** How much of the inbox a call sees. */
  #seen = 0;

  constructor(
    functions: SspiFunctions,
    role: Role,
    credential: CredentialHandle,
    options: SideOptions = {},
  ) {
    this.functions = functions;
    this.role = role;
    this.#credential = credential;
    this.#options = options;
    this.#chunk = options.chunk ?? Number.POSITIVE_INFINITY;
  }

  get handle(): ContextHandle {
    if (this.context === undefined) throw new Error(`the ${this.role} has no context`);
    return this.context;
  }

  /** The handshake is finished on this side. */
  get ready(): boolean {
    return this.context !== undefined && this.last.status === status.SEC_E_OK;
  }

  get failed(): boolean {
    return (
      status.isFailure(this.last.status) && this.last.status !== status.SEC_E_INCOMPLETE_MESSAGE
    );
  }

  /** The client was asked for a certificate; the next step answers. */
  get asked(): boolean {
    return this.last.status === status.SEC_I_INCOMPLETE_CREDENTIALS;
  }

  /** lastError's report, also of a first call, which leaves no context. */
  get error(): ErrorReport | null {
    return this.context === undefined
      ? (this.last.error ?? null)
      : this.functions.lastError(this.context);
  }

  receive(...bytes: readonly Uint8Array[]): void {
    this.inbox = concat(this.inbox, ...bytes);
  }

  /** One handshake call with what is seen; what it leaves stays in the inbox. Returns the TOKEN. */
  step(credential: CredentialHandle | null = null): Uint8Array {
    const { call, spare, output } = this.#call(credential);
    this.#took(
      this.role === "client"
        ? this.functions.initializeSecurityContext(call)
        : this.functions.acceptSecurityContext(call),
      spare,
    );
    return output.bytes;
  }

  /** As `step`, by the Async function. */
  async stepAsync(): Promise<Uint8Array> {
    const { call, spare, output } = this.#call(null);
    this.#took(
      await (this.role === "client"
        ? this.functions.initializeSecurityContextAsync(call)
        : this.functions.acceptSecurityContextAsync(call)),
      spare,
    );
    return output.bytes;
  }

  #call(credential: CredentialHandle | null): {
    call: HandshakeArguments;
    spare: SecBuffer;
    output: SecBuffer;
  } {
    const first = this.context === undefined;
    const { alpn = [], contextReq = 0, targetName = "localhost" } = this.#options;
    const spare = empty();
    const buffers = [token(this.#visible()), spare];
    if (first && alpn.length > 0) buffers.push(applicationProtocolsBuffer(alpn));
    const output = empty();
    const call = {
      credential: credential ?? (first ? this.#credential : null),
      context: this.context ?? null,
      targetName,
      contextReq: contextReq | flags.ISC_REQ_ALLOCATE_MEMORY,
      input: desc(...buffers),
      output: desc(output),
    };
    return { call, spare, output };
  }

  #visible(): Uint8Array {
    if (this.#seen === 0 || this.#chunk === Number.POSITIVE_INFINITY)
      this.#seen = Math.min(this.inbox.length, this.#chunk);
    return this.inbox.subarray(0, this.#seen);
  }

  #took(answer: EstablishResult, spare: SecBuffer): void {
    this.last = answer;
    this.context = answer.context ?? this.context;
    const { status: code } = answer;
    if (code === status.SEC_E_INCOMPLETE_MESSAGE) {
      this.#seen = Math.min(this.inbox.length, this.#seen + this.#chunk);
      return;
    }
    const repeated =
      code === status.SEC_I_INCOMPLETE_CREDENTIALS || code === status.SEC_I_ASYNC_CALL_PENDING;
    if (repeated) return;
    this.#leave(spare.BufferType === buffer.SECBUFFER_EXTRA ? spare.cbBuffer : 0);
  }

  #leave(extra: number): void {
    this.inbox = this.inbox.slice(this.#seen - extra);
    this.#seen = extra;
  }

  /** More than the last call saw has arrived. */
  get hasMore(): boolean {
    return this.#seen < this.inbox.length;
  }

  sizes(): { readonly header: number; readonly trailer: number; readonly block: number } {
    const { value } = this.functions.queryContextAttributes(
      this.handle,
      attribute.SECPKG_ATTR_STREAM_SIZES,
    );
    return {
      header: value?.cbHeader ?? 0,
      trailer: value?.cbTrailer ?? 0,
      block: value?.cbBlockSize ?? 0,
    };
  }

  /** encryptMessage over copies: the status and the three pieces as they came back. */
  encrypt(
    content: Uint8Array,
    qop = 0,
  ): { readonly code: number; readonly parts: readonly Uint8Array[] } {
    const { code, buffers } = this.encrypted(content, qop);
    return { code, parts: buffers.slice(0, 3).map((part) => part.bytes) };
  }

  /** encryptMessage over copies: the status and the four buffers as they came back. */
  encrypted(
    content: Uint8Array,
    qop = 0,
  ): { readonly code: number; readonly buffers: readonly SecBuffer[] } {
    const { header, trailer } = this.sizes();
    const buffers = [
      new SecBuffer(buffer.SECBUFFER_STREAM_HEADER, new Uint8Array(header)),
      data(content.slice()),
      new SecBuffer(buffer.SECBUFFER_STREAM_TRAILER, new Uint8Array(trailer)),
      empty(),
    ];
    return { code: this.functions.encryptMessage(this.handle, qop, desc(...buffers)), buffers };
  }

  /** One record of content. */
  seal(content: Uint8Array | string, qop = 0): Uint8Array {
    const bytes = typeof content === "string" ? latin1(content) : content;
    const { code, parts } = this.encrypt(bytes, qop);
    if (code !== status.SEC_E_OK) throw new Error(`encryptMessage: ${status.statusName(code)}`);
    return concat(...parts);
  }

  /** Arms a control token of these words. */
  control(...words: readonly number[]): number {
    const bytes = new Uint8Array(Uint32Array.from(words).buffer);
    return this.functions.applyControlToken(this.handle, desc(token(bytes)));
  }

  /** One decryptMessage; keeps EXTRA. */
  open(): Opened {
    const buffers = [data(this.#visible().slice()), empty(), empty(), empty()];
    const code = this.functions.decryptMessage(this.handle, desc(...buffers));
    if (code === status.SEC_E_INCOMPLETE_MESSAGE) {
      this.#seen = Math.min(this.inbox.length, this.#seen + this.#chunk);
      return { code, content: NO_BYTES, buffers };
    }
    if (status.isFailure(code)) return { code, content: NO_BYTES, buffers };
    const find = (type: number): Uint8Array | undefined =>
      buffers.find((item) => item.BufferType === type)?.bytes;
    const content = find(buffer.SECBUFFER_DATA)?.slice() ?? NO_BYTES;
    const extra = find(buffer.SECBUFFER_EXTRA)?.slice() ?? NO_BYTES;
    // What comes back of a post-handshake record is the record as it was.
    this.inbox = concat(extra, this.inbox.subarray(this.#seen));
    this.#seen = extra.length;
    return { code, content, buffers };
  }

  connection(): SealwireConnection {
    const { value } = this.functions.queryContextAttributes(
      this.handle,
      attribute.SEALWIRE_ATTR_CONNECTION,
    );
    if (value === undefined) throw new Error("no connection facts");
    return value;
  }

  /** 40 bytes of keying material. */
  exported(label = "EXPORTER-test"): Uint8Array {
    this.functions.setContextAttributes(this.handle, attribute.SECPKG_ATTR_KEYING_MATERIAL_INFO, {
      pszLabel: label,
      cbKeyingMaterial: 40,
    });
    const { value } = this.functions.queryContextAttributes(
      this.handle,
      attribute.SECPKG_ATTR_KEYING_MATERIAL,
    );
    return value?.pbKeyingMaterial ?? NO_BYTES;
  }
}

/** Changes bytes on their way. */
export type Tamper = (bytes: Uint8Array, from: Role, flight: number) => Uint8Array;

/** Two sides and the wire between them. */
export class SspiSession {
  readonly client: SspiSide;
  readonly server: SspiSide;
  /** Every flight on the wire, in order. */
  readonly flights: { readonly from: Role; readonly bytes: Uint8Array }[] = [];
  readonly #tamper: Tamper;

  constructor(client: SspiSide, server: SspiSide, tamper: Tamper = (bytes) => bytes) {
    this.client = client;
    this.server = server;
    this.#tamper = tamper;
  }

  /** Carries bytes from one side to the other. */
  carry(from: Role, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const arrived = this.#tamper(bytes, from, this.flights.length);
    this.flights.push({ from, bytes });
    (from === "client" ? this.server : this.client).receive(arrived);
  }

  /** Runs the handshake until both sides are ready, one has failed, or nothing moves. */
  handshake(): void {
    this.carry("client", this.client.step());
    this.run();
  }

  /** Goes on with a handshake under way. */
  run(): void {
    for (let quiet = false; !quiet; ) {
      quiet = true;
      for (const side of [this.server, this.client]) {
        while (!side.ready && !side.failed && !side.asked && side.inbox.length > 0) {
          const length = side.inbox.length;
          const hadMore = side.hasMore;
          this.carry(side.role, side.step());
          const waits = side.last.status === status.SEC_E_INCOMPLETE_MESSAGE && !hadMore;
          if (side.inbox.length !== length) quiet = false;
          else if (waits || side.last.status !== status.SEC_E_INCOMPLETE_MESSAGE) break;
        }
      }
    }
  }

  /** Opens all that has arrived; post-handshake messages are handled. Returns the data. */
  drain(side: SspiSide): Uint8Array {
    const pieces: number[] = [];
    while (side.inbox.length > 0) {
      const hadMore = side.hasMore;
      const { code, content } = side.open();
      if (code === status.SEC_E_INCOMPLETE_MESSAGE && !hadMore && side.inbox.length > 0) {
        if (!side.hasMore && this.#stuck(side)) break;
        continue;
      }
      if (code === status.SEC_E_INCOMPLETE_MESSAGE) continue;
      if (code === status.SEC_I_RENEGOTIATE) {
        do this.carry(side.role, side.step());
        while (side.last.status === status.SEC_E_INCOMPLETE_MESSAGE);
        if (side.failed) throw new Error(`after SEC_I_RENEGOTIATE: ${side.error?.message}`);
        continue;
      }
      if (code !== status.SEC_E_OK) {
        throw new Error(`decryptMessage: ${status.statusName(code)} ${side.error?.message ?? ""}`);
      }
      for (const byte of content) pieces.push(byte);
    }
    return Uint8Array.from(pieces);
  }

  /** All that has arrived was seen and is not a whole record. */
  #stuck(side: SspiSide): boolean {
    return side.open().code === status.SEC_E_INCOMPLETE_MESSAGE && !side.hasMore;
  }

  /** Sends data and returns what arrives. */
  send(from: Role, content: Uint8Array): Uint8Array {
    const [sender, receiver] =
      from === "client" ? [this.client, this.server] : [this.server, this.client];
    for (let at = 0; at < content.length; at += 16384) {
      this.carry(from, sender.seal(content.subarray(at, at + 16384)));
    }
    return this.drain(receiver);
  }
}

export interface PairOptions {
  readonly client?: Auth;
  readonly server?: Auth;
  readonly clientSide?: SideOptions;
  readonly serverSide?: SideOptions;
  readonly tamper?: Tamper;
}

/** A fresh pair of credentials and contexts over two providers. */
export function makeSession(
  clientProvider: CryptoProvider,
  serverProvider: CryptoProvider,
  options: PairOptions = {},
): SspiSession {
  const clientFunctions = functionsOf(clientProvider);
  const serverFunctions = functionsOf(serverProvider);
  return new SspiSession(
    new SspiSide(
      clientFunctions,
      "client",
      acquire(clientFunctions, "client", options.client),
      options.clientSide,
    ),
    new SspiSide(
      serverFunctions,
      "server",
      acquire(serverFunctions, "server", options.server),
      options.serverSide,
    ),
    options.tamper,
  );
}
