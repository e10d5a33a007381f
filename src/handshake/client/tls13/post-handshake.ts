/**
 * Post-handshake authentication of a client that offered it (RFC 8446 §4.6.2): CertificateRequest is answered with
 * Certificate, CertificateVerify and Finished over the transcript of the handshake and the request.
 */
import { finishedVerifyData } from "../../../crypto/key-schedule-13.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { encodeFinished } from "../../../wire/finished.ts";
import type { PostHandshake } from "../../connected-13.ts";
import type { Flight } from "../../flight.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { readCertificateRequest, sendClientCertificate } from "./client-authentication.ts";

export class ClientPostHandshake implements PostHandshake {
  readonly expects: readonly number[] = [HandshakeType.CertificateRequest];
  readonly #context: HandshakeContext;
  readonly #suite: CipherSuite;

  constructor(context: HandshakeContext, suite: CipherSuite) {
    this.#context = context;
    this.#suite = suite;
  }

  handle(
    message: HandshakeMessage,
    flight: Flight,
    clientSecret: Uint8Array,
    connected: HandshakeState,
  ): Next {
    const context = this.#context;
    const { certificateRequests: most } = context.config.limits;
    if (++context.certificateRequests > most) {
      fail(
        "TooManyCertificateRequests",
        `more than ${most} requests for a certificate after the handshake (limits.certificateRequests)`,
      );
    }
    const transcript = context.transcript.copy();
    const wish = readCertificateRequest(context, message, transcript);
    if (wish.requestContext.length === 0) {
      fail("ForbiddenValue", "certificate_request_context is empty after the handshake");
    }
    return sendClientCertificate(context, transcript, wish, flight, (into) => {
      const { provider } = context.config;
      const { hash } = this.#suite;
      into.message(
        encodeFinished(finishedVerifyData(provider, hash, clientSecret, transcript.digest())),
      );
      return connected;
    });
  }
}
