/**
 * The client after a TLS 1.2 ServerHello: what was negotiated, full handshake or resumption
 * (RFC 5246 §7.3, §7.4.1.3; RFC 5077 §3; RFC 5746 §3.4, §3.5; RFC 7366; RFC 7627 §5).
 */
import { concat, equalBytes } from "../../../bytes/byte-arrays.ts";
import { equalConstantTime } from "../../../bytes/constant-time.ts";
import { type CipherSuite, cipherSuiteName } from "../../../protocol/cipher-suite.ts";
import { ExtensionType, extensionName } from "../../../protocol/extension-type.ts";
import { fail } from "../../../protocol/failure.ts";
import { TLS12 } from "../../../protocol/version.ts";
import type { ServerHello } from "../../../wire/server-hello.ts";
import { noteExtendedMasterSecret } from "../../extended-master-secret.ts";
import type { HandshakeContext } from "../../handshake-context.ts";
import { negotiateEncryptThenMac } from "../../negotiate-encrypt-then-mac.ts";
import { type Resumable, takeOver } from "../../peer-chain.ts";
import { refusePointFormats } from "../../point-formats.ts";
import { Secrets12 } from "../../secrets-12.ts";
import type { HandshakeMessage, HandshakeState } from "../../state.ts";
import type { SentClientHello } from "../sent-client-hello.ts";
import { acceptAlpn, rejectUnsolicitedExtensions } from "../server-extensions.ts";
import { ExpectCertificate } from "./expect-certificate.ts";
import { expectServerEnd } from "./expect-server-finished.ts";
import { ExpectServerKeyExchange } from "./expect-server-key-exchange.ts";
import type { AwaitServerHello, ClientHandshake12 } from "./handshake.ts";

/** Extensions that belong to TLS 1.3 alone. */
const ONLY_TLS13: readonly number[] = [ExtensionType.KeyShare, ExtensionType.PreSharedKey];

/**
 * Goes on with TLS 1.2 after a ServerHello that chose it: checks what it negotiated, resumed or full (RFC 5246
 * §7.4.1.3).
 */
export function beginTls12(
  context: HandshakeContext,
  offer: SentClientHello,
  hello: ServerHello,
  message: HandshakeMessage,
  awaitServerHello: AwaitServerHello,
): HandshakeState {
  const { config, facts, transcript } = context;
  for (const pair of offer.shares.values()) pair.wipe();
  const suite = negotiatedSuite(context, hello);
  facts.version = TLS12;
  facts.suite = suite;
  facts.serverRandom = hello.random.slice();
  facts.sessionId = hello.sessionId.slice();
  acceptExtensions(context, offer, hello, suite);
  const resumable = resumedSession(offer, hello);
  // The signature of client authentication is over the messages themselves.
  transcript.select(suite.hash, resumable === null);
  transcript.add(message.bytes);
  const handshake: ClientHandshake12 = {
    context,
    offer,
    suite,
    ticketExpected: hello.extensions.sessionTicket !== undefined,
    statusExpected: hello.extensions.statusRequestAccepted === true && config.requestOcsp,
    awaitServerHello,
  };
  if (resumable === null) return proofOf(handshake);
  const { session } = resumable;
  if (session.suite !== suite || !facts.extendedMasterSecret) {
    fail(
      "ResumptionMismatch",
      "the server resumes a session with another suite or without its extended master secret",
    );
  }
  takeOver(context, resumable);
  if (session.ticket.length > 0) facts.ticket = session.ticket;
  return expectServerEnd(handshake, new Secrets12(context, suite, session.secret), null);
}

/** The session that the server resumes, by the id that we sent; null: a full handshake. */
function resumedSession(
  { resumable, sessionId }: SentClientHello,
  hello: ServerHello,
): Resumable | null {
  if (hello.sessionId.length === 0 || !equalBytes(hello.sessionId, sessionId)) return null;
  if (resumable?.session.version === TLS12) return resumable;
  // The id was there for the compatibility mode of TLS 1.3 alone (RFC 8446 §D.4).
  return fail("BadSessionIdEcho", "the server resumes a session of TLS 1.2, but none was offered");
}

/** In a full handshake: the state that awaits what the server proves itself by. */
function proofOf(handshake: ClientHandshake12): HandshakeState {
  const { context, suite } = handshake;
  const proof = suite.authentication === "psk" ? context.config.pskProof : null;
  return proof === null
    ? new ExpectCertificate(handshake)
    : new ExpectServerKeyExchange(handshake, proof, false);
}

function negotiatedSuite(context: HandshakeContext, hello: ServerHello): CipherSuite {
  const suite = context.config.cipherSuites.find(
    (row) => row.code === hello.cipherSuite && row.version === TLS12,
  );
  if (suite === undefined) {
    fail(
      "UnofferedCipherSuite",
      `the server chose ${cipherSuiteName(hello.cipherSuite)}, which is not offered for TLS 1.2`,
    );
  }
  if (hello.compressionMethod !== 0) {
    fail("ForbiddenCompression", `compression_method is ${hello.compressionMethod}, not 0`);
  }
  return suite;
}

function acceptExtensions(
  context: HandshakeContext,
  offer: SentClientHello,
  hello: ServerHello,
  suite: CipherSuite,
): void {
  const { facts } = context;
  const { extensions } = hello;
  const misplaced = extensions.order.find((type) => ONLY_TLS13.includes(type));
  if (misplaced !== undefined) {
    fail(
      "MisplacedExtension",
      `${extensionName(misplaced)} does not belong in a TLS 1.2 ServerHello`,
    );
  }
  rejectUnsolicitedExtensions(extensions.order, offer.hello);
  refusePointFormats(extensions);
  facts.negotiatedExtensions = extensions.order;
  noteExtendedMasterSecret(context, extensions.extendedMasterSecret === true);
  if (extensions.encryptThenMac === true && suite.mac === null) {
    fail(
      "ForbiddenValue",
      "the server answers encrypt_then_mac for a suite that is not CBC (RFC 7366 §3)",
    );
  }
  facts.encryptThenMac = negotiateEncryptThenMac(
    context,
    suite,
    extensions.encryptThenMac === true,
  );
  checkRenegotiationInfo(context, extensions.renegotiationInfo);
  const before = facts.alpnProtocol;
  acceptAlpn(context, extensions.alpn);
  if (context.previousFinished !== null && facts.alpnProtocol !== before) {
    fail("ResumptionMismatch", "the application protocol must not change in a renegotiation");
  }
}

/** RFC 5746 §3.4 in the first handshake, §3.5 afterwards. */
function checkRenegotiationInfo(context: HandshakeContext, info: Uint8Array | undefined): void {
  const { facts, previousFinished } = context;
  if (previousFinished === null) {
    if (info !== undefined && info.length > 0) {
      fail("RenegotiationInfoMismatch", "renegotiation_info of a first handshake is not empty");
    }
    facts.secureRenegotiation = info !== undefined;
    return;
  }
  const expected = concat(previousFinished.client, previousFinished.server);
  if (info === undefined || !equalConstantTime(info, expected)) {
    fail(
      "RenegotiationInfoMismatch",
      "renegotiation_info does not bind this handshake to the one before",
    );
  }
}
