/**
 * Awaits ClientKeyExchange: shared secret, master secret (RFC 5246 §7.4.7, RFC 8422 §5.7, RFC 4279 §2).
 */
import { concat } from "../../../bytes/byte-arrays.ts";
import { pskPremaster } from "../../../crypto/psk-key-exchange.ts";
import { decryptPremaster } from "../../../crypto/rsa-key-exchange.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeClientKeyExchange } from "../../../wire/key-exchange-12.ts";
import { whenSettled } from "../../handshake-context.ts";
import type { LeafCertificate } from "../../peer-identity.ts";
import type { ExternalPsk } from "../../pre-shared-key.ts";
import { Secrets12 } from "../../secrets-12.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { ExpectCertificateVerify } from "./expect-certificate-verify.ts";
import { expectClientEnd } from "./expect-client-finished.ts";
import type { ServerHandshake12, ServerKey } from "./handshake.ts";
import { keyOfClient, sessionKeyBy } from "./psk.ts";

export class ExpectClientKeyExchange implements HandshakeState {
  readonly name = "server12.ExpectClientKeyExchange";
  readonly expects: readonly number[] = [HandshakeType.ClientKeyExchange];
  readonly #handshake: ServerHandshake12;
  readonly #key: ServerKey;
  readonly #leaf: LeafCertificate | null;

  /** @param leaf the client's certificate, which a CertificateVerify must follow; null: there is none */
  constructor(handshake: ServerHandshake12, key: ServerKey, leaf: LeafCertificate | null) {
    this.#handshake = handshake;
    this.#key = key;
    this.#leaf = leaf;
  }

  handle(message: HandshakeMessage): Next {
    const { context, suite } = this.#handshake;
    const byKey = suite.authentication === "psk";
    const { identity, share } = decodeClientKeyExchange(this.#key.kind, byKey, message.body);
    const secret = this.#secretWith(share);
    const name = identity?.slice() ?? null;
    context.transcript.add(message.bytes);
    if (name === null) return this.#goOn(this.#handshake, this.#secrets(secret));
    return whenSettled<ExternalPsk, HandshakeState>(keyOfClient(context, name), (psk) => {
      const secrets = this.#secrets(pskPremaster(secret, psk.key));
      const sessionKey = sessionKeyBy(context.config, secrets.master, psk);
      return this.#goOn({ ...this.#handshake, sessionKey }, secrets);
    });
  }

  #secrets(premaster: Uint8Array): Secrets12 {
    const { context, suite } = this.#handshake;
    return Secrets12.fromPremaster(context, suite, premaster);
  }

  #goOn(handshake: ServerHandshake12, secrets: Secrets12): HandshakeState {
    return this.#leaf === null
      ? expectClientEnd({ handshake, secrets, own: null })
      : new ExpectCertificateVerify(handshake, secrets, this.#leaf);
  }

  /** What the client's share, or its encrypted secret, comes to; nothing in plain PSK. */
  #secretWith(value: Uint8Array): Uint8Array {
    const { context, clientVersion } = this.#handshake;
    const key = this.#key;
    if (key.kind === "psk") return new Uint8Array(0);
    if (key.kind === "rsa") {
      return decryptPremaster(key.credential.key, value, clientVersion, context.config.random);
    }
    const length = key.pair.publicKey.length;
    // A client may strip the leading zeros of its integer; points have a fixed length.
    const share =
      key.kind === "dhe"
        ? concat(new Uint8Array(Math.max(length - value.length, 0)), value)
        : value;
    const secret = key.pair.derive(share);
    key.pair.wipe();
    if (secret === null) fail("BadKeyShare", "the client's share is not a valid public key");
    // RFC 5246 §8.1.2: leading zeros of a finite-field secret are stripped. A view, so that wiping it leaves no copy.
    return key.kind === "dhe"
      ? secret.subarray(
          Math.max(
            secret.findIndex((byte) => byte !== 0),
            0,
          ),
        )
      : secret;
  }
}
