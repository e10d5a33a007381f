/**
 * Awaits CertificateVerify (RFC 8446 §4.4.3): signature first, then the chain.
 */
import { certificateVerifyContent } from "../../../crypto/signed-content.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { TLS13 } from "../../../protocol/version.ts";
import { decodeCertificateVerify } from "../../../wire/certificate-verify.ts";
import { whenSettled } from "../../handshake-context.ts";
import { verifyPeer } from "../../peer-chain.ts";
import type { LeafCertificate } from "../../peer-identity.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { verifyPeerSignature } from "../../verify-signature.ts";
import type { CertificateRequestInfo } from "./client-authentication.ts";
import { ExpectFinished } from "./expect-finished.ts";
import type { ClientHandshake13 } from "./handshake.ts";

export class ExpectCertificateVerify implements HandshakeState {
  readonly name = "client13.ExpectCertificateVerify";
  readonly expects: readonly number[] = [HandshakeType.CertificateVerify];
  readonly #handshake: ClientHandshake13;
  readonly #leaf: LeafCertificate;
  readonly #wish: CertificateRequestInfo | null;

  constructor(
    handshake: ClientHandshake13,
    leaf: LeafCertificate,
    wish: CertificateRequestInfo | null,
  ) {
    this.#handshake = handshake;
    this.#leaf = leaf;
    this.#wish = wish;
  }

  handle(message: HandshakeMessage): Next {
    const { context } = this.#handshake;
    const { scheme, signature } = decodeCertificateVerify(message.body);
    const content = certificateVerifyContent("server", context.transcript.digest());
    const proof = verifyPeerSignature(context, this.#leaf, TLS13, scheme, content, signature);
    context.transcript.add(message.bytes);
    return whenSettled<void, HandshakeState>(proof, () =>
      verifyPeer<HandshakeState>(
        context,
        "server",
        () => new ExpectFinished(this.#handshake, this.#wish),
      ),
    );
  }
}
