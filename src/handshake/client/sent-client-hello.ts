/**
 * What a client offers: the ClientHello of both versions, with key shares and the PSK binder
 * (RFC 8446 §4.1.2, §4.2.11.2; RFC 5246 §7.4.1.2). Built anew, from the same parts, after HelloRetryRequest.
 */

import { wipe } from "../../bytes/byte-arrays.ts";
import { EarlySecret, finishedVerifyData } from "../../crypto/key-schedule-13.ts";
import type { KeyPair } from "../../crypto/provider.ts";
import { HASHES } from "../../protocol/cipher-suite.ts";
import { TLS12, TLS13 } from "../../protocol/version.ts";
import {
  type ClientHelloParts,
  encodeClientHello,
  patchBinders,
  truncatedLength,
} from "../../wire/client-hello.ts";
import { type ExtensionValues, offeredExtensions } from "../../wire/extensions/registry.ts";
import type { HandshakeContext } from "../handshake-context.ts";
import type { Resumable } from "../peer-chain.ts";
import { UNCOMPRESSED } from "../point-formats.ts";
import {
  type ExternalPsk,
  type OfferedPsk,
  PSK_DHE_KE,
  pskFromOutside,
  pskOfSession,
} from "../pre-shared-key.ts";
import { acceptedSignatures } from "../verify-signature.ts";

const OCSP = 1;

/** The parts of a ClientHello that survive a HelloRetryRequest, and those that change with it. */
export interface ClientHelloParameters {
  /** 32 bytes. */
  readonly random: Uint8Array;
  /** 0 to 32 bytes. */
  readonly sessionId: Uint8Array;
  /** Pairs of the key shares, by group number, in the order sent. */
  readonly shares: ReadonlyMap<number, KeyPair>;
  /** The session to resume, of either version, or null. */
  readonly resumable: Resumable | null;
  /** An external PSK to offer, or null. Beside an external PSK no TLS 1.3 session is offered. */
  readonly externalPsk: ExternalPsk | null;
  readonly cookie: Uint8Array | null;
  /** TLS 1.2 renegotiation: our last Finished (RFC 5746 §3.5); empty in a first handshake. */
  readonly renegotiation: Uint8Array;
  /** False: no TLS 1.3 in it, because a renegotiation stays in its version. */
  readonly offerTls13: boolean;
}

export interface SentClientHello extends ClientHelloParameters {
  readonly hello: ClientHelloParts;
  /** The message with its header. */
  readonly bytes: Uint8Array;
  /** The offered PSK and its early secret; null: none is offered. */
  readonly psk: { readonly key: OfferedPsk; readonly early: EarlySecret } | null;
}

/** Makes the message; the transcript holds what came before it (nothing, or message_hash and HelloRetryRequest). */
export function makeOffer(
  context: HandshakeContext,
  parts: ClientHelloParameters,
): SentClientHello {
  const { config } = context;
  const psk = parts.offerTls13 ? pskToOffer(parts, config.clock) : null;
  const tls12 = config.versions.includes(TLS12);
  const suites = config.cipherSuites.filter((suite) => parts.offerTls13 || suite.version === TLS12);
  const extensions = offeredExtensions(wantedExtensions(context, parts, psk), {
    tls12,
    tls13: parts.offerTls13,
  });
  const hello: ClientHelloParts = {
    legacyVersion: TLS12,
    random: parts.random,
    sessionId: parts.sessionId,
    cipherSuites: suites.map((suite) => suite.code),
    compressionMethods: Uint8Array.of(0),
    extensions,
  };
  const bytes = encodeClientHello(hello);
  if (psk === null) return offerOf(parts, hello, bytes, null);
  const { provider } = config;
  const early = new EarlySecret(provider, psk.hash, psk.secret).keepIn(context);
  const binderKey = early.binderKey(psk.kind);
  const transcript = context.transcript.copy();
  transcript.select(psk.hash);
  transcript.add(bytes.subarray(0, truncatedLength(extensions, bytes.length)));
  patchBinders(bytes, [finishedVerifyData(provider, psk.hash, binderKey, transcript.digest())]);
  wipe(binderKey);
  return offerOf(parts, hello, bytes, { key: psk, early });
}

function pskToOffer(
  { externalPsk, resumable }: ClientHelloParameters,
  clock: () => number,
): OfferedPsk | null {
  if (externalPsk !== null) return pskFromOutside(externalPsk);
  const session = resumable?.session;
  return session?.version === TLS13 ? pskOfSession(session, clock()) : null;
}

function offerOf(
  parts: ClientHelloParameters,
  hello: ClientHelloParts,
  bytes: Uint8Array,
  psk: SentClientHello["psk"],
): SentClientHello {
  const { random, sessionId, shares, resumable, externalPsk, cookie } = parts;
  const { renegotiation, offerTls13 } = parts;
  return {
    random,
    sessionId,
    shares,
    resumable,
    externalPsk,
    cookie,
    renegotiation,
    offerTls13,
    hello,
    bytes,
    psk,
  };
}

/** What the configuration and this handshake want to send. The rows of the extensions decide for which versions. */
function wantedExtensions(
  { config, lackingGroups }: HandshakeContext,
  parts: ClientHelloParameters,
  psk: OfferedPsk | null,
): ExtensionValues {
  const tls12 = config.versions.includes(TLS12);
  const cbc = config.cipherSuites.some((suite) => suite.mac !== null);
  const resumed = parts.resumable?.session;
  const session12 = resumed?.version === TLS12 ? resumed : null;
  return {
    ...(config.serverName === null ? {} : { serverName: config.serverName }),
    ...(config.requestOcsp ? { statusRequest: { type: OCSP } } : {}),
    supportedVersions: [...config.versions],
    supportedGroups: config.groups
      .filter(
        (group) =>
          ((group.tls13 && parts.offerTls13) || (group.tls12 && tls12)) &&
          !lackingGroups.has(group),
      )
      .map((group) => group.code),
    ...acceptedSignatures(config, parts.offerTls13),
    ...(config.alpnProtocols.length > 0 ? { alpn: config.alpnProtocols } : {}),
    ecPointFormats: [UNCOMPRESSED],
    ...(config.sessionStore === null
      ? {}
      : { sessionTicket: session12?.ticket ?? new Uint8Array(0) }),
    ...(config.extendedMasterSecret === "off" ? {} : { extendedMasterSecret: true }),
    ...(config.encryptThenMac && cbc ? { encryptThenMac: true } : {}),
    renegotiationInfo: parts.renegotiation,
    keyShare: Array.from(parts.shares, ([group, pair]) => ({
      group,
      keyExchange: pair.publicKey,
    })),
    pskKeyExchangeModes: [PSK_DHE_KE],
    ...(config.postHandshakeAuth ? { postHandshakeAuth: true } : {}),
    ...(parts.cookie === null ? {} : { cookie: parts.cookie }),
    ...(psk === null ? {} : { preSharedKey: offeredPsks(psk) }),
  };
}

function offeredPsks(psk: OfferedPsk): NonNullable<ExtensionValues["preSharedKey"]> {
  return {
    identities: [{ identity: psk.identity, obfuscatedTicketAge: psk.obfuscatedAge }],
    // Zeros in the place of the binder until the rest of the message is known.
    binders: [new Uint8Array(HASHES[psk.hash].length)],
  };
}
