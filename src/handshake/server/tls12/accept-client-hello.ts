/**
 * A TLS 1.2 ClientHello: negotiation, then resumption or the server's first flight
 * (RFC 5246 §7.3, §7.4.1; RFC 5746 §3.6, §3.7; RFC 7627 §5; RFC 8422 §5.1).
 */
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { EMPTY_RENEGOTIATION_INFO_SCSV } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import { TLS12, TLS13 } from "../../../protocol/version.ts";
import { type ClientHello, decodeClientHello } from "../../../wire/client-hello.ts";
import { DOWNGRADE_TLS12 } from "../../../wire/server-hello.ts";
import { noteExtendedMasterSecret } from "../../extended-master-secret.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import type { Resumable } from "../../peer-chain.ts";
import type { Credential } from "../../peer-identity.ts";
import { refusePointFormats } from "../../point-formats.ts";
import type { HandshakeMessage, Next, Settled } from "../../state.ts";
import { negotiateAlpn } from "../alpn.ts";
import { findSession } from "./find-session.ts";
import { sendFirstFlight } from "./first-flight.ts";
import { resume } from "./resume.ts";

const RANDOM_LENGTH = 32;

/**
 * Answers a ClientHello with TLS 1.2: resumes its session, or sends the first flight of a full handshake (RFC 5246
 * §7.3).
 */
export function acceptClientHello12(
  context: HandshakeContext,
  hello: ClientHello,
  message: HandshakeMessage,
  credentials: readonly Credential[],
  flight: Flight,
): Next {
  const { facts, transcript } = context;
  acceptExtensions(context, hello);
  facts.serverRandom = serverRandom(context);
  facts.resumed = false;
  context.session = null;
  transcript.add(message.bytes);
  const again = (next: HandshakeMessage, later: Flight): Next =>
    renegotiate(context, next, credentials, later);
  return whenSettled<Resumable | null, Settled>(findSession(context, hello), (resumable) =>
    resumable === null
      ? sendFirstFlight(context, hello, credentials, again, flight)
      : resume(context, hello, resumable, again, flight),
  );
}

/** The ClientHello of a renegotiation: the version stays, and nothing is resumed. */
function renegotiate(
  context: HandshakeContext,
  message: HandshakeMessage,
  credentials: readonly Credential[],
  flight: Flight,
): Next {
  const hello = decodeClientHello(message.body);
  if (hello.legacyVersion < TLS12) {
    fail("NoCommonVersion", "the version must not change in a renegotiation");
  }
  context.facts.clientRandom = hello.random.slice();
  context.facts.peerSignatureSchemes = hello.extensions.signatureAlgorithms ?? [];
  return acceptClientHello12(context, hello, message, credentials, flight);
}

function acceptExtensions(context: HandshakeContext, hello: ClientHello): void {
  const { facts } = context;
  const { extensions } = hello;
  checkRenegotiationInfo(context, hello);
  refusePointFormats(extensions);
  noteExtendedMasterSecret(context, extensions.extendedMasterSecret === true);
  const before = facts.alpnProtocol;
  facts.alpnProtocol = null;
  facts.alpnNegotiated = false;
  negotiateAlpn(context, hello);
  if (context.previousFinished !== null && facts.alpnProtocol !== before) {
    fail("ResumptionMismatch", "the application protocol must not change in a renegotiation");
  }
}

/** RFC 5746 §3.6 in the first handshake, §3.7 afterwards. */
function checkRenegotiationInfo(context: HandshakeContext, hello: ClientHello): void {
  const { facts, previousFinished } = context;
  const info = hello.extensions.renegotiationInfo;
  const scsv = hello.cipherSuites.includes(EMPTY_RENEGOTIATION_INFO_SCSV);
  if (previousFinished === null) {
    if (info !== undefined && info.length > 0) {
      fail("RenegotiationInfoMismatch", "renegotiation_info of a first handshake is not empty");
    }
    facts.secureRenegotiation = info !== undefined || scsv;
    return;
  }
  if (scsv || info === undefined || !equalConstantTime(info, previousFinished.client)) {
    fail(
      "RenegotiationInfoMismatch",
      "renegotiation_info does not bind this handshake to the one before",
    );
  }
}

/** RFC 8446 §4.1.3: a server that also supports TLS 1.3 signals it where an attacker cannot change it. */
function serverRandom({ config }: HandshakeContext): Uint8Array {
  const random = config.random(RANDOM_LENGTH).slice();
  if (config.versions.includes(TLS13))
    random.set(DOWNGRADE_TLS12, RANDOM_LENGTH - DOWNGRADE_TLS12.length);
  return random;
}
