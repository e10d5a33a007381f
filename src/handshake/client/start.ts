/**
 * Begins a client's handshake: looks for a session to resume, makes the key shares, sends the ClientHello.
 */
import type { KeyPair } from "../../crypto/provider.ts";
import type { NamedGroup } from "../../protocol/named-group.ts";
import { TLS12, TLS13 } from "../../protocol/version.ts";
import { lackingGroups, makeKeyPairOrAsync } from "../ephemeral.ts";
import type { Flight } from "../flight.ts";
import { type HandshakeContext, whenSettled } from "../handshake-context.ts";
import type { ClientOpening } from "../handshake-role.ts";
import type { Resumable } from "../peer-chain.ts";
import type { HandshakeState, Next, Settled } from "../state.ts";
import { ExpectServerHello } from "./expect-server-hello.ts";
import { makeOffer } from "./sent-client-hello.ts";
import { forgetSession, takeSession } from "./take-session.ts";

const NO_BYTES = new Uint8Array(0);
const RANDOM_LENGTH = 32;

export const CLIENT: ClientOpening = { role: "client", start: startClient, forgetSession };

/** Puts the ClientHello into the flight; a promise if the session store, or the verdict on its session, is one. */
export function startClient(context: HandshakeContext, flight: Flight): Next {
  return whenSettled<Resumable | null, Settled>(takeSession(context), (resumable) =>
    sendHello(context, resumable, flight),
  );
}

function sendHello(context: HandshakeContext, resumable: Resumable | null, flight: Flight): Next {
  const lacking = lackingGroups(context.config);
  if (lacking === null) return sendShares(context, resumable, flight);
  return lacking.then((groups) => {
    context.lackingGroups = groups;
    return sendShares(context, resumable, flight);
  });
}

type Shares = ReadonlyMap<number, KeyPair>;
const NO_SHARES: Shares = new Map();

/** If the runtime lacks all groups of the requested shares, the first offered group takes their place. */
function sendShares(context: HandshakeContext, resumable: Resumable | null, flight: Flight): Next {
  const { versions, keyShares, groups } = context.config;
  if (!versions.includes(TLS13)) return sendOffer(context, resumable, NO_SHARES, flight);
  const has = (group: NamedGroup): boolean => group.tls13 && !context.lackingGroups.has(group);
  const wanted = keyShares.filter(has);
  const replaced = wanted.length === 0 && keyShares.length > 0;
  const shared = replaced ? groups.filter(has).slice(0, 1) : wanted;
  return whenSettled<Shares, Settled>(makeShares(context, shared, NO_SHARES), (shares) =>
    sendOffer(context, resumable, shares, flight),
  );
}

/** A pair for each group, after those that are made already. */
function makeShares(
  context: HandshakeContext,
  [group, ...rest]: readonly NamedGroup[],
  made: Shares,
): Shares | Promise<Shares> {
  if (group === undefined) return made;
  return whenSettled<KeyPair, Shares>(makeKeyPairOrAsync(context.config, group), (pair) =>
    makeShares(context, rest, new Map([...made, [group.code, pair]])),
  );
}

function sendOffer(
  context: HandshakeContext,
  resumable: Resumable | null,
  shares: Shares,
  flight: Flight,
): HandshakeState {
  const { config, facts } = context;
  const offerTls13 = config.versions.includes(TLS13);
  const offer = makeOffer(context, {
    random: config.random(RANDOM_LENGTH).slice(),
    sessionId: chooseSessionId(context, resumable, offerTls13),
    shares,
    resumable,
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
  resumable: Resumable | null,
  offerTls13: boolean,
): Uint8Array {
  const session = resumable?.session;
  const ticketed = session?.version === TLS12 && session.ticket.length > 0;
  if (session?.version === TLS12 && !ticketed) return session.sessionId;
  return offerTls13 || ticketed ? context.config.random(32).slice() : NO_BYTES;
}
