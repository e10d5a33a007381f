/**
 * Pre-shared keys: in TLS 1.3 (RFC 8446 §2.2, §4.2.11) what a ticket stands for, or a key that both sides got outside
 * TLS, always with a fresh key agreement (psk_dhe_ke), so that the key alone opens nothing that was recorded; in TLS
 * 1.2 such a key by the suites that are for it (RFC 4279).
 */
import { fromLatin1, toHex } from "../bytes/text.ts";
import type { HashName } from "../protocol/cipher-suite.ts";
import type { Session } from "./session.ts";

/** psk_dhe_ke (RFC 8446 §4.2.9). */
export const PSK_DHE_KE = 1;

/** Bytes of an identity or hint that a message shows. */
const MAX_SHOWN_NAME = 64;

/** An external PSK, in TLS 1.3 for one hash only (RFC 8446 §4.2.11). */
export interface ExternalPsk {
  /** At most 65535 bytes, sent in clear; in TLS 1.3 at least one. */
  readonly identity: Uint8Array;
  /** `limits.shortestPreSharedKey` to 65535 unpredictable bytes (RFC 9257 §6). */
  readonly key: Uint8Array;
  readonly hash: HashName;
}

/** A key as a client offers it. */
export interface OfferedPsk {
  readonly kind: "external" | "resumption";
  readonly identity: Uint8Array;
  readonly secret: Uint8Array;
  readonly hash: HashName;
  /** Zero for a key that is not a ticket. */
  readonly obfuscatedAge: number;
}

/**
 * The key of a session of TLS 1.3.
 * @param now milliseconds since 1970
 */
export function pskOfSession(session: Session, now: number): OfferedPsk {
  return {
    kind: "resumption",
    identity: session.ticket,
    secret: session.secret,
    hash: session.suite.hash,
    obfuscatedAge: (now - session.created + session.ageAdd) % 0x100000000,
  };
}

/** A key that is not a ticket. */
export function pskFromOutside({ identity, key, hash }: ExternalPsk): OfferedPsk {
  return { kind: "external", identity, secret: key, hash, obfuscatedAge: 0 };
}

/** An identity or hint for messages: text where it is ASCII, else hex; the beginning of a long one. */
export function pskNameText(name: Uint8Array): string {
  const start = name.subarray(0, MAX_SHOWN_NAME);
  const text = fromLatin1(start);
  const shown = /^[ -~]*$/.test(text) ? JSON.stringify(text) : `0x${toHex(start)}`;
  return start.length < name.length ? `${shown}… (${name.length} bytes)` : shown;
}
