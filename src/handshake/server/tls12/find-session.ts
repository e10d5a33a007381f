/**
 * Looks for the session that a TLS 1.2 client wants to resume, by ticket or id (RFC 5077 §3.1, RFC 5246 §7.3).
 */
import { wipe } from "../../../bytes/byte-arrays.ts";
import { toHex } from "../../../bytes/text.ts";
import { fail } from "../../../protocol/failure.ts";
import { TLS12 } from "../../../protocol/version.ts";
import type { ClientHello } from "../../../wire/client-hello.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { judgeAgain, type Resumable } from "../../peer-chain.ts";
import { decodeSession, isFresh, type Session } from "../../session.ts";
import { sessionKeyNow } from "./psk.ts";

/** Key of a session in the server's store. */
export function storeKey(sessionId: Uint8Array): string {
  return `tls12 ${toHex(sessionId)}`;
}

/**
 * The session, if all that it was made under still holds and its chain is accepted again; a ticket goes before an id
 * (RFC 5077 §3.4).
 */
export function findSession(
  context: HandshakeContext,
  hello: ClientHello,
): Resumable | null | Promise<Resumable | null> {
  const { config, previousFinished } = context;
  if (previousFinished !== null) return null;
  const usable = (
    bytes: Uint8Array | null | undefined,
  ): Resumable | null | Promise<Resumable | null> => {
    const session = bytes === null || bytes === undefined ? null : decodeSession(bytes);
    if (session === null) return null;
    context.keep(session.secret);
    if (!mayResume(context, hello, session)) return null;
    return whenSettled<string | null, Resumable | null>(sessionKeyNow(config, session), (key) => {
      if (key !== session.key) return null;
      if (hello.extensions.extendedMasterSecret !== true) {
        fail(
          "ExtendedMasterSecretRequired",
          "the client resumes a session without the extended master secret that it was made with (RFC 7627 §5.3)",
        );
      }
      return judgeAgain(context, "client", session);
    });
  };
  const ticket = hello.extensions.sessionTicket;
  if (ticket !== undefined && ticket.length > 0) {
    const state = config.ticketKeys?.open("ticket12", ticket);
    const session = usable(state);
    wipe(state);
    return session;
  }
  if (hello.sessionId.length === 0 || config.sessionStore === null) return null;
  return whenSettled<Uint8Array | null | undefined, Resumable | null>(
    config.sessionStore.get(storeKey(hello.sessionId)),
    (bytes) => usable(bytes),
  );
}

/**
 * No resumption across names or demands on the client, and never without the extended master secret. ALPN is negotiated
 * anew (RFC 7301 §3.1).
 */
function mayResume(context: HandshakeContext, hello: ClientHello, session: Session): boolean {
  const { config, facts } = context;
  return (
    session.version === TLS12 &&
    session.extendedMasterSecret &&
    config.extendedMasterSecret !== "off" &&
    isFresh(session, config.clock()) &&
    config.ticketKeys?.isForgotten(session.sessionId) !== true &&
    config.cipherSuites.includes(session.suite) &&
    hello.cipherSuites.includes(session.suite.code) &&
    session.serverName === facts.serverName &&
    !(config.requireClientCertificate && session.peerChain.length === 0)
  );
}
