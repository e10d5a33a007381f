/**
 * An established TLS 1.2 client, and how it begins a renegotiation: a ClientHello bound to our last Finished, no
 * resumption, no other version (RFC 5746 §3.5).
 */
import { Connected12, type FinishedPair } from "../../connected-12.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import { makeOffer } from "../sent-client-hello.ts";
import type { AwaitServerHello } from "./handshake.ts";

const NO_BYTES = new Uint8Array(0);
const RANDOM_LENGTH = 32;

/** The state after Finished; renegotiating it sends a new ClientHello bound to the old Finished (RFC 5746 §3.5). */
export function connectedClient12(
  context: HandshakeContext,
  finished: FinishedPair,
  awaitServerHello: AwaitServerHello,
): Connected12 {
  const connected: Connected12 = new Connected12(context, "client", finished, (flight) => {
    const { config, facts } = context;
    const offer = makeOffer(context, {
      random: config.random(RANDOM_LENGTH).slice(),
      sessionId: NO_BYTES,
      shares: new Map(),
      resumable: null,
      cookie: null,
      externalPsk: null,
      renegotiation: finished.client,
      offerTls13: false,
    });
    facts.clientRandom = offer.random;
    facts.resumed = false;
    context.session = null;
    context.send(offer.bytes, flight);
    return awaitServerHello(offer, connected);
  });
  return connected;
}
