/**
 * The session that a client offers: out of its store, if all that it was made under still holds and its chain is
 * accepted again. A ticket of TLS 1.3 is taken out of the store with it, so that no two connections can be linked by it
 * (RFC 8446 §C.4).
 */
import { equalBytes, wipe } from "../../bytes/byte-arrays.ts";
import { fromLatin1 } from "../../bytes/text.ts";
import { TLS13 } from "../../protocol/version.ts";
import { type HandshakeContext, whenSettled } from "../handshake-context.ts";
import { identityOf } from "../new-session.ts";
import { judgeAgain, type Resumable } from "../peer-chain.ts";
import { decodeSession, isFresh, type Session } from "../session.ts";

/**
 * Tickets that connections of this process took out of a store, by their last bytes: two that ask a slow store at the
 * same time both find the one that is there. Between processes that can only be kept apart by a store whose `get`
 * removes what it gives.
 */
const takenFrom = new WeakMap<object, Set<string>>();
const MAX_TAKEN = 1000;
const TICKET_SAMPLE = 32;

/** Null: there is none that may be resumed. A promise if the store or the verifier answers with one. */
export function takeSession(
  context: HandshakeContext,
): Resumable | null | Promise<Resumable | null> {
  const { sessionStore, sessionKey, storeIdentity } = context.config;
  if (sessionStore === null) return null;
  return whenSettled<Uint8Array | null | undefined, Resumable | null>(
    sessionStore.get(sessionKey),
    (bytes) => {
      const session = usableSession(context, bytes ?? null);
      if (session === null) return null;
      const once = session.version === TLS13 && !context.config.reuseTickets;
      if (once && !take(storeIdentity ?? sessionStore, session.ticket)) return null;
      context.sessionStored = true;
      return whenSettled<Resumable | null, Resumable | null>(
        judgeAgain(context, "server", session),
        (resumable) => {
          if (!once && resumable !== null) return resumable;
          return whenSettled<void, Resumable | null>(
            sessionStore.delete(sessionKey),
            () => resumable,
          );
        },
      );
    },
  );
}

/** The connection ended with a fatal alert, so its session is not resumed any more (RFC 5246 §7.2.2, RFC 8446 §6.2). */
export function forgetSession({ config, sessionStored }: HandshakeContext): void | Promise<void> {
  if (sessionStored) return config.sessionStore?.delete(config.sessionKey);
}

/** False: another connection has taken this ticket. */
function take(store: object, ticket: Uint8Array): boolean {
  const taken = takenFrom.get(store) ?? new Set();
  takenFrom.set(store, taken);
  const name = fromLatin1(ticket.subarray(-TICKET_SAMPLE));
  if (taken.has(name)) return false;
  taken.add(name);
  if (taken.size > MAX_TAKEN) {
    const [oldest] = taken;
    if (oldest !== undefined) taken.delete(oldest);
  }
  return true;
}

function usableSession(context: HandshakeContext, bytes: Uint8Array | null): Session | null {
  const { config } = context;
  const session = bytes === null ? null : decodeSession(bytes);
  if (session === null) return null;
  const usable =
    isFresh(session, config.clock()) &&
    config.versions.includes(session.version) &&
    config.cipherSuites.includes(session.suite) &&
    // Either a chain can be judged again, or the server has proven that it has the key.
    session.peerChain.length > 0 !== (session.pskIdentity !== null) &&
    // Beside an external PSK, only sessions that an external PSK established are offered.
    (config.preSharedKey === null || session.pskIdentity !== null) &&
    session.serverName === config.serverName &&
    hasIdentity(context, session.ownIdentity) &&
    // RFC 7627 §5.3: a TLS 1.2 session without it is not resumed.
    (session.version === TLS13 ||
      (session.extendedMasterSecret && config.extendedMasterSecret !== "off"));
  if (usable) context.keep(session.secret);
  else wipe(session.secret);
  return usable ? session : null;
}

/** The server resumes our former identity, so that identity must still be ours. */
function hasIdentity({ config }: HandshakeContext, identity: Uint8Array): boolean {
  return (
    identity.length === 0 ||
    config.credentials.some(({ chain: [leaf] }) =>
      leaf === undefined ? false : equalBytes(identityOf(config, leaf), identity),
    )
  );
}
