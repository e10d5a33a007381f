/**
 * Sessions of a client as node's Buffers: what the engine stores, and for which host it is. The caller says by `session` which
 * one is offered, and how often.
 */

import type { SealwireOptions } from "../../schannel/credential-types.ts";
import { bufferOver, type UnsharedBuffer, unpooled } from "./memory.ts";

type SessionStore = NonNullable<SealwireOptions["sessionStore"]>;

interface Saved {
  readonly v: 1;
  readonly host: string;
  /** The engine's bytes, base64. */
  readonly session: string;
}

export interface ClientSessionOptions {
  readonly host: string;
  /** `session` of the options. */
  readonly given: Buffer | null;
  readonly saved: (session: UnsharedBuffer) => void;
}

/** The store of one connection: knows the session that was given, and tells of new ones. */
export class ClientSessions implements SessionStore {
  readonly #options: ClientSessionOptions;
  readonly #offered: Saved | null;

  constructor(options: ClientSessionOptions) {
    this.#options = options;
    this.#offered = usable(options);
  }

  get(): Uint8Array | null {
    const text = this.#offered?.session;
    if (text === undefined) return null;
    const session = Buffer.allocUnsafeSlow(Buffer.byteLength(text, "base64"));
    return session.subarray(0, session.write(text, "base64"));
  }

  set(_key: string, value: Uint8Array): void {
    const { host, saved } = this.#options;
    const session = bufferOver(value).toString("base64");
    const content: Saved = { v: 1, host, session };
    saved(unpooled(JSON.stringify(content)));
  }

  delete(): void {
    // A session is the caller's: there is nothing to delete here.
  }
}

function usable({ given, host }: ClientSessionOptions): Saved | null {
  const saved = given === null ? null : parsed(given);
  return saved?.host === host ? saved : null;
}

/** A session that is none of ours is one that cannot be resumed, as in node. */
function parsed(bytes: Buffer): Saved | null {
  try {
    const saved = JSON.parse(bytes.toString("utf8")) as Partial<Saved> | null;
    const { v, host, session } = saved ?? {};
    if (v !== 1 || typeof host !== "string" || typeof session !== "string") return null;
    return { v, host, session };
  } catch {
    return null;
  }
}

/** `session` of the options. */
export function sessionOf(given: unknown): Buffer | null {
  if (!given) return null;
  return typeof given === "string" ? Buffer.from(given, "latin1") : bufferOver(given as Buffer);
}
