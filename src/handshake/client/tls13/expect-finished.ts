/**
 * Awaits the server's Finished (RFC 8446 §4.4.4), sends our last flight and installs the application keys (§A.1).
 */
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { logSecret } from "../../../crypto/key-log.ts";
import { finishedVerifyData, trafficKeys } from "../../../crypto/key-schedule-13.ts";
import { HASHES } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeFinished, encodeFinished } from "../../../wire/finished.ts";
import { Connected13 } from "../../connected-13.ts";
import type { Flight } from "../../flight.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { answerWish, type ClientAuthenticationWish } from "./certificate-answer.ts";
import type { ClientHandshake13 } from "./handshake.ts";
import { ClientPostHandshake } from "./post-handshake.ts";

export class ExpectFinished implements HandshakeState {
  readonly name = "client13.ExpectFinished";
  readonly expects: readonly number[] = [HandshakeType.Finished];
  readonly #handshake: ClientHandshake13;
  readonly #wish: ClientAuthenticationWish | null;

  constructor(handshake: ClientHandshake13, wish: ClientAuthenticationWish | null) {
    this.#handshake = handshake;
    this.#wish = wish;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const { context, suite, serverSecret } = this.#handshake;
    const { provider } = context.config;
    const received = decodeFinished(message.body, HASHES[suite.hash].length);
    const expected = finishedVerifyData(
      provider,
      suite.hash,
      serverSecret,
      context.transcript.digest(),
    );
    if (!equalConstantTime(received, expected)) {
      fail("BadFinished", "the server's Finished does not fit the handshake");
    }
    context.transcript.add(message.bytes);
    const applicationHash = context.transcript.digest();
    if (this.#handshake.offer.sessionId.length > 0) flight.changeCipherSpec();
    if (this.#wish === null) return this.#finish(applicationHash, flight);
    return answerWish(context, context.transcript, this.#wish, flight, (into) =>
      this.#finish(applicationHash, into),
    );
  }

  #finish(applicationHash: Uint8Array, flight: Flight): HandshakeState {
    const { context, suite, mainSecret, clientSecret, serverSecret } = this.#handshake;
    const { config, facts, transcript } = context;
    const { provider, keyLog } = config;
    const verifyData = finishedVerifyData(provider, suite.hash, clientSecret, transcript.digest());
    context.send(encodeFinished(verifyData), flight);
    const client = mainSecret.clientApplicationTrafficSecret(applicationHash);
    const server = mainSecret.serverApplicationTrafficSecret(applicationHash);
    const exporter = mainSecret.exporterSecret(applicationHash);
    logSecret(keyLog, "CLIENT_TRAFFIC_SECRET_0", facts.clientRandom, client);
    logSecret(keyLog, "SERVER_TRAFFIC_SECRET_0", facts.clientRandom, server);
    logSecret(keyLog, "EXPORTER_SECRET", facts.clientRandom, exporter);
    flight.installWriteKeys(trafficKeys(provider, suite, client));
    flight.installReadKeys(trafficKeys(provider, suite, server));
    const resumption =
      config.sessionStore === null ? null : mainSecret.resumptionMainSecret(transcript.digest());
    context.drop(clientSecret);
    context.drop(serverSecret);
    return new Connected13(
      context,
      "client",
      suite,
      { own: client, peer: server, exporter, resumption },
      config.postHandshakeAuth ? new ClientPostHandshake(context, suite) : null,
    );
  }
}
