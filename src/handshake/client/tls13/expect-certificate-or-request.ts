/**
 * Awaits CertificateRequest or Certificate (RFC 8446 §4.3.2, §4.4.2). One request at most.
 */
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { acceptServerCertificate } from "./accept-certificate.ts";
import { readCertificateRequest } from "./client-authentication.ts";
import { ExpectCertificate } from "./expect-certificate.ts";
import type { ClientHandshake13 } from "./handshake.ts";

export class ExpectCertificateOrRequest implements HandshakeState {
  readonly name = "client13.ExpectCertificateOrRequest";
  readonly expects: readonly number[] = [
    HandshakeType.Certificate,
    HandshakeType.CertificateRequest,
  ];
  readonly #handshake: ClientHandshake13;

  constructor(handshake: ClientHandshake13) {
    this.#handshake = handshake;
  }

  handle(message: HandshakeMessage): Next {
    if (message.type === HandshakeType.Certificate) {
      return acceptServerCertificate(this.#handshake, message, null);
    }
    const { context } = this.#handshake;
    const wish = readCertificateRequest(context, message, context.transcript);
    // RFC 8446 §4.3.2: the context is empty but in post-handshake authentication.
    if (wish.requestContext.length > 0) {
      fail("ForbiddenValue", "certificate_request_context is not empty during the handshake");
    }
    return new ExpectCertificate(this.#handshake, wish);
  }
}
