/**
 * Searches the offered PSKs for one of our tickets that may be resumed, then for an external PSK that the
 * caller knows (RFC 8446 §4.2.9, §4.2.11).
 */
import { wipe } from "../../../bytes/byte-arrays.ts";
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { EarlySecret, finishedVerifyData } from "../../../crypto/key-schedule-13.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { TLS13 } from "../../../protocol/version.ts";
import type { ClientHello } from "../../../wire/client-hello.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { commonSuites } from "../../negotiation.ts";
import { type ExternalPsk, PSK_DHE_KE } from "../../pre-shared-key.ts";
import { decodeSession, isFresh, type Session } from "../../session.ts";
import type { HandshakeMessage } from "../../state.ts";

/** Identities that are tried: each costs a decryption or a question. */
const MAX_IDENTITIES = 4;

export interface FoundPsk {
  readonly kind: "external" | "resumption";
  /** Place of the identity in the client's list. */
  readonly index: number;
  readonly identity: Uint8Array;
  readonly secret: Uint8Array;
  readonly suite: CipherSuite;
  /** Null: an external PSK. */
  readonly session: Session | null;
}

/**
 * @param suite the suite that a HelloRetryRequest fixed, or null
 * @returns null: no PSK that can be used; a promise if the caller answers with one
 */
export function findPsk(
  context: HandshakeContext,
  hello: ClientHello,
  suite: CipherSuite | null,
): FoundPsk | null | Promise<FoundPsk | null> {
  const { preSharedKey, pskKeyExchangeModes = [] } = hello.extensions;
  if (preSharedKey === undefined) return null;
  if (preSharedKey.identities.length !== preSharedKey.binders.length) {
    fail(
      "ForbiddenValue",
      `${preSharedKey.identities.length} PSK identities but ${preSharedKey.binders.length} binders`,
    );
  }
  if (!pskKeyExchangeModes.includes(PSK_DHE_KE)) return null;
  const identities = preSharedKey.identities.slice(0, MAX_IDENTITIES).map((row) => row.identity);
  return (
    findTicket(context, hello, suite, identities) ??
    findExternal(context, hello, suite, identities, 0)
  );
}

function findTicket(
  context: HandshakeContext,
  hello: ClientHello,
  suite: CipherSuite | null,
  identities: readonly Uint8Array[],
): FoundPsk | null {
  const { ticketKeys } = context.config;
  if (ticketKeys === null) return null;
  for (const [index, identity] of identities.entries()) {
    const state = ticketKeys.open("ticket13", identity);
    const session = state === null ? null : decodeSession(state);
    wipe(state);
    if (session !== null) context.keep(session.secret);
    if (session !== null && mayResume(context, hello, session, suite)) {
      const { secret } = session;
      return { kind: "resumption", index, identity, secret, suite: session.suite, session };
    }
  }
  return null;
}

/** Asks the caller for each identity from `index` on, until a key can be used. */
function findExternal(
  context: HandshakeContext,
  hello: ClientHello,
  suite: CipherSuite | null,
  identities: readonly Uint8Array[],
  index: number,
): FoundPsk | null | Promise<FoundPsk | null> {
  const { selectPreSharedKey, requireClientCertificate } = context.config;
  const identity = identities[index]?.slice();
  // With a PSK no certificate can be asked for (RFC 8446 §4.3.2).
  if (selectPreSharedKey === null || requireClientCertificate || identity === undefined)
    return null;
  return whenSettled<ExternalPsk | null, FoundPsk | null>(selectPreSharedKey(identity), (psk) => {
    const fitting = psk === null ? null : suiteFor(context, hello, suite, psk);
    if (psk === null || fitting === null)
      return findExternal(context, hello, suite, identities, index + 1);
    return { kind: "external", index, identity, secret: psk.key, suite: fitting, session: null };
  });
}

/** Our first suite that the client offers and whose hash the key is for. */
function suiteFor(
  { config }: HandshakeContext,
  hello: ClientHello,
  fixed: CipherSuite | null,
  { hash }: ExternalPsk,
): CipherSuite | null {
  if (fixed !== null) return fixed.hash === hash ? fixed : null;
  const common = commonSuites(config, hello.cipherSuites, TLS13);
  return common.find((row) => row.hash === hash) ?? null;
}

/**
 * No resumption across names or client identity; nor with a suite that is off by now. ALPN is negotiated anew (RFC 7301
 * §3.1).
 */
function mayResume(
  context: HandshakeContext,
  hello: ClientHello,
  session: Session,
  suite: CipherSuite | null,
): boolean {
  const { config, facts } = context;
  return (
    session.version === TLS13 &&
    isFresh(session, config.clock()) &&
    config.ticketKeys?.isForgotten(session.sessionId) !== true &&
    config.cipherSuites.includes(session.suite) &&
    hello.cipherSuites.includes(session.suite.code) &&
    (suite === null || suite === session.suite) &&
    session.serverName === facts.serverName &&
    session.key === config.sessionKey &&
    !(config.requireClientCertificate && session.peerChain.length === 0)
  );
}

/**
 * Checks the binder over the truncated hello (RFC 8446 §4.2.11.2); the transcript holds what came before it.
 * @returns the early secret of the PSK
 */
export function verifyBinder(
  context: HandshakeContext,
  hello: ClientHello,
  message: HandshakeMessage,
  psk: FoundPsk,
): EarlySecret {
  const { provider } = context.config;
  const { hash } = psk.suite;
  const early = new EarlySecret(provider, hash, psk.secret).keepIn(context);
  const binderKey = early.binderKey(psk.kind);
  const transcript = context.transcript.copy();
  transcript.add(message.bytes.subarray(0, hello.truncatedLength));
  const expected = finishedVerifyData(provider, hash, binderKey, transcript.digest());
  wipe(binderKey);
  const binder = hello.extensions.preSharedKey?.binders[psk.index];
  if (binder === undefined || !equalConstantTime(binder, expected)) {
    fail("BadPskBinder", "the binder of the PSK does not fit the ClientHello");
  }
  return early;
}
