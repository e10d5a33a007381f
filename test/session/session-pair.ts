/**
 * Two pumps that are wired together in memory, with what travels cut into pieces of a chosen size and every event noted.
 */

import * as node from "../../src/api/node.ts";
import * as portable from "../../src/api/portable.ts";
import { type ProtocolVersion, TLS12 } from "../../src/protocol/version.ts";
import { PlaintextQueue } from "../../src/session/plaintext-queue.ts";
import {
  type SessionEvents,
  TlsSession,
  type TlsSessionOptions,
} from "../../src/session/tls-session.ts";

export type Entry = typeof node | typeof portable;
export const ENTRIES: readonly { readonly name: string; readonly entry: Entry }[] = [
  { name: "node", entry: node },
  { name: "portable", entry: portable },
];

export const SELF_SIGNED: ReturnType<typeof node.selfSignedCertificate> =
  node.selfSignedCertificate({ names: ["localhost"] });
export const TRUST: node.TrustStore = node.trustStoreFromPem(SELF_SIGNED.certificatePem);
export const OWN: node.CertContext = {
  chain: [SELF_SIGNED.certificate],
  privateKey: SELF_SIGNED.privateKeyPem,
};

export interface CredentialSettings {
  readonly version?: ProtocolVersion;
  readonly paCred?: readonly node.CertContext[];
  readonly hRootStore?: node.TrustStore;
  readonly sealwire?: node.SealwireOptions;
}

/** A credential for one version only, or for both. @throws Error with the reason */
export function credentialOf(
  entry: Entry,
  role: "client" | "server",
  { version, ...settings }: CredentialSettings = {},
): node.CredentialHandle {
  const other = version === TLS12 ? node.SP_PROT_TLS1_3_SERVER | node.SP_PROT_TLS1_3_CLIENT : 0;
  const older = node.SP_PROT_TLS1_2_SERVER | node.SP_PROT_TLS1_2_CLIENT;
  const off = version === undefined ? 0 : other || older;
  const answer = entry.acquireCredentialsHandle({
    package: node.UNISP_NAME,
    credentialUse: role === "client" ? node.SECPKG_CRED_OUTBOUND : node.SECPKG_CRED_INBOUND,
    authData: {
      dwVersion: 5,
      ...(role === "client" ? { hRootStore: TRUST } : { paCred: [OWN] }),
      pTlsParameters: [{ grbitDisabledProtocols: off }],
      ...settings,
    },
  });
  if (answer.credential === undefined) throw new Error(answer.error?.message);
  return answer.credential;
}

/** One pump with what it told. */
export class End implements SessionEvents {
  readonly pump: TlsSession;
  /** "secure", "closed", "resumed", or the code of the failure; data is in `received`. */
  readonly events: string[] = [];
  readonly sent: Uint8Array[] = [];
  received: Uint8Array = new Uint8Array(0);
  error: node.TlsError | null = null;
  other: End | null = null;
  /** What travels is kept here instead, if not null. */
  held: Uint8Array[] | null = null;
  piece: number = Number.POSITIVE_INFINITY;

  readonly #options: TlsSessionOptions;

  constructor(options: TlsSessionOptions) {
    this.#options = options;
    this.pump = new TlsSession(options, this);
  }

  /** Another session with the same credential. */
  again(): End {
    return new End(this.#options);
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes.slice());
    if (this.held !== null) this.held.push(bytes);
    else this.deliver(bytes);
  }

  deliver(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.piece) {
      this.other?.pump.receive(bytes.slice(at, Math.min(at + this.piece, bytes.length)));
    }
  }

  /** Lets go what was held. */
  release(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const bytes of held) this.deliver(bytes);
  }

  data(bytes: Uint8Array): void {
    const all = new Uint8Array(this.received.length + bytes.length);
    all.set(this.received);
    all.set(bytes, this.received.length);
    this.received = all;
  }

  secure(): void {
    this.events.push("secure");
  }

  closed(): void {
    this.events.push("closed");
  }

  failed(error: node.TlsError): void {
    this.error = error;
    this.events.push(error.code);
  }

  resumed(): void {
    this.events.push("resumed");
  }

  /** Seals `pieces` in one go and sends the records. */
  write(...pieces: readonly Uint8Array[]): Uint8Array {
    const queue = new PlaintextQueue();
    for (const piece of pieces) queue.push(piece);
    const sealed = this.pump.seal(queue);
    if (sealed === null) throw new Error("nothing was sealed");
    this.send(sealed);
    return sealed;
  }

  close(): void {
    const bytes = this.pump.close();
    if (bytes !== null) this.send(bytes);
  }
}

export interface PairSettings {
  readonly client?: CredentialSettings;
  readonly server?: CredentialSettings;
  readonly targetName?: string;
  readonly alpn?: { readonly client: readonly string[]; readonly server: readonly string[] };
  readonly contextReq?: number;
  readonly piece?: number;
}

/** A client and a server that know each other; not started. */
export function pair(
  entry: Entry,
  version: ProtocolVersion,
  settings: PairSettings = {},
): { client: End; server: End } {
  const client = new End({
    functions: entry,
    role: "client",
    credential: credentialOf(entry, "client", { version, ...settings.client }),
    targetName: settings.targetName ?? "localhost",
    applicationProtocols: settings.alpn?.client ?? null,
  });
  const server = new End({
    functions: entry,
    role: "server",
    credential: credentialOf(entry, "server", { version, ...settings.server }),
    contextReq: settings.contextReq ?? 0,
    applicationProtocols: settings.alpn?.server ?? null,
  });
  client.other = server;
  server.other = client;
  if (settings.piece !== undefined) {
    client.piece = settings.piece;
    server.piece = settings.piece;
  }
  return { client, server };
}

/** `length` bytes that differ from place to place. */
export function pattern(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = seed >>> 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Lengths of the records in `bytes`, header included. */
export function recordLengths(bytes: Uint8Array): number[] {
  const lengths: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 5 + (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0));
    lengths.push(length);
    at += length;
  }
  return lengths;
}
