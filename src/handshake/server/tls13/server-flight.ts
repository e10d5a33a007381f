/**
 * The server's flight from ServerHello to Finished, and the keys that go with it (RFC 8446 §2, §4, §7.1, §A.2).
 */
import { wipe } from "../../../bytes/byte-arrays.ts";
import { logSecret } from "../../../crypto/key-log.ts";
import { EarlySecret, finishedVerifyData, trafficKeys } from "../../../crypto/key-schedule-13.ts";
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
import { makeKeyPair } from "../../ephemeral.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { type ChosenCredential, chooseCredential } from "../../negotiation.ts";
import type { Credential } from "../../peer-identity.ts";
import type { HandshakeMessage, HandshakeState, Next } from "../../state.ts";
import { certificateRequest } from "./certificate-request.ts";
import { ExpectCertificate } from "./expect-certificate.ts";
import { ExpectFinished } from "./expect-finished.ts";
import { type FoundPsk, verifyBinder } from "./find-psk.ts";
import { ServerHandshake13 } from "./handshake.ts";

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
  const { config, facts, transcript } = context;
  const { hello, message, suite, group, psk } = negotiated;
  const chosen = psk === null ? chooseServerCredential(context, negotiated) : null;
  const early =
    psk === null
      ? new EarlySecret(config.provider, suite.hash, null)
      : verifyBinder(context, hello, message, psk);
  facts.postHandshakeAuth = hello.extensions.postHandshakeAuth === true;
  facts.group = group;
  facts.resumed = psk !== null;
  const share = hello.extensions.keyShare?.find((entry) => entry.group === group.code);
  const pair = makeKeyPair(config, group);
  const sharedSecret = share === undefined ? null : pair.derive(share.keyExchange);
  pair.wipe();
  if (sharedSecret === null) {
    fail("BadKeyShare", `the client's share for ${group.name} is no valid public key`);
  }
  transcript.add(message.bytes);
  context.send(
    encodeServerHello({
      random: config.random(RANDOM_LENGTH),
      sessionId: hello.sessionId,
      cipherSuite: suite.code,
      extensions: {
        selectedVersion: TLS13,
        serverShare: { group: group.code, keyExchange: pair.publicKey },
        ...(psk === null ? {} : { selectedIdentity: psk.index }),
      },
    }),
    flight,
  );
  // After a HelloRetryRequest it was sent already (RFC 8446 §D.4).
  if (hello.sessionId.length > 0 && !facts.helloRetryRequest) flight.changeCipherSpec();
  const handshakeSecret = early.handshakeSecret(sharedSecret);
  wipe(sharedSecret);
  const hash = transcript.digest();
  const clientSecret = handshakeSecret.clientHandshakeTrafficSecret(hash);
  const serverSecret = handshakeSecret.serverHandshakeTrafficSecret(hash);
  logSecret(config.keyLog, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", facts.clientRandom, clientSecret);
  logSecret(config.keyLog, "SERVER_HANDSHAKE_TRAFFIC_SECRET", facts.clientRandom, serverSecret);
  flight.installReadKeys(trafficKeys(config.provider, suite, clientSecret));
  flight.installWriteKeys(trafficKeys(config.provider, suite, serverSecret));
  const handshake = new ServerHandshake13(
    context,
    suite,
    handshakeSecret.mainSecret(),
    clientSecret,
    serverSecret,
  );
  context.send(
    encodeEncryptedExtensions(facts.alpnProtocol === null ? {} : { alpn: [facts.alpnProtocol] }),
    flight,
  );
  if (chosen === null) {
    facts.peerChain = psk?.session.peerChain ?? [];
    return finish(handshake, negotiated, false, flight);
  }
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
    `no certificate here can sign with what the client accepts: ${signatureAlgorithms.map(signatureSchemeName).join(", ")}`,
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
  const { context, suite, mainSecret, serverSecret } = handshake;
  const { config, facts, transcript } = context;
  const { provider, keyLog } = config;
  context.send(
    encodeFinished(finishedVerifyData(provider, suite.hash, serverSecret, transcript.digest())),
    flight,
  );
  const hash = transcript.digest();
  const client = mainSecret.clientApplicationTrafficSecret(hash);
  const server = mainSecret.serverApplicationTrafficSecret(hash);
  const exporter = mainSecret.exporterSecret(hash);
  logSecret(keyLog, "CLIENT_TRAFFIC_SECRET_0", facts.clientRandom, client);
  logSecret(keyLog, "SERVER_TRAFFIC_SECRET_0", facts.clientRandom, server);
  logSecret(keyLog, "EXPORTER_SECRET", facts.clientRandom, exporter);
  flight.installWriteKeys(trafficKeys(provider, suite, server));
  const secrets = { client, server, exporter };
  const modes = negotiated.hello.extensions.pskKeyExchangeModes ?? [];
  return clientCertificateRequested
    ? new ExpectCertificate(handshake, secrets, modes)
    : new ExpectFinished(handshake, secrets, modes);
}
