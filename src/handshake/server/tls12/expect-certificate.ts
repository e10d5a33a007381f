/**
 * Awaits the client's Certificate, possibly empty (RFC 5246 §7.4.6).
 */
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeCertificate12 } from "../../../wire/certificate.ts";
import { refuseChangedIdentity, storePeerChain } from "../../peer-chain.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { ExpectClientKeyExchange } from "./expect-client-key-exchange.ts";
import type { ServerHandshake12, ServerKey } from "./handshake.ts";

export class ExpectCertificate implements HandshakeState {
  readonly name = "server12.ExpectCertificate";
  readonly expects: readonly number[] = [HandshakeType.Certificate];
  readonly #handshake: ServerHandshake12;
  readonly #key: ServerKey;

  constructor(handshake: ServerHandshake12, key: ServerKey) {
    this.#handshake = handshake;
    this.#key = key;
  }

  handle(message: HandshakeMessage): Next {
    const { context } = this.#handshake;
    const chain = decodeCertificate12(message.body);
    context.transcript.add(message.bytes);
    if (chain.length === 0) {
      // RFC 5246 §7.4.6 knows no better alert than handshake_failure for this.
      if (context.config.requireClientCertificate) {
        fail(
          "ClientCertificateMissing",
          "the client sent no certificate, but one is required here",
        );
      }
      refuseChangedIdentity(context, chain);
      context.facts.peerChain = [];
      context.transcript.forgetMessages();
      return new ExpectClientKeyExchange(this.#handshake, this.#key, null);
    }
    return new ExpectClientKeyExchange(this.#handshake, this.#key, storePeerChain(context, chain));
  }
}
