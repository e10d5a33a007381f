/**
 * Awaits ServerKeyExchange, before it possibly CertificateStatus: parameters and what proves them
 * (RFC 5246 §7.4.3, RFC 8422 §5.4, RFC 6066 §8, RFC 4279 §2).
 */
import { concat } from "../../../bytes/byte-arrays.ts";
import type { KeyAgreement, KeyPair } from "../../../crypto/provider.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import { isCurve, namedGroupName } from "../../../protocol/named-group.ts";
import { decodeCertificateStatus } from "../../../wire/certificate.ts";
import {
  type DheParameters,
  type EcdheParameters,
  readDheParameters,
  readEcdheParameters,
  readNoParameters,
} from "../../../wire/key-exchange-12.ts";
import { makeKeyPairOrLater } from "../../ephemeral.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import type { Agree, Agreed, ReadExchange, ServerProof } from "../../server-proof.ts";
import type { HandshakeMessage, HandshakeState, Next, Settled } from "../../state.ts";
import { ExpectServerHelloDone } from "./expect-server-hello-done.ts";
import type { ClientHandshake12 } from "./handshake.ts";

/** Smallest prime of a DHE group that a client accepts, in bits; and the largest, for it costs time. */
const MIN_DHE_BITS = 2048;
const MAX_DHE_BITS = 8192;
/** What a server says that leaves its ServerKeyExchange out in plain PSK (RFC 4279 §2): an empty hint. */
const UNSAID = new Uint8Array(2);

export class ExpectServerKeyExchange implements HandshakeState {
  readonly name = "client12.ExpectServerKeyExchange";
  readonly expects: readonly number[];
  readonly #handshake: ClientHandshake12;
  readonly #proof: ServerProof;

  /** @param statusExpected CertificateStatus may come first; RFC 6066 §8 does not oblige the server to send it */
  constructor(handshake: ClientHandshake12, proof: ServerProof, statusExpected: boolean) {
    this.expects = [
      ...(statusExpected ? [HandshakeType.CertificateStatus] : []),
      HandshakeType.ServerKeyExchange,
      ...(handshake.suite.keyExchange === "psk" ? [HandshakeType.ServerHelloDone] : []),
    ];
    this.#handshake = handshake;
    this.#proof = proof;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const { context } = this.#handshake;
    if (message.type === HandshakeType.ServerHelloDone) {
      return whenSettled<HandshakeState, Settled>(this.#exchange(UNSAID), (done) =>
        done.handle(message, flight),
      );
    }
    if (message.type === HandshakeType.CertificateStatus) {
      context.facts.peerOcspResponse = decodeCertificateStatus(message.body).slice();
      context.transcript.add(message.bytes);
      return new ExpectServerKeyExchange(this.#handshake, this.#proof, false);
    }
    const next = this.#exchange(message.body);
    context.transcript.add(message.bytes);
    return next;
  }

  #exchange(body: Uint8Array): HandshakeState | Promise<HandshakeState> {
    const proof = this.#proof;
    const { context, suite } = this.#handshake;
    switch (suite.keyExchange) {
      case "psk":
        return this.#proven(proof.read(body, readNoParameters), () => NO_AGREEMENT);
      case "dhe":
        return this.#proven(proof.read(body, readDheParameters), finiteField(context));
      default:
        return this.#proven(proof.read(body, readEcdheParameters), ellipticCurve(context));
    }
  }

  /** Goes on with sound parameters if they are proven. */
  #proven<P>(
    { parameters, prove, complete }: ReadExchange<P>,
    agreement: (parameters: P) => Agree,
  ): HandshakeState | Promise<HandshakeState> {
    const agree = complete(agreement(parameters));
    return whenSettled<void, HandshakeState>(
      prove(),
      () => new ExpectServerHelloDone(this.#handshake, agree, false, null),
    );
  }
}

const NO_BYTES = new Uint8Array(0);
const NO_AGREEMENT: Agree = () => ({ identity: null, share: NO_BYTES, premaster: NO_BYTES });

function ellipticCurve(context: HandshakeContext): (parameters: EcdheParameters) => Agree {
  return ({ group: code, publicKey }) => {
    const { config, facts } = context;
    const group = context.offeredGroup(code);
    if (group === undefined || !isCurve(group)) {
      fail(
        "UnofferedGroup",
        `the server's share is for ${namedGroupName(code)}, which is not offered`,
      );
    }
    const peer = publicKey.slice();
    return () => {
      facts.group = group;
      return whenSettled<KeyPair, Agreed>(makeKeyPairOrLater(config, group), (pair) => {
        const derived = pair.deriveLater?.(peer) ?? pair.derive(peer);
        return whenSettled<Uint8Array | null, Agreed>(derived, (premaster) => {
          pair.wipe();
          if (premaster === null) {
            fail("BadKeyShare", `the server's share for ${group.name} is no valid public key`);
          }
          return { identity: null, share: pair.publicKey, premaster };
        });
      });
    };
  };
}

function finiteField({ config }: HandshakeContext): (parameters: DheParameters) => Agree {
  return ({ prime, generator, publicKey }) => {
    const agreement = soundGroup(config.provider.finiteField(prime, generator), prime);
    // The server's integer may be shorter than the prime; ours are all as long as it.
    const peer = concat(new Uint8Array(Math.max(prime.length - publicKey.length, 0)), publicKey);
    return () => {
      const pair = agreement.generate();
      const premaster = pair.derive(peer);
      pair.wipe();
      if (premaster === null) fail("BadKeyShare", "the server's DHE share is no valid public key");
      return {
        identity: null,
        share: pair.publicKey,
        premaster: withoutLeadingZeros(premaster),
      };
    };
  };
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

/** RFC 5246 §8.1.2: TLS 1.2 strips them before the secret is used. A view, so that wiping it leaves no copy. */
function withoutLeadingZeros(secret: Uint8Array): Uint8Array {
  const first = secret.findIndex((byte) => byte !== 0);
  return secret.subarray(Math.max(first, 0));
}
