/**
 * Awaits the server's Finished (RFC 8446 §4.4.4), sends our last flight and installs the application keys (§A.1).
 */
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { logSecret } from "../../../crypto/key-log.ts";
import { finishedVerifyData, trafficKeys } from "../../../crypto/key-schedule-13.ts";
import { certificateVerifyContent } from "../../../crypto/signed-content.ts";
import { HASHES } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { TLS13 } from "../../../protocol/version.ts";
import { encodeCertificate13 } from "../../../wire/certificate.ts";
import { encodeCertificateVerify } from "../../../wire/certificate-verify.ts";
import { decodeFinished, encodeFinished } from "../../../wire/finished.ts";
import { Connected13 } from "../../connected-13.ts";
import type { Flight } from "../../flight.ts";
import { whenSettled } from "../../handshake-context.ts";
import { type ChosenCredential, chooseCredential } from "../../negotiation.ts";
import type { Credential } from "../../peer-identity.ts";
import {
  CredentialWanted,
  type HandshakeMessage,
  type HandshakeState,
  type Next,
  type Settled,
} from "../../state.ts";
import type { ClientAuthenticationWish, ClientHandshake13 } from "./handshake.ts";

const NO_CONTEXT = new Uint8Array(0);

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
    return this.#authenticate(this.#wish, applicationHash, flight);
  }

  #authenticate(wish: ClientAuthenticationWish, applicationHash: Uint8Array, flight: Flight): Next {
    const { config } = this.#handshake.context;
    const chosen = this.#choose(wish, config.credentials);
    if (chosen !== null || !config.askForCredential) {
      return this.#sendCertificate(chosen, applicationHash, flight);
    }
    // The flight begun so far leaves with the answer.
    return new CredentialWanted((credential, later) => {
      const answer = credential === null ? null : this.#choose(wish, [credential]);
      return this.#sendCertificate(answer, applicationHash, later);
    });
  }

  #choose(
    wish: ClientAuthenticationWish,
    credentials: readonly Credential[],
  ): ChosenCredential | null {
    const { signingSchemes, readLeaf } = this.#handshake.context.config;
    return chooseCredential(
      credentials,
      signingSchemes,
      wish.signatureSchemes,
      TLS13,
      wish.authorities,
      readLeaf,
    );
  }

  /** Our Certificate (empty if there is none) and CertificateVerify; the signature may take its time. */
  #sendCertificate(
    chosen: ChosenCredential | null,
    applicationHash: Uint8Array,
    flight: Flight,
  ): Settled | Promise<Settled> {
    const { context } = this.#handshake;
    const chain = chosen?.credential.chain ?? [];
    context.send(encodeCertificate13(NO_CONTEXT, chain, null), flight);
    if (chosen === null) return this.#finish(applicationHash, flight);
    const { credential, scheme } = chosen;
    context.facts.ownCredential = credential;
    context.facts.ownSignatureScheme = scheme;
    const content = certificateVerifyContent("client", context.transcript.digest());
    return whenSettled(credential.key.sign(scheme, content), (signature) => {
      context.send(encodeCertificateVerify({ scheme: scheme.code, signature }), flight);
      return this.#finish(applicationHash, flight);
    });
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
    const resumption = mainSecret.resumptionMainSecret(transcript.digest());
    context.drop(clientSecret);
    context.drop(serverSecret);
    return new Connected13(context, "client", suite, {
      own: client,
      peer: server,
      exporter,
      resumption,
    });
  }
}
