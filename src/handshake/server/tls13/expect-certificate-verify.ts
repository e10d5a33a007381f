/**
 * Awaits the client's CertificateVerify (RFC 8446 §4.4.3): signature first, then the chain.
 */
import { certificateVerifyContent } from "../../../crypto/signed-content.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { TLS13 } from "../../../protocol/version.ts";
import { decodeCertificateVerify } from "../../../wire/certificate-verify.ts";
import { whenSettled } from "../../handshake-context.ts";
import { verifyPeer } from "../../peer-chain.ts";
import type { LeafCertificate } from "../../peer-identity.ts";
import type { ApplicationSecrets } from "../../secrets-13.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { verifyPeerSignature } from "../../verify-signature.ts";
import { ExpectFinished } from "./expect-finished.ts";
import type { ServerHandshake13 } from "./handshake.ts";

export class ExpectCertificateVerify implements HandshakeState {
  readonly name = "server13.ExpectCertificateVerify";
  readonly expects: readonly number[] = [HandshakeType.CertificateVerify];
  readonly #handshake: ServerHandshake13;
  readonly #application: ApplicationSecrets;
  readonly #pskModes: readonly number[];
  readonly #leaf: LeafCertificate;

  constructor(
    handshake: ServerHandshake13,
    application: ApplicationSecrets,
    pskModes: readonly number[],
    leaf: LeafCertificate,
  ) {
    this.#handshake = handshake;
    this.#application = application;
    this.#pskModes = pskModes;
    this.#leaf = leaf;
  }

  handle(message: HandshakeMessage): Next {
    const { context } = this.#handshake;
    const { scheme, signature } = decodeCertificateVerify(message.body);
    const content = certificateVerifyContent("client", context.transcript.digest());
    const proof = verifyPeerSignature(context, this.#leaf, TLS13, scheme, content, signature);
    context.transcript.add(message.bytes);
    return whenSettled<void, HandshakeState>(proof, () =>
      verifyPeer<HandshakeState>(
        context,
        "client",
        () => new ExpectFinished(this.#handshake, this.#application, this.#pskModes),
      ),
    );
  }
}
