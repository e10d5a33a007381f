/**
 * Begins a client's handshake: looks for a session to resume, makes the key shares, sends the ClientHello.
 */
import { wipe } from "../../bytes/byte-arrays.ts";
import type { KeyPair } from "../../crypto/provider.ts";
import type { NamedGroup } from "../../protocol/named-group.ts";
import { TLS12, TLS13 } from "../../protocol/version.ts";
import { lackingGroups, makeKeyPairOrLater } from "../ephemeral.ts";
import type { Flight } from "../flight.ts";
import { type HandshakeContext, whenSettled } from "../handshake-context.ts";
import type { ClientOpening } from "../opening.ts";
import { decodeSession, isFresh, type Session } from "../session.ts";
import type { HandshakeState, Next, Settled } from "../state.ts";
import { ExpectServerHello } from "./expect-server-hello.ts";
import { makeOffer } from "./offer.ts";

const NO_BYTES = new Uint8Array(0);
const RANDOM_LENGTH = 32;

export const CLIENT: ClientOpening = { role: "client", start: startClient };

/** Puts the ClientHello into the flight; a promise if the session store answers with one. */
export function startClient(context: HandshakeContext, flight: Flight): Next {
  const { sessionStore, sessionKey } = context.config;
  if (sessionStore === null) return sendHello(context, null, flight);
  return whenSettled<Uint8Array | null | undefined, Settled>(
    sessionStore.get(sessionKey),
    (bytes) => sendHello(context, usableSession(context, bytes ?? null), flight),
  );
}

function sendHello(context: HandshakeContext, session: Session | null, flight: Flight): Next {
  const lacking = lackingGroups(context.config);
  if (lacking === null) return sendShares(context, session, flight);
  return lacking.then((groups) => {
    context.lackingGroups = groups;
    return sendShares(context, session, flight);
  });
}

type Shares = ReadonlyMap<number, KeyPair>;
const NO_SHARES: Shares = new Map();

/** Where the runtime lacks all groups that shares are wanted for, the first one that is offered takes their place. */
function sendShares(context: HandshakeContext, session: Session | null, flight: Flight): Next {
  const { versions, keyShares, groups } = context.config;
  if (!versions.includes(TLS13)) return sendOffer(context, session, NO_SHARES, flight);
  const has = (group: NamedGroup): boolean => group.tls13 && !context.lackingGroups.has(group);
  const wanted = keyShares.filter(has);
  const replaced = wanted.length === 0 && keyShares.length > 0;
  const shared = replaced ? groups.filter(has).slice(0, 1) : wanted;
  return whenSettled<Shares, Settled>(makeShares(context, shared, NO_SHARES), (shares) =>
    sendOffer(context, session, shares, flight),
  );
}

/** A pair for each group, after those that are made already. */
function makeShares(
  context: HandshakeContext,
  [group, ...rest]: readonly NamedGroup[],
  made: Shares,
): Shares | Promise<Shares> {
  if (group === undefined) return made;
  return whenSettled<KeyPair, Shares>(makeKeyPairOrLater(context.config, group), (pair) =>
    makeShares(context, rest, new Map([...made, [group.code, pair]])),
  );
}

function sendOffer(
  context: HandshakeContext,
  session: Session | null,
  shares: Shares,
  flight: Flight,
): HandshakeState {
  const { config, facts } = context;
  const offerTls13 = config.versions.includes(TLS13);
  const offer = makeOffer(context, {
    random: config.random(RANDOM_LENGTH).slice(),
    sessionId: chooseSessionId(context, session, offerTls13),
    shares,
    session,
    externalPsk: context.config.preSharedKey,
    cookie: null,
    renegotiation: NO_BYTES,
    offerTls13,
  });
  facts.clientRandom = offer.random;
  facts.serverName = config.serverName;
  context.send(offer.bytes, flight);
  return new ExpectServerHello(context, offer, null, null);
}

/**
 * A TLS 1.2 session is resumed by its id. With a ticket, and for the compatibility mode of TLS 1.3 (RFC 8446 §D.4,
 * RFC 5077 §3.4), a random one lets us see whether the server resumed.
 */
function chooseSessionId(
  context: HandshakeContext,
  session: Session | null,
  offerTls13: boolean,
): Uint8Array {
  const ticketed = session?.version === TLS12 && session.ticket.length > 0;
  if (session?.version === TLS12 && !ticketed) return session.sessionId;
  return offerTls13 || ticketed ? context.config.random(32).slice() : NO_BYTES;
}

/** The session of the store, if all that it was made under still holds. */
function usableSession(context: HandshakeContext, bytes: Uint8Array | null): Session | null {
  const { config } = context;
  const session = bytes === null ? null : decodeSession(bytes);
  if (session === null || !isFresh(session, config.clock())) return null;
  const usable =
    config.versions.includes(session.version) &&
    config.cipherSuites.includes(session.suite) &&
    // Beside a key from outside TLS nothing is offered that was not made by one.
    (config.preSharedKey === null || session.pskIdentity !== null) &&
    session.serverName === config.serverName &&
    (session.alpnProtocol === null || config.alpnProtocols.includes(session.alpnProtocol)) &&
    // RFC 7627 §5.3: a TLS 1.2 session without it is not resumed.
    (session.version === TLS13 ||
      (session.extendedMasterSecret && config.extendedMasterSecret !== "off"));
  if (usable) context.keep(session.secret);
  else wipe(session.secret);
  return usable ? session : null;
}
