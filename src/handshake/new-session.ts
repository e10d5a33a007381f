/**
 * The session of a connection, for a store or for a ticket: what resumes it later, and what is judged again then
 * (RFC 8446 §4.6.1, RFC 5246 §F.1.4, RFC 5077 §4).
 */
import type { CipherSuite } from "../protocol/cipher-suite.ts";
import type { Configuration } from "./configuration.ts";
import type { HandshakeContext } from "./handshake-context.ts";
import type { Session } from "./session.ts";

const NO_BYTES = new Uint8Array(0);

/** What differs between the ways in which sessions are kept. */
export interface SessionParts {
  readonly suite: CipherSuite;
  /** The PSK of TLS 1.3, or the master secret of TLS 1.2. */
  readonly secret: Uint8Array;
  /** Seconds that it may be resumed for, within the peer's own limit. */
  readonly lifetime?: number;
  readonly ageAdd?: number;
  /** Client: the ticket that the server gave. */
  readonly ticket?: Uint8Array;
  /** Server: what the session may be shared between. */
  readonly key?: string;
  /** Client: SHA-256 of the certificate that we showed. */
  readonly ownIdentity?: Uint8Array;
}

/** Seconds for which the peer's last full handshake may still be resumed; 0 or less: it must prove itself anew. */
export function secondsLeft({ config, session }: HandshakeContext): number {
  const { clock, sessionLifetime } = config;
  if (session === null) return sessionLifetime;
  return Math.floor((session.authenticated - clock()) / 1000) + sessionLifetime;
}

/** The session that this handshake comes to. A resumed one hands on who the peer is, and since when that is known. */
export function newSession(context: HandshakeContext, parts: SessionParts): Session {
  const { config, facts, session: resumed } = context;
  const { suite, secret, lifetime = config.sessionLifetime } = parts;
  const now = config.clock();
  return {
    version: suite.version,
    suite,
    extendedMasterSecret: suite.keyExchange === "tls13" || facts.extendedMasterSecret,
    created: now,
    authenticated: resumed?.authenticated ?? now,
    lifetime: Math.max(0, Math.min(lifetime, secondsLeft(context))),
    ageAdd: parts.ageAdd ?? 0,
    secret,
    ticket: parts.ticket ?? NO_BYTES,
    sessionId: facts.sessionId,
    serverName: facts.serverName,
    key: parts.key ?? "",
    ownIdentity: parts.ownIdentity ?? NO_BYTES,
    pskIdentity: facts.pskIdentity,
    peerChain: facts.peerChain,
    ocspResponse: facts.peerOcspResponse,
  };
}

/** Client: a fingerprint of our certificate in this connection; empty: none was sent. */
export function ownIdentity(context: HandshakeContext): Uint8Array {
  const shown = context.facts.ownCredential?.chain[0];
  if (shown === undefined) return context.session?.ownIdentity ?? NO_BYTES;
  return identityOf(context.config, shown);
}

/** @param certificate DER */
export function identityOf({ provider }: Configuration, certificate: Uint8Array): Uint8Array {
  return provider.digest("sha256", certificate);
}
