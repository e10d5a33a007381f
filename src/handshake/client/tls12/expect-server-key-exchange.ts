/**
 * Awaits ServerKeyExchange, before it possibly CertificateStatus: parameters and their signature
 * (RFC 5246 §7.4.3, RFC 8422 §5.4, RFC 6066 §8).
 */
import { concat } from "../../../bytes/byte-arrays.ts";
import type { KeyAgreement, KeyPair } from "../../../crypto/provider.ts";
import { serverKeyExchangeContent } from "../../../crypto/signed-content.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { namedGroupName } from "../../../protocol/named-group.ts";
import { TLS12 } from "../../../protocol/version.ts";
import { decodeCertificateStatus } from "../../../wire/certificate.ts";
import {
  type DheParameters,
  decodeDheServerKeyExchange,
  decodeEcdheServerKeyExchange,
  type EcdheParameters,
  type ServerKeyExchange,
} from "../../../wire/key-exchange-12.ts";
import { makeKeyPairOrLater } from "../../ephemeral.ts";
import { whenSettled } from "../../handshake-context.ts";
import type { LeafCertificate } from "../../peer-identity.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { verifyPeerSignature } from "../../verify-signature.ts";
import { ExpectServerHelloDone } from "./expect-server-hello-done.ts";
import type { Agreed, ClientHandshake12, KeyExchange } from "./handshake.ts";

/** Smallest prime of a DHE group that a client accepts, in bits; and the largest, for it costs time. */
const MIN_DHE_BITS = 2048;
const MAX_DHE_BITS = 8192;

export class ExpectServerKeyExchange implements HandshakeState {
  readonly name = "client12.ExpectServerKeyExchange";
  readonly expects: readonly number[];
  readonly #handshake: ClientHandshake12;
  readonly #leaf: LeafCertificate;

  /** @param statusExpected CertificateStatus may come first; RFC 6066 §8 does not oblige the server to send it */
  constructor(handshake: ClientHandshake12, leaf: LeafCertificate, statusExpected: boolean) {
    this.expects = [
      ...(statusExpected ? [HandshakeType.CertificateStatus] : []),
      HandshakeType.ServerKeyExchange,
    ];
    this.#handshake = handshake;
    this.#leaf = leaf;
  }

  handle(message: HandshakeMessage): Next {
    const { context, suite } = this.#handshake;
    if (message.type === HandshakeType.CertificateStatus) {
      context.facts.peerOcspResponse = decodeCertificateStatus(message.body).slice();
      context.transcript.add(message.bytes);
      return new ExpectServerKeyExchange(this.#handshake, this.#leaf, false);
    }
    const next =
      suite.keyExchange === "dhe"
        ? this.#finiteField(decodeDheServerKeyExchange(message.body))
        : this.#ellipticCurve(decodeEcdheServerKeyExchange(message.body));
    context.transcript.add(message.bytes);
    return next;
  }

  /** Goes on with the parameters if their signature is right. */
  #proven(exchange: ServerKeyExchange<unknown>, agree: KeyExchange["agree"]): Next {
    const { context } = this.#handshake;
    const { clientRandom, serverRandom } = context.facts;
    const { scheme, signature } = exchange.signature;
    const content = serverKeyExchangeContent(clientRandom, serverRandom, exchange.signedBytes);
    const leaf = this.#leaf;
    const proof = verifyPeerSignature(context, leaf, TLS12, scheme, content, signature);
    return whenSettled<void, HandshakeState>(
      proof,
      () => new ExpectServerHelloDone(this.#handshake, { leaf, agree }, false, null),
    );
  }

  #ellipticCurve(exchange: ServerKeyExchange<EcdheParameters>): Next {
    const { config, facts } = this.#handshake.context;
    const { group: code } = exchange.parameters;
    const group = this.#handshake.context.offeredGroup(code);
    if (group === undefined || group.kind === "finite-field") {
      fail(
        "UnofferedGroup",
        `the server's share is for ${namedGroupName(code)}, which is not offered`,
      );
    }
    const peer = exchange.parameters.publicKey.slice();
    return this.#proven(exchange, () => {
      facts.group = group;
      return whenSettled<KeyPair, Agreed>(makeKeyPairOrLater(config, group), (pair) => {
        const derived = pair.deriveLater?.(peer) ?? pair.derive(peer);
        return whenSettled<Uint8Array | null, Agreed>(derived, (premaster) => {
          pair.wipe();
          if (premaster === null) {
            fail("BadKeyShare", `the server's share for ${group.name} is no valid public key`);
          }
          return { share: pair.publicKey, premaster };
        });
      });
    });
  }

  #finiteField(exchange: ServerKeyExchange<DheParameters>): Next {
    const { config } = this.#handshake.context;
    const { prime, generator, publicKey } = exchange.parameters;
    const agreement = soundGroup(config.provider.finiteField(prime, generator), prime);
    // The server's integer may be shorter than the prime; ours are all as long as it.
    const peer = concat(new Uint8Array(Math.max(prime.length - publicKey.length, 0)), publicKey);
    return this.#proven(exchange, () => {
      const pair = agreement.generate();
      const premaster = pair.derive(peer);
      pair.wipe();
      if (premaster === null) fail("BadKeyShare", "the server's DHE share is no valid public key");
      return { share: pair.publicKey, premaster: withoutLeadingZeros(premaster) };
    });
  }
}

function soundGroup(agreement: KeyAgreement | null, prime: Uint8Array): KeyAgreement {
  const bits = prime.length * 8 - Math.clz32(prime[0] ?? 0) + 24;
  if (bits < MIN_DHE_BITS || bits > MAX_DHE_BITS) {
    fail(
      "WeakKeyExchange",
      `the server's DHE prime has ${bits} bits; ${MIN_DHE_BITS} to ${MAX_DHE_BITS} are accepted`,
    );
  }
  if (agreement === null) fail("BadKeyShare", "the server's DHE group is no sound group");
  return agreement;
}

/** RFC 5246 §8.1.2: TLS 1.2 strips them before the secret is used. */
function withoutLeadingZeros(secret: Uint8Array): Uint8Array {
  const first = secret.findIndex((byte) => byte !== 0);
  return secret.slice(Math.max(first, 0));
}
