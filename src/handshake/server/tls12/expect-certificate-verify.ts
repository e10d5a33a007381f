/**
 * Awaits the client's CertificateVerify (RFC 5246 §7.4.8): signature over all messages so far, then the chain.
 */
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { TLS12 } from "../../../protocol/version.ts";
import { decodeCertificateVerify } from "../../../wire/certificate-verify.ts";
import { whenSettled } from "../../handshake-context.ts";
import { verifyPeer } from "../../peer-chain.ts";
import type { LeafCertificate } from "../../peer-identity.ts";
import type { Secrets12 } from "../../secrets-12.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { verifyPeerSignature } from "../../verify-signature.ts";
import { expectClientEnd } from "./expect-client-finished.ts";
import type { ServerHandshake12 } from "./handshake.ts";

export class ExpectCertificateVerify implements HandshakeState {
  readonly name = "server12.ExpectCertificateVerify";
  readonly expects: readonly number[] = [HandshakeType.CertificateVerify];
  readonly #handshake: ServerHandshake12;
  readonly #secrets: Secrets12;
  readonly #leaf: LeafCertificate;

  constructor(handshake: ServerHandshake12, secrets: Secrets12, leaf: LeafCertificate) {
    this.#handshake = handshake;
    this.#secrets = secrets;
    this.#leaf = leaf;
  }

  handle(message: HandshakeMessage): Next {
    const { context } = this.#handshake;
    const { scheme, signature } = decodeCertificateVerify(message.body);
    const content = context.transcript.messages();
    const proof = verifyPeerSignature(context, this.#leaf, TLS12, scheme, content, signature);
    context.transcript.forgetMessages();
    context.transcript.add(message.bytes);
    return whenSettled<void, HandshakeState>(proof, () =>
      verifyPeer<HandshakeState>(context, "client", () =>
        expectClientEnd({
          handshake: this.#handshake,
          secrets: this.#secrets,
          own: null,
        }),
      ),
    );
  }
}
