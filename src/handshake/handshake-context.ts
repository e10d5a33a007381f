/**
 * What all states of a connection's handshakes share: settings, facts, the running transcript, and the secrets that
 * must be overwritten at the end.
 */
import { wipe } from "../bytes/byte-arrays.ts";
import { Transcript } from "../crypto/transcript.ts";
import { fail } from "../protocol/failure.ts";
import type { NamedGroup } from "../protocol/named-group.ts";
import type { Configuration } from "./configuration.ts";
import type { Facts } from "./facts.ts";
import type { Flight } from "./flight.ts";
import type { Session } from "./session.ts";

export class HandshakeContext {
  readonly config: Configuration;
  readonly facts: Facts;
  /** What the caller sees of them: those of the last finished handshake. */
  readonly published: Facts;
  /** Of the current handshake; a renegotiation begins a new one. */
  transcript: Transcript;
  /** TLS 1.2: verify_data of the last handshake, to which a renegotiation is bound; null in the first one. */
  previousFinished: { readonly client: Uint8Array; readonly server: Uint8Array } | null = null;
  /** The session that the handshake resumes, once both sides agree on that; null: a full handshake. */
  session: Session | null = null;
  /** Client: a session of this connection is in the store, or one of the store was offered. */
  sessionStored = false;
  /** Groups that the runtime turned out to lack: they are not offered. */
  lackingGroups: ReadonlySet<NamedGroup> = new Set();
  /** Renegotiations begun. */
  renegotiations = 0;
  /** Renegotiation requests of the peer that were not granted. */
  refusedRenegotiations = 0;
  /** Client, TLS 1.3: requests for a certificate after the handshake. */
  certificateRequests = 0;
  /** TLS 1.3: our answer to a KeyUpdate waits to be sent; it answers further requests too (RFC 8446 §4.6.3). */
  keyUpdateAnswered = false;
  /** False: this connection's sessions are not kept and no tickets are given out. */
  resumable = true;
  readonly #secrets = new Set<Uint8Array>();

  constructor(config: Configuration, facts: Facts, published: Facts) {
    this.config = config;
    this.facts = facts;
    this.published = published;
    this.transcript = new Transcript(config.provider);
  }

  /** The group of that number, if it was offered. */
  offeredGroup(code: number): NamedGroup | undefined {
    return this.config.groups.find(
      (group) => group.code === code && !this.lackingGroups.has(group),
    );
  }

  /** Counts a renegotiation request of the peer that is not granted. Refuses too many. */
  refuseRenegotiation(): void {
    this.mayRefuseRenegotiation();
    this.refusedRenegotiations++;
  }

  /** Refuses a request to renegotiate if too many were not granted before. */
  mayRefuseRenegotiation(): void {
    const { refusedRenegotiations: most } = this.config.limits;
    if (this.refusedRenegotiations >= most) {
      fail(
        "TooManyRenegotiations",
        `more than ${most} refused requests to renegotiate (limits.refusedRenegotiations)`,
      );
    }
  }

  /** Sends a message: into the transcript and into the flight. */
  send(message: Uint8Array, flight: Flight): void {
    this.transcript.add(message);
    flight.message(message);
  }

  /** Remembers a secret that lives as long as the connection, to wipe it at the end. */
  keep(secret: Uint8Array): Uint8Array {
    this.#secrets.add(secret);
    return secret;
  }

  /** Overwrites a kept secret that is of no more use. */
  drop(secret: Uint8Array): void {
    this.#secrets.delete(secret);
    wipe(secret);
  }

  /** Overwrites all kept secrets. */
  wipe(): void {
    for (const secret of this.#secrets) wipe(secret);
    this.#secrets.clear();
  }
}

/** Goes on with a value or, if it is a promise, when it has settled; synchronous values stay synchronous. */
export function whenSettled<T, R>(
  value: T | Promise<T>,
  then: (value: T) => R | Promise<R>,
): R | Promise<R> {
  return isThenable(value) ? Promise.resolve(value).then(then) : then(value);
}

/** Callers may answer with any thenable, not only with the realm's own Promise. */
function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
