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
import type { HandshakeMessage, HandshakeState, Next, Settled } from "../../state.ts";
import { sendClientFlight } from "./client-flight.ts";
import type { ClientHandshake12, KeyExchange } from "./handshake.ts";

export class ExpectServerHelloDone implements HandshakeState {
  readonly name = "client12.ExpectServerHelloDone";
  readonly expects: readonly number[];
  readonly #handshake: ClientHandshake12;
  readonly #exchange: KeyExchange;
  readonly #request: CertificateRequest12 | null;

  /** @param request what came already of client authentication */
  constructor(
    handshake: ClientHandshake12,
    exchange: KeyExchange,
    statusExpected: boolean,
    request: CertificateRequest12 | null,
  ) {
    this.expects = [
      ...(statusExpected ? [HandshakeType.CertificateStatus] : []),
      ...(request === null ? [HandshakeType.CertificateRequest] : []),
      HandshakeType.ServerHelloDone,
    ];
    this.#handshake = handshake;
    this.#exchange = exchange;
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
    return new ExpectServerHelloDone(this.#handshake, this.#exchange, false, request);
  }

  #done(message: HandshakeMessage, flight: Flight): Next {
    const { context } = this.#handshake;
    decodeEmptyMessage(message.type, message.body);
    context.transcript.add(message.bytes);
    return verifyPeer<Settled>(context, "server", () =>
      sendClientFlight(this.#handshake, this.#exchange, this.#request, flight),
    );
  }
}

function copy(request: CertificateRequest12): CertificateRequest12 {
  return { ...request, authorities: request.authorities.map((name) => name.slice()) };
}
