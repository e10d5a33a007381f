/**
 * Awaits the server's Certificate (RFC 5246 §7.4.2).
 */
import { encryptPremaster } from "../../../crypto/rsa-key-exchange.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { decodeCertificate12 } from "../../../wire/certificate.ts";
import { storePeerChain } from "../../peer-chain.ts";
import type { LeafCertificate } from "../../peer-identity.ts";
import type { RunKeyExchange } from "../../server-authentication.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { certificateAuthentication } from "./certificate-authentication.ts";
import { ExpectServerHelloDone } from "./expect-server-hello-done.ts";
import { ExpectServerKeyExchange } from "./expect-server-key-exchange.ts";
import type { ClientHandshake12 } from "./handshake.ts";

export class ExpectCertificate implements HandshakeState {
  readonly name = "client12.ExpectCertificate";
  readonly expects: readonly number[] = [HandshakeType.Certificate];
  readonly #handshake: ClientHandshake12;

  constructor(handshake: ClientHandshake12) {
    this.#handshake = handshake;
  }

  handle(message: HandshakeMessage): Next {
    const { context, suite, statusExpected } = this.#handshake;
    const { facts, config } = context;
    const leaf = storePeerChain(context, decodeCertificate12(message.body));
    facts.peerOcspResponse = null;
    refuseWrongKey(leaf, suite);
    context.transcript.add(message.bytes);
    if (suite.keyExchange !== "rsa") {
      const proof = certificateAuthentication(context, leaf);
      return new ExpectServerKeyExchange(this.#handshake, proof, statusExpected);
    }
    const agree: RunKeyExchange = () => ({
      identity: null,
      ...encryptPremaster(leaf.publicKey, config.random),
    });
    return new ExpectServerHelloDone(this.#handshake, agree, statusExpected, null);
  }
}

/** The suite determines the kind of key that signs (or decrypts) (RFC 5246 §7.4.2, RFC 8422 §5.10). */
function refuseWrongKey({ publicKey, mayEncipher }: LeafCertificate, suite: CipherSuite): void {
  const isRsa = publicKey.type === "rsa" || publicKey.type === "rsa-pss";
  if ((isRsa ? "rsa" : "ecdsa") !== suite.authentication) {
    fail("ForbiddenValue", `the server's ${publicKey.type} certificate does not fit ${suite.name}`);
  }
  if (suite.keyExchange === "rsa" && (publicKey.type !== "rsa" || !mayEncipher)) {
    fail(
      "WrongCertificateUsage",
      `the server's certificate may not encipher keys, as ${suite.name} needs`,
    );
  }
}
