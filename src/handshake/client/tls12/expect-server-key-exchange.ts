/**
 * Awaits ServerKeyExchange, before it possibly CertificateStatus: parameters and what proves them
 * (RFC 5246 §7.4.3, RFC 8422 §5.4, RFC 6066 §8, RFC 4279 §2).
 */
import { concat } from "../../../bytes/byte-arrays.ts";
import type { CryptoProvider, KeyPair } from "../../../crypto/provider.ts";
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
import { makeKeyPairOrAsync } from "../../ephemeral.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import type {
  KeyExchangeResult,
  ParsedServerKeyExchange,
  RunKeyExchange,
  ServerAuthentication,
} from "../../server-authentication.ts";
import type { HandshakeMessage, HandshakeState, Next, Settled } from "../../state.ts";
import { ExpectServerHelloDone } from "./expect-server-hello-done.ts";
import type { ClientHandshake12 } from "./handshake.ts";

/** Smallest prime of a DHE group that a client accepts, in bits; and the largest, for it costs time. */
const MIN_DHE_BITS = 2048;
const MAX_DHE_BITS = 8192;
/** The meaning of an absent ServerKeyExchange in plain PSK (RFC 4279 §2): an empty hint. */
const UNSAID = new Uint8Array(2);

export class ExpectServerKeyExchange implements HandshakeState {
  readonly name = "client12.ExpectServerKeyExchange";
  readonly expects: readonly number[];
  readonly #handshake: ClientHandshake12;
  readonly #proof: ServerAuthentication;

  /** @param statusExpected CertificateStatus may come first; RFC 6066 §8 does not oblige the server to send it */
  constructor(handshake: ClientHandshake12, proof: ServerAuthentication, statusExpected: boolean) {
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
    // A copy: the parameters are looked at when they are proven, which may take its time.
    const next = this.#exchange(message.body.slice());
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

  /** Goes on with proven parameters if they are sound: nothing is computed with what anybody could have sent. */
  #proven<P>(
    { parameters, prove, complete }: ParsedServerKeyExchange<P>,
    agreement: (parameters: P) => Proven,
  ): HandshakeState | Promise<HandshakeState> {
    const proven = agreement(parameters);
    return whenSettled<void, HandshakeState>(prove(), () => {
      const agree = complete(proven());
      return new ExpectServerHelloDone(this.#handshake, agree, false, null);
    });
  }
}

const NO_BYTES = new Uint8Array(0);
const NOTHING: RunKeyExchange = () => ({ identity: null, share: NO_BYTES, premaster: NO_BYTES });

/** How to agree by parameters whose numbers are within bounds; to be called when they are proven. */
type Proven = () => RunKeyExchange;
const NO_AGREEMENT: Proven = () => NOTHING;

function ellipticCurve(context: HandshakeContext): (parameters: EcdheParameters) => Proven {
  return ({ group: code, publicKey }) => {
    const { config, facts } = context;
    const group = context.offeredGroup(code);
    if (group === undefined || !isCurve(group)) {
      fail(
        "UnofferedGroup",
        `the server's share is for ${namedGroupName(code)}, which is not offered`,
      );
    }
    const agree: RunKeyExchange = () => {
      facts.group = group;
      return whenSettled<KeyPair, KeyExchangeResult>(makeKeyPairOrAsync(config, group), (pair) => {
        const derived = pair.deriveAsync?.(publicKey) ?? pair.derive(publicKey);
        return whenSettled<Uint8Array | null, KeyExchangeResult>(derived, (premaster) => {
          pair.wipe();
          if (premaster === null) {
            fail("BadKeyShare", `the server's share for ${group.name} is not a valid public key`);
          }
          return { identity: null, share: pair.publicKey, premaster };
        });
      });
    };
    return () => agree;
  };
}

function finiteField({ config }: HandshakeContext): (parameters: DheParameters) => Proven {
  return ({ prime, generator, publicKey }) => {
    refuseLength(prime);
    return () => agreeIn(config.provider, prime, generator, publicKey);
  };
}

function agreeIn(
  provider: CryptoProvider,
  prime: Uint8Array,
  generator: Uint8Array,
  publicKey: Uint8Array,
): RunKeyExchange {
  const agreement = provider.finiteField(prime, generator);
  if (agreement === null) fail("BadKeyShare", "the server's DHE group is not sound");
  // The server's integer may be shorter than the prime; ours are all as long as it.
  const peer = concat(new Uint8Array(Math.max(prime.length - publicKey.length, 0)), publicKey);
  return () => {
    const pair = agreement.generate();
    const premaster = pair.derive(peer);
    pair.wipe();
    if (premaster === null) fail("BadKeyShare", "the server's DHE share is not a valid public key");
    return {
      identity: null,
      share: pair.publicKey,
      premaster: withoutLeadingZeros(premaster),
    };
  };
}

/** Before anything is computed with the prime. */
function refuseLength(prime: Uint8Array): void {
  const bits = prime.length * 8 - Math.clz32(prime[0] ?? 0) + 24;
  if (bits < MIN_DHE_BITS || bits > MAX_DHE_BITS) {
    fail(
      "WeakKeyExchange",
      `the server's DHE prime has ${bits} bits; ${MIN_DHE_BITS} to ${MAX_DHE_BITS} are accepted`,
    );
  }
}

/** RFC 5246 §8.1.2: TLS 1.2 strips them before the secret is used. A view, so that wiping it leaves no copy. */
function withoutLeadingZeros(secret: Uint8Array): Uint8Array {
  const first = secret.findIndex((byte) => byte !== 0);
  return secret.subarray(Math.max(first, 0));
}
