/**
 * Awaits the client's Certificate, possibly empty (RFC 8446 §4.4.2, §4.4.2.4).
 */
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeCertificate13 } from "../../../wire/certificate.ts";
import { keepChain } from "../../peer-chain.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { ExpectCertificateVerify } from "./expect-certificate-verify.ts";
import { ExpectFinished } from "./expect-finished.ts";
import type { PendingSecrets, ServerHandshake13 } from "./handshake.ts";

export class ExpectCertificate implements HandshakeState {
  readonly name = "server13.ExpectCertificate";
  readonly expects: readonly number[] = [HandshakeType.Certificate];
  readonly #handshake: ServerHandshake13;
  readonly #secrets: PendingSecrets;
  readonly #pskModes: readonly number[];

  constructor(handshake: ServerHandshake13, secrets: PendingSecrets, pskModes: readonly number[]) {
    this.#handshake = handshake;
    this.#secrets = secrets;
    this.#pskModes = pskModes;
  }

  handle(message: HandshakeMessage): Next {
    const { context } = this.#handshake;
    const certificate = decodeCertificate13(message.body);
    if (certificate.context.length > 0) {
      fail("ForbiddenValue", "certificate_request_context is not that of the CertificateRequest");
    }
    for (const { extensions } of certificate.entries) {
      const [unsolicited] = extensions.order;
      if (unsolicited !== undefined) {
        fail(
          "UnsolicitedExtension",
          `the client's Certificate holds extension ${unsolicited}, which was not asked for`,
        );
      }
    }
    context.transcript.add(message.bytes);
    if (certificate.entries.length === 0) {
      if (context.config.requireClientCertificate) {
        fail("CertificateRequired", "the client sent no certificate, but one is required here");
      }
      return new ExpectFinished(this.#handshake, this.#secrets, this.#pskModes);
    }
    const leaf = keepChain(
      context,
      certificate.entries.map((entry) => entry.certificate),
    );
    return new ExpectCertificateVerify(this.#handshake, this.#secrets, this.#pskModes, leaf);
  }
}
