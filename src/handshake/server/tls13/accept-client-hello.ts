/**
 * A TLS 1.3 ClientHello: parameters are negotiated, then either HelloRetryRequest or the server's flight
 * (RFC 8446 §4.1.1, §4.1.4, §4.2.8, §9.2).
 */
import { harmlessList } from "../../../bytes/text.ts";
import { cipherSuiteName } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { namedGroupName } from "../../../protocol/named-group.ts";
import { TLS13 } from "../../../protocol/version.ts";
import { type ClientHello, decodeClientHello } from "../../../wire/client-hello.ts";
import { encodeHelloRetryRequest } from "../../../wire/server-hello.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { chooseGroup, commonSuites } from "../../negotiation.ts";
import type { Credential } from "../../peer-identity.ts";
import type { HandshakeMessage, Next, Settled } from "../../state.ts";
import { negotiateAlpn } from "../alpn.ts";
import { ExpectSecondClientHello } from "./expect-second-client-hello.ts";
import { type FoundPsk, findPsk } from "./find-psk.ts";
import { type KeyExchangeOffer, keyExchangeOffer } from "./key-exchange-offer.ts";
import { sendServerFlight } from "./server-flight.ts";

const COOKIE_LENGTH = 32;

/** First ClientHello. */
export function acceptClientHello13(
  context: HandshakeContext,
  hello: ClientHello,
  message: HandshakeMessage,
  credentials: readonly Credential[],
  flight: Flight,
): Next {
  const { facts } = context;
  const offer = keyExchangeOffer(hello);
  facts.earlyDataOffered = hello.extensions.earlyData === true;
  negotiateAlpn(context, hello);
  return whenSettled<FoundPsk | null, Settled>(findPsk(context, hello, null), (psk) =>
    answerClientHello(context, { hello, message, credentials, psk, ...offer }, flight),
  );
}

interface Offered extends KeyExchangeOffer {
  readonly hello: ClientHello;
  readonly message: HandshakeMessage;
  readonly credentials: readonly Credential[];
  readonly psk: FoundPsk | null;
}

function answerClientHello(
  context: HandshakeContext,
  { hello, message, credentials, psk, shares, groups }: Offered,
  flight: Flight,
): Next {
  const { config, facts, transcript } = context;
  const suite = psk?.suite ?? commonSuites(config, hello.cipherSuites, TLS13)[0];
  if (suite === undefined) {
    fail(
      "NoCommonCipherSuite",
      `the client offers ${harmlessList(hello.cipherSuites.map(cipherSuiteName))}: none is enabled here for TLS 1.3`,
    );
  }
  facts.suite = suite;
  transcript.select(suite.hash);
  const shared = config.groups.find(
    (group) => group.tls13 && shares.has(group.code) && groups.includes(group.code),
  );
  if (shared !== undefined) {
    return sendServerFlight(
      context,
      { hello, message, suite, group: shared, psk, credentials },
      flight,
    );
  }
  const group = chooseGroup(config.groups, groups, TLS13);
  if (group === null) {
    fail(
      "NoCommonGroup",
      `the client offers ${harmlessList(groups.map(namedGroupName))}: none is enabled here`,
    );
  }
  facts.helloRetryRequest = true;
  const cookie = config.random(COOKIE_LENGTH).slice();
  transcript.add(message.bytes);
  transcript.replaceByMessageHash();
  context.send(
    encodeHelloRetryRequest({
      sessionId: hello.sessionId,
      cipherSuite: suite.code,
      extensions: { selectedVersion: TLS13, selectedGroup: group.code, cookie },
    }),
    flight,
  );
  if (hello.sessionId.length > 0) flight.changeCipherSpec();
  // A copy, because the second hello is compared with it and the message is a view of received memory.
  const first = decodeClientHello(message.body.slice());
  return new ExpectSecondClientHello(context, { first, suite, group, cookie, credentials });
}
