/**
 * Awaits CertificateRequest and ServerHelloDone (RFC 5246 §7.4.4, §7.4.5). The chain is judged before anything is sent.
 */
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeCertificateStatus } from "../../../wire/certificate.ts";
import {
  type CertificateRequest12,
  decodeCertificateRequest12,
} from "../../../wire/certificate-request.ts";
import { decodeEmptyMessage } from "../../../wire/empty-messages.ts";
import type { Flight } from "../../flight.ts";
import { verifyPeer } from "../../peer-chain.ts";
import type { RunKeyExchange } from "../../server-authentication.ts";
import type { HandshakeMessage, HandshakeState, Next, Settled } from "../../state.ts";
import { sendClientFlight } from "./client-flight.ts";
import type { ClientHandshake12 } from "./handshake.ts";

export class ExpectServerHelloDone implements HandshakeState {
  readonly name = "client12.ExpectServerHelloDone";
  readonly expects: readonly number[];
  readonly #handshake: ClientHandshake12;
  readonly #agree: RunKeyExchange;
  readonly #request: CertificateRequest12 | null;

  /** @param request what came already of client authentication */
  constructor(
    handshake: ClientHandshake12,
    agree: RunKeyExchange,
    statusExpected: boolean,
    request: CertificateRequest12 | null,
  ) {
    this.expects = [
      ...(statusExpected ? [HandshakeType.CertificateStatus] : []),
      // A server that has no certificate asks for none (RFC 4279 §2).
      ...(request === null && handshake.suite.authentication !== "psk"
        ? [HandshakeType.CertificateRequest]
        : []),
      HandshakeType.ServerHelloDone,
    ];
    this.#handshake = handshake;
    this.#agree = agree;
    this.#request = request;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const { context } = this.#handshake;
    if (message.type === HandshakeType.ServerHelloDone) return this.#done(message, flight);
    let request = this.#request;
    if (message.type === HandshakeType.CertificateStatus) {
      context.facts.peerOcspResponse = decodeCertificateStatus(message.body).slice();
    } else {
      request = copy(decodeCertificateRequest12(message.body));
      context.facts.certificateAuthorities = request.authorities;
      context.facts.peerSignatureSchemes = request.signatureAlgorithms;
    }
    context.transcript.add(message.bytes);
    return new ExpectServerHelloDone(this.#handshake, this.#agree, false, request);
  }

  #done(message: HandshakeMessage, flight: Flight): Next {
    const { context, suite } = this.#handshake;
    decodeEmptyMessage(message.type, message.body);
    context.transcript.add(message.bytes);
    const send = (): Next => sendClientFlight(this.#handshake, this.#agree, this.#request, flight);
    return suite.authentication === "psk" ? send() : verifyPeer<Settled>(context, "server", send);
  }
}

function copy(request: CertificateRequest12): CertificateRequest12 {
  return { ...request, authorities: request.authorities.map((name) => name.slice()) };
}
