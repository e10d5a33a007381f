/**
 * The server's first flight in a full TLS 1.2 handshake: ServerHello, Certificate, CertificateStatus,
 * ServerKeyExchange, CertificateRequest, ServerHelloDone (RFC 5246 §7.3, §7.4.2 to §7.4.5); with an external PSK
 * without certificates (RFC 4279 §2, RFC 5489 §2).
 */
import { harmlessList } from "../../../bytes/text.ts";
import type { KeyPair } from "../../../crypto/provider.ts";
import { serverKeyExchangeContent } from "../../../crypto/signed-content.ts";
import { type CipherSuite, cipherSuiteName } from "../../../protocol/cipher-suite.ts";
import { fail } from "../../../protocol/failure.ts";
import {
  FFDHE_GENERATOR,
  type FiniteFieldGroup,
  ffdhePrimeBytes,
} from "../../../protocol/ffdhe-primes.ts";
import {
  isCurve,
  isFiniteField,
  NAMED_GROUPS,
  type NamedGroup,
  namedGroup,
} from "../../../protocol/named-group.ts";
import { SIGNATURE_SCHEMES, type SignatureScheme } from "../../../protocol/signature-scheme.ts";
import { TLS12 } from "../../../protocol/version.ts";
import { encodeCertificate12, encodeCertificateStatus } from "../../../wire/certificate.ts";
import {
  ClientCertificateType,
  encodeCertificateRequest12,
} from "../../../wire/certificate-request.ts";
import type { ClientHello } from "../../../wire/client-hello.ts";
import { encodeServerHelloDone } from "../../../wire/empty-messages.ts";
import {
  encodeDheParameters,
  encodeEcdheParameters,
  encodePskServerKeyExchange,
  encodeServerKeyExchange,
} from "../../../wire/key-exchange-12.ts";
import { makeKeyPair } from "../../ephemeral.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { negotiateEncryptThenMac } from "../../negotiate-encrypt-then-mac.ts";
import { chooseScheme, commonSuites } from "../../negotiation.ts";
import { refuseChangedIdentity } from "../../peer-chain.ts";
import type { Credential } from "../../peer-identity.ts";
import type { HandshakeState, Next } from "../../state.ts";
import { ExpectCertificate } from "./expect-certificate.ts";
import { ExpectClientKeyExchange } from "./expect-client-key-exchange.ts";
import type { AcceptClientHello, ServerHandshake12, ServerKey } from "./handshake.ts";
import { takesKeys } from "./psk.ts";
import { sendServerHello } from "./server-hello.ts";

const SESSION_ID_LENGTH = 32;
const NO_BYTES = new Uint8Array(0);
/** RFC 8422 §5.1.1: a client that lists no groups leaves the choice to us; every client knows this one. */
const EVERY_CLIENTS_GROUPS: readonly number[] = NAMED_GROUPS.filter(
  (group) => group.name === "secp256r1",
).map((group) => group.code);

/**
 * RFC 5246 §7.4.1.4.1: a client that lists no signature algorithms takes SHA-1; ours must have been named to be used.
 */
const UNSAID_SCHEMES: readonly number[] = SIGNATURE_SCHEMES.filter(
  (scheme) => scheme.algorithm.hash === "sha1",
).map((scheme) => scheme.code);

/** What a suite of the client's comes to with our certificates. */
interface Chosen {
  readonly suite: CipherSuite;
  /** Null: authenticated by an external PSK. */
  readonly credential: Credential | null;
  /** Null where nothing is signed: static RSA, PSK. */
  readonly scheme: SignatureScheme | null;
  readonly group: NamedGroup | null;
}

/** ServerHello to ServerHelloDone (RFC 5246 §7.4.1.3 to §7.4.5). Refuses with NoCommonCipherSuite and its kin. */
export function sendFirstFlight(
  context: HandshakeContext,
  hello: ClientHello,
  credentials: readonly Credential[],
  acceptClientHello: AcceptClientHello,
  flight: Flight,
): Next {
  const { config, facts, transcript, resumable } = context;
  const chosen = choose(context, hello, credentials);
  const { suite, credential, scheme, group } = chosen;
  if (credential !== null && facts.pskIdentity !== null) refuseChangedIdentity(context, []);
  facts.group = group;
  facts.ownCredential = credential;
  facts.ownSignatureScheme = scheme;
  const encryptThenMac = config.encryptThenMac && hello.extensions.encryptThenMac === true;
  facts.encryptThenMac = negotiateEncryptThenMac(context, suite, encryptThenMac);
  transcript.select(suite.hash, asksForCertificate(context, suite));
  const ticketPromised =
    resumable &&
    facts.extendedMasterSecret &&
    config.ticketKeys !== null &&
    config.ticketCount > 0 &&
    config.ticketCount > 0 &&
    hello.extensions.sessionTicket !== undefined;
  const staple =
    hello.extensions.statusRequest === undefined ? null : (credential?.ocspResponse ?? null);
  // A session that may not be resumed now has its name all the same: it may be allowed until the handshake ends.
  const sessionId =
    facts.extendedMasterSecret && config.sessionStore !== null
      ? config.random(SESSION_ID_LENGTH).slice()
      : new Uint8Array(0);
  sendServerHello(
    context,
    {
      suite,
      pointFormatsOffered: hello.extensions.ecPointFormats !== undefined,
      sessionId,
      resumed: false,
      ticketPromised,
      statusPromised: staple !== null,
    },
    flight,
  );
  // A ticket alone is a session with a name as well; that one stays inside the ticket.
  if (ticketPromised && sessionId.length === 0)
    facts.sessionId = config.random(SESSION_ID_LENGTH).slice();
  if (credential !== null) context.send(encodeCertificate12(credential.chain), flight);
  if (staple !== null) context.send(encodeCertificateStatus(staple), flight);
  const handshake: ServerHandshake12 = {
    context,
    suite,
    clientVersion: hello.legacyVersion,
    ticketPromised,
    acceptClientHello,
    sessionKey: config.sessionKey,
  };
  return sendKeyExchange(handshake, chosen, flight);
}

/** ServerKeyExchange, where the suite has one, and what comes after it. */
function sendKeyExchange(
  handshake: ServerHandshake12,
  { suite, credential, scheme, group }: Chosen,
  flight: Flight,
): Next {
  const { context } = handshake;
  const { config, facts } = context;
  const pair = group === null ? null : makeKeyPair(config, group);
  const parameters =
    group === null || pair === null ? NO_BYTES : keyExchangeParameters(group, pair);
  const kind = suite.keyExchange === "dhe" ? "dhe" : "ecdhe";
  const key: ServerKey = pair === null ? { kind: "psk" } : { kind, pair };
  if (credential === null) {
    // RFC 4279 §2: without a hint and parameters there is no message.
    const hint = config.pskHint ?? NO_BYTES;
    if (parameters.length + hint.length > 0) {
      context.send(encodePskServerKeyExchange(hint, parameters), flight);
    }
    return endFlight(handshake, key, flight);
  }
  if (scheme === null) return endFlight(handshake, { kind: "rsa", credential }, flight);
  const content = serverKeyExchangeContent(facts.clientRandom, facts.serverRandom, parameters);
  return whenSettled<Uint8Array, HandshakeState>(
    credential.key.sign(scheme, content),
    (signature) => {
      const message = encodeServerKeyExchange(parameters, { scheme: scheme.code, signature });
      context.send(message, flight);
      return endFlight(handshake, key, flight);
    },
  );
}

function keyExchangeParameters(group: NamedGroup, { publicKey }: KeyPair): Uint8Array {
  return group.kind === "finite-field"
    ? encodeDheParameters({
        prime: ffdhePrimeBytes(group.name as FiniteFieldGroup),
        generator: Uint8Array.of(FFDHE_GENERATOR),
        publicKey,
      })
    : encodeEcdheParameters({ group: group.code, publicKey });
}

function endFlight(handshake: ServerHandshake12, key: ServerKey, flight: Flight): HandshakeState {
  const { context, suite } = handshake;
  const { config } = context;
  const asks = asksForCertificate(context, suite);
  if (asks) {
    context.send(
      encodeCertificateRequest12({
        certificateTypes: [ClientCertificateType.EcdsaSign, ClientCertificateType.RsaSign],
        signatureAlgorithms: config.signatureSchemes
          .filter((scheme) => scheme.tls12)
          .map((scheme) => scheme.code),
        authorities: config.certificateAuthorities,
      }),
      flight,
    );
  }
  context.send(encodeServerHelloDone(), flight);
  return asks
    ? new ExpectCertificate(handshake, key)
    : new ExpectClientKeyExchange(handshake, key, null);
}

/** A server that has no certificate itself asks for none (RFC 4279 §2). */
function asksForCertificate({ config }: HandshakeContext, suite: CipherSuite): boolean {
  return config.requestClientCertificate && suite.authentication !== "psk";
}

/** The first common suite that a certificate, a scheme and a group serve, or an external PSK and a group. */
function choose(
  context: HandshakeContext,
  hello: ClientHello,
  credentials: readonly Credential[],
): Chosen {
  const { config } = context;
  let weak = false;
  for (const suite of commonSuites(config, hello.cipherSuites, TLS12)) {
    const group = chooseKeyGroup(context, hello, suite);
    if (group === undefined) {
      weak ||= suite.keyExchange === "dhe" && namesFiniteFields(hello);
      continue;
    }
    if (suite.authentication === "psk") {
      if (takesKeys(config)) return { suite, credential: null, scheme: null, group };
      continue;
    }
    for (const credential of credentials) {
      const chosen = serve(context, hello, suite, group, credential);
      if (chosen !== null) return chosen;
    }
  }
  if (credentials.length === 0) {
    fail("NoUsableCredential", "this server has no certificate, and no PSK suite in common");
  }
  return fail(
    weak ? "WeakKeyExchange" : "NoCommonCipherSuite",
    `no suite, group and certificate here serve the client, which offers ${harmlessList(hello.cipherSuites.map(cipherSuiteName))}${weak ? ", and no finite-field group that is enabled here (RFC 7919 §4)" : ""}`,
  );
}

/** Null: the suite needs none; undefined: there is none. */
function chooseKeyGroup(
  { config }: HandshakeContext,
  hello: ClientHello,
  suite: CipherSuite,
): NamedGroup | null | undefined {
  if (suite.keyExchange === "rsa" || suite.keyExchange === "psk") return null;
  const offered = hello.extensions.supportedGroups;
  if (suite.keyExchange === "ecdhe") {
    const codes = offered ?? EVERY_CLIENTS_GROUPS;
    return config.groups.find((group) => isCurve(group) && codes.includes(group.code));
  }
  const ours = config.groups.filter((group) => group.kind === "finite-field");
  return namesFiniteFields(hello) ? ours.find(({ code }) => offered?.includes(code)) : ours[0];
}

/**
 * RFC 7919 §4: a client that lists finite-field groups, also of tomorrow, wants one of these; others take what they
 * get.
 */
function namesFiniteFields({ extensions }: ClientHello): boolean {
  return extensions.supportedGroups?.some(isFiniteField) === true;
}

function serve(
  { config }: HandshakeContext,
  hello: ClientHello,
  suite: CipherSuite,
  group: NamedGroup | null,
  credential: Credential,
): Chosen | null {
  const { type, curve } = credential.key;
  const isRsa = type === "rsa" || type === "rsa-pss";
  if (isRsa !== (suite.authentication === "rsa")) return null;
  // RFC 8422 §5.1.1: the list of groups is also that of the curves of ECDSA certificates.
  const listed = hello.extensions.supportedGroups;
  if (type === "ec" && listed?.every((code) => namedGroup(code)?.name !== curve)) return null;
  if (group === null) {
    const usable = type === "rsa" && credential.key.rsaPrivate !== undefined;
    return usable ? { suite, credential, scheme: null, group } : null;
  }
  const accepted = hello.extensions.signatureAlgorithms ?? UNSAID_SCHEMES;
  const scheme = chooseScheme(credential.key, config.signingSchemes, accepted, TLS12);
  return scheme === null ? null : { suite, credential, scheme, group };
}
