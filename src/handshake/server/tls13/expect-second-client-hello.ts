/**
 * Awaits the ClientHello after HelloRetryRequest: the same but for what the retry allows (RFC 8446 §4.1.2).
 */
import { equalBytes } from "../../../bytes/byte-arrays.ts";
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import { ExtensionType, extensionName } from "../../../protocol/extension-type.ts";
import { fail } from "../../../protocol/failure.ts";
import { HandshakeType } from "../../../protocol/handshake-type.ts";
import type { NamedGroup } from "../../../protocol/named-group.ts";
import { type ClientHello, decodeClientHello } from "../../../wire/client-hello.ts";
import type { OfferedPsks } from "../../../wire/extensions/pre-shared-key.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import type { Credential } from "../../peer-identity.ts";
import type { HandshakeMessage, HandshakeState, Next, Settled } from "../../state.ts";
import { type FoundPsk, findPsk } from "./find-psk.ts";
import { shareAfterRetry } from "./key-exchange-offer.ts";
import { sendServerFlight } from "./server-flight.ts";

export interface RetryFacts {
  readonly first: ClientHello;
  readonly suite: CipherSuite;
  readonly group: NamedGroup;
  readonly cookie: Uint8Array;
  readonly credentials: readonly Credential[];
}

/** Extensions that may change, come or go (RFC 8446 §4.1.2). */
const MAY_DIFFER: readonly number[] = [
  ExtensionType.KeyShare,
  ExtensionType.Cookie,
  ExtensionType.PreSharedKey,
  ExtensionType.EarlyData,
  ExtensionType.Padding,
];

export class ExpectSecondClientHello implements HandshakeState {
  readonly name = "server13.ExpectSecondClientHello";
  readonly expects: readonly number[] = [HandshakeType.ClientHello];
  readonly #context: HandshakeContext;
  readonly #retry: RetryFacts;

  constructor(context: HandshakeContext, retry: RetryFacts) {
    this.#context = context;
    this.#retry = retry;
  }

  handle(message: HandshakeMessage, flight: Flight): Next {
    const { suite, group, cookie, credentials } = this.#retry;
    const hello = decodeClientHello(message.body);
    const echoed = hello.extensions.cookie;
    if (echoed === undefined || !equalConstantTime(echoed, cookie)) {
      fail("BadCookie", "the second ClientHello does not echo the cookie of HelloRetryRequest");
    }
    this.#refuseDifferences(hello);
    shareAfterRetry(hello, group);
    if (hello.extensions.earlyData === true) {
      fail("SecondHelloDiffers", "early_data is not allowed after HelloRetryRequest");
    }
    // Early data belongs to the first hello: after the second one no more is skipped (RFC 8446 §4.2.10).
    this.#context.facts.earlyDataOffered = false;
    return whenSettled<FoundPsk | null, Settled>(findPsk(this.#context, hello, suite), (psk) =>
      sendServerFlight(this.#context, { hello, message, suite, group, psk, credentials }, flight),
    );
  }

  #refuseDifferences(hello: ClientHello): void {
    const { first } = this.#retry;
    const differs =
      hello.legacyVersion !== first.legacyVersion ||
      !equalBytes(hello.random, first.random) ||
      !equalBytes(hello.sessionId, first.sessionId) ||
      !equalBytes(hello.compressionMethods, first.compressionMethods) ||
      hello.cipherSuites.length !== first.cipherSuites.length ||
      hello.cipherSuites.some((code, i) => code !== first.cipherSuites[i]);
    if (differs) {
      fail(
        "SecondHelloDiffers",
        "version, random, session id, suites or compression changed after HelloRetryRequest",
      );
    }
    if (!areLeft(hello.extensions.preSharedKey, first.extensions.preSharedKey)) {
      fail("SecondHelloDiffers", "a PSK came that was not offered before HelloRetryRequest");
    }
    const before = comparableExtensions(first);
    const after = comparableExtensions(hello);
    for (const type of new Set([...before.keys(), ...after.keys()])) {
      const a = before.get(type);
      const b = after.get(type);
      if (a === undefined || b === undefined || !equalBytes(a, b)) {
        fail("SecondHelloDiffers", `${extensionName(type)} changed after HelloRetryRequest`);
      }
    }
  }
}

/** RFC 8446 §4.1.2: PSKs may go, and all have another age and binder; none comes, and their order stays. */
function areLeft(psks: OfferedPsks | undefined, before: OfferedPsks | undefined): boolean {
  const offered = (before?.identities ?? []).values();
  return (psks?.identities ?? []).every(({ identity }) => {
    for (let next = offered.next(); next.done !== true; next = offered.next())
      if (equalBytes(next.value.identity, identity)) return true;
    return false;
  });
}

function comparableExtensions(hello: ClientHello): Map<number, Uint8Array> {
  const { order, raw } = hello.extensions;
  const comparable = new Map<number, Uint8Array>();
  for (const [index, type] of order.entries()) {
    const content = raw[index];
    if (content !== undefined && !MAY_DIFFER.includes(type)) comparable.set(type, content);
  }
  return comparable;
}
