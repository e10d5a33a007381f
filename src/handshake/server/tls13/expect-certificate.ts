/**
 * Awaits the client's Certificate, possibly empty (RFC 8446 §4.4.2, §4.4.2.4).
 */
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { storePeerChain } from "../../peer-chain.ts";
import type { ApplicationSecrets } from "../../secrets-13.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { readClientCertificate } from "./certificate-request.ts";
import { ExpectCertificateVerify } from "./expect-certificate-verify.ts";
import { ExpectFinished } from "./expect-finished.ts";
import type { ServerHandshake13 } from "./handshake.ts";

const NO_CONTEXT = new Uint8Array(0);

export class ExpectCertificate implements HandshakeState {
  readonly name = "server13.ExpectCertificate";
  readonly expects: readonly number[] = [HandshakeType.Certificate];
  readonly #handshake: ServerHandshake13;
  readonly #application: ApplicationSecrets;
  readonly #pskModes: readonly number[];

  constructor(
    handshake: ServerHandshake13,
    application: ApplicationSecrets,
    pskModes: readonly number[],
  ) {
    this.#handshake = handshake;
    this.#application = application;
    this.#pskModes = pskModes;
  }

  handle(message: HandshakeMessage): Next {
    const { context } = this.#handshake;
    const { entries } = readClientCertificate(context.config, message.body, NO_CONTEXT);
    context.transcript.add(message.bytes);
    if (entries.length === 0) {
      return new ExpectFinished(this.#handshake, this.#application, this.#pskModes);
    }
    const leaf = storePeerChain(
      context,
      entries.map((entry) => entry.certificate),
    );
    return new ExpectCertificateVerify(this.#handshake, this.#application, this.#pskModes, leaf);
  }
}
