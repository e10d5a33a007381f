/**
 * Awaits EncryptedExtensions (RFC 8446 §4.3.1): ALPN and the like; a PSK goes straight to Finished.
 */
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeEncryptedExtensions } from "../../../wire/encrypted-extensions.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { acceptAlpn, rejectUnsolicitedExtensions } from "../server-extensions.ts";
import { ExpectCertificateOrRequest } from "./expect-certificate-or-request.ts";
import { ExpectFinished } from "./expect-finished.ts";
import type { ClientHandshake13 } from "./handshake.ts";

export class ExpectEncryptedExtensions implements HandshakeState {
  readonly name = "client13.ExpectEncryptedExtensions";
  readonly expects: readonly number[] = [HandshakeType.EncryptedExtensions];
  readonly #handshake: ClientHandshake13;

  constructor(handshake: ClientHandshake13) {
    this.#handshake = handshake;
  }

  handle(message: HandshakeMessage): Next {
    const { context, offer } = this.#handshake;
    const extensions = decodeEncryptedExtensions(message.body);
    rejectUnsolicitedExtensions(extensions.order, offer.hello);
    context.transcript.add(message.bytes);
    context.facts.negotiatedExtensions = extensions.order;
    acceptAlpn(context, extensions.alpn);
    const { facts } = context;
    const byKey = facts.resumed || facts.pskIdentity !== null;
    if (!byKey) return new ExpectCertificateOrRequest(this.#handshake);
    facts.ticket = context.session?.ticket ?? null;
    return new ExpectFinished(this.#handshake, null);
  }
}
