/**
 * Sessions of a client as node's Buffers: what the engine stores, with what node:tls keeps in OpenSSL's session: for
 * whom it is, and what was found wrong with the peer.
 */

import type { SealwireOptions } from "../../schannel/credential-types.ts";
import { bufferOver, unpooled } from "./memory.ts";

type SessionStore = NonNullable<SealwireOptions["sessionStore"]>;

interface Saved {
  readonly v: 1;
  readonly host: string;
  /** `authorizationError`, or null. */
  readonly error: string | null;
  /** The engine's bytes, base64. */
  readonly session: string;
}

export interface ClientSessionOptions {
  readonly host: string;
  /** `session` of the options. */
  readonly given: Buffer | null;
  /** Sessions with a peer that was not authorized are not used. */
  readonly reject: boolean;
  /** `authorizationError` of the connection by now. */
  readonly error: () => string | null;
  readonly saved: (session: Buffer) => void;
}

/** The store of one connection: knows the session that was given, and tells of new ones. */
export class ClientSessions implements SessionStore {
  readonly #options: ClientSessionOptions;
  /** The session that was offered. */
  readonly offered: Saved | null;

  constructor(options: ClientSessionOptions) {
    this.#options = options;
    this.offered = usable(options);
  }

  get(): Uint8Array | null {
    const text = this.offered?.session;
    if (text === undefined) return null;
    const session = Buffer.allocUnsafeSlow(Buffer.byteLength(text, "base64"));
    return session.subarray(0, session.write(text, "base64"));
  }

  set(_key: string, value: Uint8Array): void {
    const { host, error, saved } = this.#options;
    const session = bufferOver(value).toString("base64");
    const content: Saved = { v: 1, host, error: error(), session };
    saved(unpooled(JSON.stringify(content)));
  }

  delete(): void {
    // A session is the caller's: there is nothing to delete here.
  }
}

function usable({ given, host, reject }: ClientSessionOptions): Saved | null {
  const saved = given === null ? null : parsed(given);
  if (saved === null || saved.host !== host) return null;
  return reject && saved.error !== null ? null : saved;
}

/** A session that is none of ours is one that cannot be resumed, as in node. */
function parsed(bytes: Buffer): Saved | null {
  try {
    const saved = JSON.parse(bytes.toString("utf8")) as Partial<Saved> | null;
    const { v, host, session, error } = saved ?? {};
    if (v !== 1 || typeof host !== "string" || typeof session !== "string") return null;
    return { v, host, session, error: error === null ? null : String(error) };
  } catch {
    return null;
  }
}
