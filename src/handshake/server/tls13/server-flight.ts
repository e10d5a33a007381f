/**
 * The server's flight from ServerHello to Finished, and the keys that go with it (RFC 8446 §2, §4, §7.1, §A.2).
 */
import { harmlessList } from "../../../bytes/text.ts";
import { EarlySecret, trafficKeys } from "../../../crypto/key-schedule-13.ts";
import { certificateVerifyContent } from "../../../crypto/signed-content.ts";
import type { CipherSuite } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import type { NamedGroup } from "../../../protocol/named-group.ts";
import { signatureSchemeName } from "../../../protocol/signature-scheme.ts";
import { TLS13 } from "../../../protocol/version.ts";
import { encodeCertificate13 } from "../../../wire/certificate.ts";
import { encodeCertificateVerify } from "../../../wire/certificate-verify.ts";
import type { ClientHello } from "../../../wire/client-hello.ts";
import { encodeEncryptedExtensions } from "../../../wire/encrypted-extensions.ts";
import { encodeFinished } from "../../../wire/finished.ts";
import { encodeServerHello } from "../../../wire/server-hello.ts";
import { answerShare } from "../../ephemeral.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { type ChosenCredential, chooseCredential } from "../../negotiation.ts";
import { judgeAgain, type Resumable, takeOver } from "../../peer-chain.ts";
import type { Credential } from "../../peer-identity.ts";
import { Secrets13 } from "../../secrets-13.ts";
import type { HandshakeMessage, HandshakeState, Next, Settled } from "../../state.ts";
import { certificateRequest } from "./certificate-request.ts";
import { ExpectCertificate } from "./expect-certificate.ts";
import { ExpectFinished } from "./expect-finished.ts";
import { type FoundPsk, verifyBinder } from "./find-psk.ts";
import type { ServerHandshake13 } from "./handshake.ts";

const NO_CONTEXT = new Uint8Array(0);
const RANDOM_LENGTH = 32;

/** What was negotiated from the (last) ClientHello. */
export interface Negotiated {
  readonly hello: ClientHello;
  readonly message: HandshakeMessage;
  readonly suite: CipherSuite;
  readonly group: NamedGroup;
  readonly psk: FoundPsk | null;
  readonly credentials: readonly Credential[];
}

/** ServerHello to Finished (RFC 8446 §4.1.3 to §4.4.4), with a certificate or the accepted PSK. */
export function sendServerFlight(
  context: HandshakeContext,
  negotiated: Negotiated,
  flight: Flight,
): Next {
  const { hello, message, psk } = negotiated;
  if (psk === null) return sendWithCertificate(context, negotiated, flight);
  // The binder first: it shows that the client has the session, before anybody is asked about the identity in it.
  const early = verifyBinder(context, hello, message, psk);
  const { session } = psk;
  if (session === null) {
    context.facts.pskIdentity = psk.identity;
    return send(context, negotiated, null, early, flight);
  }
  return whenSettled<Resumable | null, Settled>(
    judgeAgain(context, "client", session),
    (resumable) => {
      if (resumable === null) {
        return sendWithCertificate(context, { ...negotiated, psk: null }, flight);
      }
      takeOver(context, resumable);
      return send(context, negotiated, null, early, flight);
    },
  );
}

function sendWithCertificate(
  context: HandshakeContext,
  negotiated: Negotiated,
  flight: Flight,
): Next {
  const chosen = chooseServerCredential(context, negotiated);
  const early = new EarlySecret(context.config.provider, negotiated.suite.hash, null);
  return send(context, negotiated, chosen, early, flight);
}

/** @param chosen null: by the accepted PSK */
function send(
  context: HandshakeContext,
  negotiated: Negotiated,
  chosen: ChosenCredential | null,
  early: EarlySecret,
  flight: Flight,
): Next {
  const { config, facts, transcript } = context;
  const { hello, message, suite, group, psk } = negotiated;
  facts.postHandshakeAuth = hello.extensions.postHandshakeAuth === true;
  facts.group = group;
  const share = hello.extensions.keyShare?.find((entry) => entry.group === group.code);
  const answer = share === undefined ? null : answerShare(config, group, share.keyExchange);
  if (answer === null) {
    fail("BadKeyShare", `the client's share for ${group.name} is not a valid public key`);
  }
  transcript.add(message.bytes);
  context.send(
    encodeServerHello({
      random: config.random(RANDOM_LENGTH),
      sessionId: hello.sessionId,
      cipherSuite: suite.code,
      extensions: {
        selectedVersion: TLS13,
        serverShare: { group: group.code, keyExchange: answer.publicKey },
        ...(psk === null ? {} : { selectedIdentity: psk.index }),
      },
    }),
    flight,
  );
  // After a HelloRetryRequest it was sent already (RFC 8446 §D.4).
  if (hello.sessionId.length > 0 && !facts.helloRetryRequest) flight.changeCipherSpec();
  const secrets = new Secrets13(context, suite, early, answer.secret);
  flight.installReadKeys(secrets.keys("client"));
  flight.installWriteKeys(secrets.keys("server"));
  const handshake: ServerHandshake13 = { context, suite, secrets };
  context.send(
    encodeEncryptedExtensions({
      ...(facts.serverName === null ? {} : { serverNameAccepted: true }),
      ...(facts.alpnProtocol === null ? {} : { alpn: [facts.alpnProtocol] }),
    }),
    flight,
  );
  if (chosen === null) return finish(handshake, negotiated, false, flight);
  return authenticate(handshake, negotiated, chosen, flight);
}

function chooseServerCredential(
  context: HandshakeContext,
  { hello, credentials }: Negotiated,
): ChosenCredential {
  const { config } = context;
  const { signatureAlgorithms } = hello.extensions;
  if (signatureAlgorithms === undefined) {
    fail(
      "MissingExtension",
      "the ClientHello has no signature_algorithms and its PSK is of no use",
    );
  }
  const choose = (authorities: readonly Uint8Array[]): ChosenCredential | null =>
    chooseCredential(
      credentials,
      config.signingSchemes,
      signatureAlgorithms,
      TLS13,
      authorities,
      config.readLeaf,
    );
  // RFC 8446 §4.2.4: certificate_authorities guides the choice; it does not forbid another certificate.
  const authorities = hello.extensions.certificateAuthorities ?? [];
  const chosen = (authorities.length > 0 ? choose(authorities) : null) ?? choose([]);
  if (chosen !== null) return chosen;
  if (credentials.length === 0) fail("NoUsableCredential", "this server has no certificate");
  return fail(
    "NoCommonSignatureScheme",
    `no certificate here can sign with what the client accepts: ${harmlessList(signatureAlgorithms.map(signatureSchemeName))}`,
  );
}

function authenticate(
  handshake: ServerHandshake13,
  negotiated: Negotiated,
  { credential, scheme }: ChosenCredential,
  flight: Flight,
): Next {
  const { context } = handshake;
  const { config, facts, transcript } = context;
  if (config.requestClientCertificate) {
    context.send(certificateRequest(config, NO_CONTEXT), flight);
  }
  facts.ownCredential = credential;
  facts.ownSignatureScheme = scheme;
  const staple =
    negotiated.hello.extensions.statusRequest === undefined ? null : credential.ocspResponse;
  context.send(encodeCertificate13(NO_CONTEXT, credential.chain, staple), flight);
  const content = certificateVerifyContent("server", transcript.digest());
  return whenSettled<Uint8Array, HandshakeState>(
    credential.key.sign(scheme, content),
    (signature) => {
      context.send(encodeCertificateVerify({ scheme: scheme.code, signature }), flight);
      return finish(handshake, negotiated, config.requestClientCertificate, flight);
    },
  );
}

function finish(
  handshake: ServerHandshake13,
  negotiated: Negotiated,
  clientCertificateRequested: boolean,
  flight: Flight,
): HandshakeState {
  const { context, suite, secrets } = handshake;
  const verifyData = secrets.verifyData("server");
  context.facts.serverFinished = verifyData;
  context.send(encodeFinished(verifyData), flight);
  const application = secrets.application();
  flight.installWriteKeys(trafficKeys(context.config.provider, suite, application.server));
  const modes = negotiated.hello.extensions.pskKeyExchangeModes ?? [];
  return clientCertificateRequested
    ? new ExpectCertificate(handshake, application, modes)
    : new ExpectFinished(handshake, application, modes);
}
