/**
 * Awaits the server's Finished (RFC 8446 §4.4.4), sends our last flight and installs the application keys (§A.1).
 */
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { trafficKeys } from "../../../crypto/key-schedule-13.ts";
import { HASHES } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeFinished, encodeFinished } from "../../../wire/finished.ts";
import { Connected13 } from "../../connected-13.ts";
import type { Flight } from "../../flight.ts";
import type { ApplicationSecrets } from "../../secrets-13.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { type CertificateRequestInfo, sendClientCertificate } from "./client-authentication.ts";
import type { ClientHandshake13 } from "./handshake.ts";
import { ClientPostHandshake } from "./post-handshake.ts";

export class ExpectFinished implements HandshakeState {
  readonly name = "client13.ExpectFinished";
  readonly expects: readonly number[] = [HandshakeType.Finished];
  readonly #handshake: ClientHandshake13;
  readonly #wish: CertificateRequestInfo | null;

  constructor(handshake: ClientHandshake13, wish: CertificateRequestInfo | null) {
    this.#handshake = handshake;
    this.#wish = wish;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const { context, suite, secrets } = this.#handshake;
    const received = decodeFinished(message.body, HASHES[suite.hash].length);
    if (!equalConstantTime(received, secrets.verifyData("server"))) {
      fail("BadFinished", "the server's Finished does not fit the handshake");
    }
    context.facts.serverFinished = received.slice();
    context.transcript.add(message.bytes);
    const application = secrets.application();
    if (this.#wish === null) return this.#finish(application, flight);
    return sendClientCertificate(context, context.transcript, this.#wish, flight, (into) =>
      this.#finish(application, into),
    );
  }

  #finish({ client, server, exporter }: ApplicationSecrets, flight: Flight): HandshakeState {
    const { context, suite, secrets } = this.#handshake;
    const { config, facts } = context;
    const verifyData = secrets.verifyData("client");
    facts.clientFinished = verifyData;
    context.send(encodeFinished(verifyData), flight);
    flight.installWriteKeys(trafficKeys(config.provider, suite, client));
    flight.installReadKeys(trafficKeys(config.provider, suite, server));
    const resumable = config.sessionStore !== null && facts.pskIdentity === null;
    const resumption = resumable ? secrets.resumption() : null;
    secrets.drop();
    return new Connected13(
      context,
      "client",
      suite,
      { own: client, peer: server, exporter, resumption },
      config.postHandshakeAuth ? new ClientPostHandshake(context, suite) : null,
    );
  }
}
