/**
 * Two ends of a session in memory over the functions of the face: handshake, records, alerts. Certificates are the
 * pinned ones, so that nothing but the protocol decides.
 */
import { SCHANNEL_ACCEPTOR } from "../../src/schannel/acceptor.ts";
import { applicationProtocolsBuffer } from "../../src/schannel/application-protocols.ts";
import {
  SP_PROT_TLS1_2_CLIENT,
  SP_PROT_TLS1_2_SERVER,
  SP_PROT_TLS1_3_CLIENT,
  SP_PROT_TLS1_3_SERVER,
  UNISP_NAME,
} from "../../src/schannel/constants.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import { SchannelPackage } from "../../src/schannel/schannel-package.ts";
import type { ContextAttributeValues } from "../../src/sspi/attribute-values.ts";
import { SECPKG_ATTR_STREAM_SIZES } from "../../src/sspi/attributes.ts";
import { ISC_REQ_ALLOCATE_MEMORY } from "../../src/sspi/context-flags.ts";
import { createAcceptingFace } from "../../src/sspi/establish.ts";
import { createFace } from "../../src/sspi/face.ts";
import type { EstablishResult, Face } from "../../src/sspi/face-types.ts";
import type { ContextHandle, CredentialHandle } from "../../src/sspi/handles.ts";
import { SECPKG_CRED_INBOUND, SECPKG_CRED_OUTBOUND } from "../../src/sspi/package-constants.ts";
import { SecBuffer } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import { data, desc, empty, is, token } from "./face-kit.ts";
import { PINNED_ENVIRONMENT, SERVER_IDENTITY, SERVER_PIN } from "./pinned-environment.ts";

export const sspi: Face = {
  ...createFace([new SchannelPackage(PINNED_ENVIRONMENT)]),
  ...createAcceptingFace([SCHANNEL_ACCEPTOR]),
};

export type Version = "TLS 1.2" | "TLS 1.3";
export const VERSIONS: readonly Version[] = ["TLS 1.2", "TLS 1.3"];

export type Auth = Readonly<Record<string, unknown>> & { readonly sealwire?: SealwireOptions };

const NOT: Readonly<Record<Version, number>> = {
  "TLS 1.2": SP_PROT_TLS1_3_CLIENT | SP_PROT_TLS1_3_SERVER,
  "TLS 1.3": SP_PROT_TLS1_2_CLIENT | SP_PROT_TLS1_2_SERVER,
};

/** SCH_CREDENTIALS members that leave one version. */
export function only(version: Version): Auth {
  return { pTlsParameters: [{ grbitDisabledProtocols: NOT[version] }] };
}

/** A credential handle; by default it trusts, or has, the pinned server certificate. */
export function credential(
  role: "client" | "server",
  auth: Auth = {},
  face: Face = sspi,
): CredentialHandle {
  const own = role === "client" ? { hRootStore: SERVER_PIN } : { paCred: [SERVER_IDENTITY] };
  const answer = face.acquireCredentialsHandle({
    package: UNISP_NAME,
    credentialUse: role === "client" ? SECPKG_CRED_OUTBOUND : SECPKG_CRED_INBOUND,
    authData: { dwVersion: 5, ...own, ...auth },
  });
  if (answer.credential === undefined) throw new Error(answer.error?.message);
  return answer.credential;
}

export interface SideOptions {
  readonly contextReq?: number;
  readonly alpn?: readonly string[];
  readonly targetName?: string;
}

const NONE = new Uint8Array(0);

export const join = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts));

/** One side with the bytes that wait for it. */
export class Side {
  context: ContextHandle | undefined;
  inbox: Uint8Array = NONE;
  last: EstablishResult = { status: 0, contextAttr: 0 };
  readonly role: "client" | "server";
  readonly #face: Face;
  readonly #credential: CredentialHandle;
  readonly #options: SideOptions;

  constructor(
    role: "client" | "server",
    handle: CredentialHandle,
    options: SideOptions = {},
    face: Face = sspi,
  ) {
    this.role = role;
    this.#credential = handle;
    this.#options = options;
    this.#face = face;
  }

  /** A handshake call with all that waits; returns the token. */
  step(given: CredentialHandle | null = null): Uint8Array {
    const first = this.context === undefined;
    const spare = empty();
    const buffers = [token(this.inbox), spare];
    const { alpn = [], contextReq = 0, targetName = "localhost" } = this.#options;
    if (first && alpn.length > 0) buffers.push(applicationProtocolsBuffer(alpn));
    const output = empty();
    const call = {
      credential: given ?? (first ? this.#credential : null),
      context: this.context ?? null,
      targetName,
      contextReq: contextReq | ISC_REQ_ALLOCATE_MEMORY,
      input: desc(...buffers),
      output: desc(output),
    };
    this.last =
      this.role === "client"
        ? this.#face.initializeSecurityContext(call)
        : this.#face.acceptSecurityContext(call);
    this.context = this.last.context ?? this.context;
    const repeated: readonly number[] = [
      status.SEC_I_INCOMPLETE_CREDENTIALS,
      status.SEC_I_ASYNC_CALL_PENDING,
      status.SEC_E_INCOMPLETE_MESSAGE,
    ];
    if (!repeated.includes(this.last.status)) {
      this.inbox = spare.BufferType === 5 ? spare.bytes.slice() : NONE;
    }
    return output.bytes;
  }

  get handle(): ContextHandle {
    if (this.context === undefined) throw new Error("no context");
    return this.context;
  }

  /** The value of an attribute, which must be there. */
  value<Attribute extends keyof ContextAttributeValues>(
    attribute: Attribute,
  ): ContextAttributeValues[Attribute] {
    const answer = this.#face.queryContextAttributes(this.handle, attribute);
    is(answer.status, status.SEC_E_OK);
    return answer.value as ContextAttributeValues[Attribute];
  }

  receive(...bytes: readonly Uint8Array[]): void {
    this.inbox = join(this.inbox, ...bytes);
  }

  /** The buffers of one record of `content`, made in place. */
  sealed(content: Uint8Array, qop = 0): SecBuffer[] {
    const { cbHeader, cbTrailer } = this.value(SECPKG_ATTR_STREAM_SIZES);
    const header = new SecBuffer(7, new Uint8Array(cbHeader));
    const trailer = new SecBuffer(6, new Uint8Array(cbTrailer));
    const buffers = [header, data(content.slice()), trailer, empty()];
    is(this.#face.encryptMessage(this.handle, qop, desc(...buffers)), status.SEC_E_OK);
    return buffers;
  }

  /** One record of `content`. */
  seal(content: Uint8Array, qop = 0): Uint8Array {
    return join(...this.sealed(content, qop).map((buffer) => buffer.bytes));
  }

  /** Opens one record; keeps EXTRA. */
  open(): { code: number; content: Uint8Array; buffers: SecBuffer[] } {
    const buffers = [data(this.inbox), empty(), empty(), empty()];
    const code = this.#face.decryptMessage(this.handle, desc(...buffers));
    if (status.isFailure(code)) return { code, content: NONE, buffers };
    const content = buffers.find((item) => item.BufferType === 1)?.bytes.slice();
    this.inbox = buffers.find((item) => item.BufferType === 5)?.bytes.slice() ?? NONE;
    return { code, content: content ?? NONE, buffers };
  }

  /** Arms a control token of these words. */
  control(...words: number[]): number {
    const bytes = new Uint8Array(Uint32Array.from(words).buffer);
    return this.#face.applyControlToken(this.handle, desc(token(bytes)));
  }

  /** Takes post-handshake records (tickets) that wait. */
  settle(): void {
    while (this.inbox.length > 0) {
      is(this.open().code, status.SEC_I_RENEGOTIATE);
      this.step();
    }
  }
}

/** Handshakes; the statuses of all calls in order. */
export function handshake(client: Side, server: Side): string[] {
  const trace: string[] = [];
  let sender = client;
  let receiver = server;
  for (let turn = 0; turn < 12; turn++) {
    const output = sender.step();
    trace.push(status.statusName(sender.last.status));
    if (status.isFailure(sender.last.status)) break;
    receiver.receive(output);
    if (receiver.inbox.length === 0) break;
    if (receiver.last.context !== undefined && receiver.last.status === status.SEC_E_OK) break;
    [sender, receiver] = [receiver, sender];
  }
  return trace;
}

export interface Pair {
  readonly client: Side;
  readonly server: Side;
}

/** Two sides that have not begun. */
export function pair(
  clientAuth: Auth = {},
  serverAuth: Auth = {},
  clientOptions: SideOptions = {},
  serverOptions: SideOptions = {},
): Pair {
  return {
    client: new Side("client", credential("client", clientAuth), clientOptions),
    server: new Side("server", credential("server", serverAuth), serverOptions),
  };
}

/** Two sides whose handshake in `version` is done, without tickets. */
export function connected(version: Version, clientAuth: Auth = {}, serverAuth: Auth = {}): Pair {
  const sides = pair(
    { ...only(version), ...clientAuth },
    { ...serverAuth, sealwire: { ticketCount: 0, ...serverAuth.sealwire } },
  );
  handshake(sides.client, sides.server);
  is(sides.client.last.status, status.SEC_E_OK);
  is(sides.server.last.status, status.SEC_E_OK);
  return sides;
}
