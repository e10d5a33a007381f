/**
 * Looks through the offered PSKs for a ticket of ours that may be resumed (RFC 8446 §4.2.9, §4.2.11).
 */
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { EarlySecret, finishedVerifyData } from "../../../crypto/key-schedule-13.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { TLS13 } from "../../../protocol/version.ts";
import type { ClientHello } from "../../../wire/client-hello.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import { decodeSession, isFresh, type Session } from "../../session.ts";
import type { HandshakeMessage } from "../../state.ts";

const PSK_DHE_KE = 1;
/** Identities that are tried: each costs a decryption. */
const MAX_IDENTITIES = 4;

export interface FoundPsk {
  readonly session: Session;
  readonly index: number;
}

/** @param suite the suite that a HelloRetryRequest fixed, or null */
export function findPsk(
  context: HandshakeContext,
  hello: ClientHello,
  suite: CipherSuite | null,
): FoundPsk | null {
  const { preSharedKey, pskKeyExchangeModes } = hello.extensions;
  if (preSharedKey === undefined) return null;
  if (pskKeyExchangeModes === undefined) {
    fail("MissingExtension", "pre_shared_key without psk_key_exchange_modes (RFC 8446 §4.2.9)");
  }
  if (preSharedKey.identities.length !== preSharedKey.binders.length) {
    fail(
      "ForbiddenValue",
      `${preSharedKey.identities.length} PSK identities but ${preSharedKey.binders.length} binders`,
    );
  }
  const { ticketKeys } = context.config;
  if (ticketKeys === null || !pskKeyExchangeModes.includes(PSK_DHE_KE)) return null;
  const identities = preSharedKey.identities.slice(0, MAX_IDENTITIES);
  for (const [index, { identity }] of identities.entries()) {
    const state = ticketKeys.open("ticket13", identity);
    const session = state === null ? null : decodeSession(state);
    if (session !== null && mayResume(context, hello, session, suite)) return { session, index };
  }
  return null;
}

/** No resumption across names, protocols or client identity; nor with a suite that is off by now. */
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
    config.cipherSuites.includes(session.suite) &&
    hello.cipherSuites.includes(session.suite.code) &&
    (suite === null || suite === session.suite) &&
    session.serverName === facts.serverName &&
    session.alpnProtocol === facts.alpnProtocol &&
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
  const { hash } = psk.session.suite;
  const early = new EarlySecret(provider, hash, psk.session.secret);
  const transcript = context.transcript.copy();
  transcript.add(message.bytes.subarray(0, hello.truncatedLength));
  const expected = finishedVerifyData(
    provider,
    hash,
    early.binderKey("resumption"),
    transcript.digest(),
  );
  const binder = hello.extensions.preSharedKey?.binders[psk.index];
  if (binder === undefined || !equalConstantTime(binder, expected)) {
    fail("BadPskBinder", "the binder of the PSK does not fit the ClientHello");
  }
  return early;
}
