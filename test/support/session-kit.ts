/**
 * Two ends of a session in memory over the functions of the face: handshake, records, alerts. Certificates are the
 * pinned ones, so that nothing but the protocol decides.
 */
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { SCHANNEL_ACCEPTOR } from "../../src/schannel/acceptor.ts";
import type { SealwireOptions } from "../../src/schannel/credential-types.ts";
import { SchannelPackage } from "../../src/schannel/schannel-package.ts";
import { createAllFunctions } from "../../src/sspi/all-functions.ts";
import type { ContextAttributeValues } from "../../src/sspi/attribute-values.ts";
import type { CredentialHandle } from "../../src/sspi/handles.ts";
import type { SspiFunctions } from "../../src/sspi/package-functions.ts";
import type { SecBuffer } from "../../src/sspi/sec-buffer.ts";
import * as status from "../../src/sspi/security-status.ts";
import { PINNED_ENVIRONMENT, SERVER_IDENTITY, SERVER_PIN } from "./pinned-dependencies.ts";
import { is } from "./sspi-kit.ts";
import {
  acquireFrom,
  versionOnly as faceVersionOnly,
  type Role,
  type SideOptions,
  SspiSide,
} from "./sspi-session.ts";

export const sspi: SspiFunctions = createAllFunctions(
  [new SchannelPackage(PINNED_ENVIRONMENT)],
  [SCHANNEL_ACCEPTOR],
);

export type Version = "TLS 1.2" | "TLS 1.3";
export const VERSIONS: readonly Version[] = ["TLS 1.2", "TLS 1.3"];

export type Auth = Readonly<Record<string, unknown>> & { readonly sealwire?: SealwireOptions };

/** SCH_CREDENTIALS members that leave one version. */
export const versionOnly = (version: Version): Auth =>
  faceVersionOnly(version === "TLS 1.2" ? TLS12 : TLS13);

/** A credential handle; by default it trusts, or has, the pinned server certificate. */
export function credential(
  role: Role,
  auth: Auth = {},
  functions: SspiFunctions = sspi,
): CredentialHandle {
  const own = role === "client" ? { hRootStore: SERVER_PIN } : { paCred: [SERVER_IDENTITY] };
  return acquireFrom(functions, role, { ...own, ...auth });
}

/** One side that is expected to do well. */
export class Side extends SspiSide {
  constructor(
    role: Role,
    handle: CredentialHandle,
    options: SideOptions = {},
    functions: SspiFunctions = sspi,
  ) {
    super(functions, role, handle, options);
  }

  /** The value of an attribute, which must be there. */
  value<Attribute extends keyof ContextAttributeValues>(
    attribute: Attribute,
  ): ContextAttributeValues[Attribute] {
    const answer = this.functions.queryContextAttributes(this.handle, attribute);
    is(answer.status, status.SEC_E_OK);
    return answer.value as ContextAttributeValues[Attribute];
  }

  /** The buffers of one record of `content`. */
  sealed(content: Uint8Array, qop = 0): readonly SecBuffer[] {
    const { code, buffers } = this.encrypted(content, qop);
    is(code, status.SEC_E_OK);
    return buffers;
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
    if (receiver.ready) break;
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
    { ...versionOnly(version), ...clientAuth },
    { ...serverAuth, sealwire: { ticketCount: 0, ...serverAuth.sealwire } },
  );
  handshake(sides.client, sides.server);
  is(sides.client.last.status, status.SEC_E_OK);
  is(sides.server.last.status, status.SEC_E_OK);
  return sides;
}
