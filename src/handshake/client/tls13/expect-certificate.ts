/**
 * Awaits the server's Certificate after a CertificateRequest (RFC 8446 §4.4.2).
 */
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { acceptServerCertificate } from "./accept-certificate.ts";
import type { CertificateRequestInfo } from "./client-authentication.ts";
import type { ClientHandshake13 } from "./handshake.ts";

export class ExpectCertificate implements HandshakeState {
  readonly name = "client13.ExpectCertificate";
  readonly expects: readonly number[] = [HandshakeType.Certificate];
  readonly #handshake: ClientHandshake13;
  readonly #wish: CertificateRequestInfo;

  constructor(handshake: ClientHandshake13, wish: CertificateRequestInfo) {
    this.#handshake = handshake;
    this.#wish = wish;
  }

  handle(message: HandshakeMessage): Next {
    return acceptServerCertificate(this.#handshake, message, this.#wish);
  }
}
