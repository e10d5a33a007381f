/**
 * Awaits ServerHello or HelloRetryRequest: settles version, suite and key agreement
 * (RFC 8446 §4.1.3, §4.1.4; RFC 5246 §7.4.1.3). TLS 1.2 goes on in `tls12/`.
 */
import { equalBytes } from "../../bytes/byte-arrays.ts";
import { EarlySecret } from "../../crypto/key-schedule-13.ts";
import type { KeyPair } from "../../crypto/provider.ts";
import { type CipherSuite, cipherSuiteName } from "../../protocol/cipher-suite.ts";
import { ExtensionType, extensionName } from "../../protocol/extension-type.ts";
import { fail } from "../../protocol/failure.ts";
import { HandshakeType } from "../../protocol/handshake-type.ts";
import { namedGroupName } from "../../protocol/named-group.ts";
import { isSsl, TLS12, TLS13, versionName } from "../../protocol/version.ts";
import { sentExtensions } from "../../wire/client-hello.ts";
import {
  DOWNGRADE_TLS11,
  DOWNGRADE_TLS12,
  decodeServerHello,
  type ServerHello,
} from "../../wire/server-hello.ts";
import { makeKeyPairOrAsync } from "../ephemeral.ts";
import type { Flight } from "../flight.ts";
import { type HandshakeContext, whenSettled } from "../handshake-context.ts";
import { takeOver } from "../peer-chain.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../state.ts";
import {
  type ClientHelloParameters,
  makeOffer,
  type SentClientHello,
} from "./sent-client-hello.ts";
import { beginTls12 } from "./tls12/after-server-hello-12.ts";
import { beginTls13, changeCipherSpec13 } from "./tls13/after-server-hello-13.ts";

/** Extensions that a TLS 1.3 ServerHello and HelloRetryRequest may hold (RFC 8446 §4.2). */
const SERVER_HELLO_13: readonly number[] = [
  ExtensionType.KeyShare,
  ExtensionType.PreSharedKey,
  ExtensionType.SupportedVersions,
];
const HELLO_RETRY_REQUEST: readonly number[] = [
  ExtensionType.KeyShare,
  ExtensionType.Cookie,
  ExtensionType.SupportedVersions,
];

export class ExpectServerHello implements HandshakeState {
  readonly name = "client.ExpectServerHello";
  readonly expects: readonly number[] = [HandshakeType.ServerHello];
  readonly #context: HandshakeContext;
  readonly #offer: SentClientHello;
  readonly #retrySuite: CipherSuite | null;
  readonly #established: HandshakeState | null;

  /**
   * @param retrySuite the suite that a HelloRetryRequest fixed, or null before one
   * @param established the connection that goes on if the server refuses to renegotiate; null in a first handshake
   */
  constructor(
    context: HandshakeContext,
    offer: SentClientHello,
    retrySuite: CipherSuite | null,
    established: HandshakeState | null,
  ) {
    this.#context = context;
    this.#offer = offer;
    this.#retrySuite = retrySuite;
    this.#established = established;
  }

  renegotiationRefused(): HandshakeState {
    return this.#established ?? fail("AlertReceived", "no_renegotiation came in a first handshake");
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const hello = decodeServerHello(message.body);
    const version = this.#version(hello);
    if (version === TLS12) {
      this.#refuseDowngrade(hello);
      const context = this.#context;
      return beginTls12(
        context,
        this.#offer,
        hello,
        message,
        (offer, established) => new ExpectServerHello(context, offer, null, established),
      );
    }
    const suite = this.#tls13Suite(hello);
    this.#context.facts.version = TLS13;
    this.#context.facts.suite = suite;
    return hello.isRetry
      ? this.#helloRetryRequest(hello, suite, message, flight)
      : this.#serverHello13(hello, suite, message, flight);
  }

  #version(hello: ServerHello): number {
    const { versions } = this.#context.config;
    const selected = hello.extensions.selectedVersion;
    if (selected !== undefined && !isSsl(hello.legacyVersion)) {
      // RFC 8446 §4.2.1: legacy_version is ignored. The extension is for TLS 1.3 alone, and only where we offered it.
      if (!this.#offer.offerTls13) refuseExtension(ExtensionType.SupportedVersions, this.#offer);
      if (selected !== TLS13) {
        fail(
          "UnofferedVersion",
          `supported_versions selects ${versionName(selected)}, not TLS 1.3`,
        );
      }
      return selected;
    }
    const version = hello.legacyVersion;
    if ((hello.isRetry || this.#retrySuite !== null) && !isSsl(version)) {
      fail("MissingExtension", "supported_versions is missing in HelloRetryRequest or after it");
    }
    if (version !== TLS12 || !versions.includes(TLS12)) {
      fail("NoCommonVersion", `the server speaks ${versionName(version)}, which is not offered`);
    }
    return version;
  }

  /** RFC 8446 §4.1.3: the last eight bytes of the random reveal that an attacker lowered the version. */
  #refuseDowngrade(hello: ServerHello): void {
    const tail = hello.random.subarray(24);
    const downgraded =
      equalBytes(tail, DOWNGRADE_TLS11) ||
      (this.#offer.offerTls13 && equalBytes(tail, DOWNGRADE_TLS12));
    if (downgraded) {
      fail(
        "DowngradeDetected",
        "the server supports a higher version: an attacker changed the hellos",
      );
    }
  }

  #tls13Suite(hello: ServerHello): CipherSuite {
    const { config } = this.#context;
    if (!equalBytes(hello.sessionId, this.#offer.sessionId)) {
      fail("BadSessionIdEcho", "legacy_session_id_echo is not what was sent");
    }
    if (hello.compressionMethod !== 0) {
      fail(
        "ForbiddenCompression",
        `legacy_compression_method is ${hello.compressionMethod}, not 0`,
      );
    }
    const suite = config.cipherSuites.find(
      (row) => row.code === hello.cipherSuite && row.version === TLS13,
    );
    if (suite === undefined) {
      fail(
        "UnofferedCipherSuite",
        `the server chose ${cipherSuiteName(hello.cipherSuite)}, which is not offered for TLS 1.3`,
      );
    }
    const retrySuite = this.#retrySuite;
    if (retrySuite !== null && retrySuite !== suite) {
      fail(
        "UnofferedCipherSuite",
        `HelloRetryRequest named ${retrySuite.name}, ServerHello ${suite.name}`,
      );
    }
    const allowed = hello.isRetry ? HELLO_RETRY_REQUEST : SERVER_HELLO_13;
    const sent = sentExtensions(this.#offer.hello);
    for (const type of hello.extensions.order) {
      // A cookie needs no offer (RFC 8446 §4.2).
      const offered = type === ExtensionType.Cookie || sent.includes(type);
      if (!offered || !allowed.includes(type)) refuseExtension(type, this.#offer);
    }
    return suite;
  }

  #helloRetryRequest(
    hello: ServerHello,
    suite: CipherSuite,
    message: HandshakeMessage,
    flight: Flight,
  ): Next {
    if (this.#retrySuite !== null) {
      fail("SecondHelloRetryRequest", "a second HelloRetryRequest came (RFC 8446 §4.1.4)");
    }
    const { facts, transcript } = this.#context;
    const group = hello.extensions.selectedGroup;
    const cookie = hello.extensions.cookie?.slice() ?? null;
    if (group === undefined && cookie === null) {
      fail("UselessHelloRetryRequest", "HelloRetryRequest asks for nothing new");
    }
    const next = this.#sharesFor(group);
    facts.helloRetryRequest = true;
    transcript.select(suite.hash);
    transcript.replaceByMessageHash();
    transcript.add(message.bytes);
    return whenSettled<ClientHelloParameters["shares"], HandshakeState>(next, (shares) =>
      this.#offerAgain(suite, shares, cookie, flight),
    );
  }

  /** The shares of the next ClientHello: one in the group that was asked for, or those of before. */
  #sharesFor(
    group: number | undefined,
  ): ClientHelloParameters["shares"] | Promise<ClientHelloParameters["shares"]> {
    const { config } = this.#context;
    const { shares } = this.#offer;
    if (group === undefined) return shares;
    const row = this.#context.offeredGroup(group);
    if (row === undefined || !row.tls13) {
      fail(
        "UnofferedGroup",
        `HelloRetryRequest asks for ${namedGroupName(group)}, which is not offered`,
      );
    }
    if (shares.has(group)) {
      fail("UselessHelloRetryRequest", `a share for ${row.name} was sent already`);
    }
    for (const pair of shares.values()) pair.wipe();
    return whenSettled<KeyPair, ClientHelloParameters["shares"]>(
      makeKeyPairOrAsync(config, row),
      (pair) => new Map([[group, pair]]),
    );
  }

  #offerAgain(
    suite: CipherSuite,
    shares: ClientHelloParameters["shares"],
    cookie: Uint8Array | null,
    flight: Flight,
  ): HandshakeState {
    // A PSK of another hash cannot be used any more (RFC 8446 §4.1.4).
    const { resumable, externalPsk, psk } = this.#offer;
    const keepPsk = psk?.key.hash === suite.hash;
    const offer = makeOffer(this.#context, {
      ...this.#offer,
      shares,
      cookie,
      resumable: keepPsk ? resumable : null,
      externalPsk: keepPsk ? externalPsk : null,
    });
    changeCipherSpec13(offer, flight);
    this.#context.send(offer.bytes, flight);
    return new ExpectServerHello(this.#context, offer, suite, null);
  }

  #serverHello13(
    hello: ServerHello,
    suite: CipherSuite,
    message: HandshakeMessage,
    flight: Flight,
  ): Next {
    const { config, facts, transcript } = this.#context;
    const share = hello.extensions.serverShare;
    if (share === undefined) {
      fail(
        "MissingExtension",
        "ServerHello has no key_share; resumption without key agreement is not offered",
      );
    }
    const pair = this.#offer.shares.get(share.group);
    // After a HelloRetryRequest for a group there is but that one.
    if (pair === undefined) {
      fail(
        "UnofferedGroup",
        `the server's share is for ${namedGroupName(share.group)}, for which none was sent`,
      );
    }
    const derived = pair.deriveAsync?.(share.keyExchange) ?? pair.derive(share.keyExchange);
    transcript.select(suite.hash);
    transcript.add(message.bytes);
    return whenSettled<Uint8Array | null, HandshakeState>(derived, (secret) => {
      if (secret === null) {
        fail(
          "BadKeyShare",
          `the server's share for ${namedGroupName(share.group)} is not a valid public key`,
        );
      }
      for (const own of this.#offer.shares.values()) own.wipe();
      facts.group = config.groups.find((row) => row.code === share.group) ?? null;
      facts.sessionId = this.#offer.sessionId;
      const early = this.#acceptPsk(hello, suite);
      if (this.#retrySuite === null) changeCipherSpec13(this.#offer, flight);
      return beginTls13(this.#context, this.#offer, suite, early, secret, flight);
    });
  }

  /** RFC 8446 §4.2.11: the PSK's early secret if the server took it, else one of zeros. */
  #acceptPsk(hello: ServerHello, suite: CipherSuite): EarlySecret {
    const { facts, config } = this.#context;
    const selected = hello.extensions.selectedIdentity;
    if (selected === undefined) return new EarlySecret(config.provider, suite.hash, null);
    const { psk } = this.#offer;
    if (psk === null || selected !== 0) {
      fail("UnofferedPsk", `the server chose PSK ${selected}, which was not offered`);
    }
    const { key, early } = psk;
    if (key.hash !== suite.hash) {
      fail(
        "UnofferedPsk",
        `the offered PSK is for ${key.hash}, the suite ${suite.name} has another hash`,
      );
    }
    const { resumable } = this.#offer;
    if (key.kind === "external") facts.pskIdentity = key.identity;
    else if (resumable !== null) takeOver(this.#context, resumable);
    return early;
  }
}

/** An extension in an answer: misplaced if it was offered, unsolicited if not (RFC 8446 §4.2). */
function refuseExtension(type: number, offer: SentClientHello): never {
  return sentExtensions(offer.hello).includes(type)
    ? fail("MisplacedExtension", `${extensionName(type)} does not belong in this message`)
    : fail("UnsolicitedExtension", `the server answers ${extensionName(type)}, which was not sent`);
}
