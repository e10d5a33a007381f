/**
 * A client's answer to CertificateRequest, during the handshake and after it (RFC 8446 §4.3.2, §4.4.2, §4.4.3, §4.6.2):
 * Certificate, empty if nothing fits, and CertificateVerify. Finished is for the caller.
 */
import { certificateVerifyContent } from "../../../crypto/signed-content.ts";
import type { Transcript } from "../../../crypto/transcript.ts";
import { fail } from "../../../protocol/failure.ts";
import { TLS13 } from "../../../protocol/version.ts";
import { encodeCertificate13 } from "../../../wire/certificate.ts";
import {
  type CertificateRequest13,
  decodeCertificateRequest13,
} from "../../../wire/certificate-request.ts";
import { encodeCertificateVerify } from "../../../wire/certificate-verify.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { type ChosenCredential, chooseCredential } from "../../negotiation.ts";
import type { Credential } from "../../peer-identity.ts";
import {
  CredentialWanted,
  type HandshakeMessage,
  type HandshakeState,
  type Next,
  type Settled,
} from "../../state.ts";

/** What the server wants of us: the content of its CertificateRequest, in memory of its own. */
export interface CertificateRequestInfo {
  /** Empty during the handshake, else the name of the request. */
  readonly requestContext: Uint8Array;
  readonly signatureSchemes: readonly number[];
  readonly authorities: readonly Uint8Array[];
}

/** Reads the request, keeps in the facts what the caller may ask for, and adds the message to `transcript`. */
export function readCertificateRequest(
  context: HandshakeContext,
  message: HandshakeMessage,
  transcript: Transcript,
): CertificateRequestInfo {
  const request: CertificateRequest13 = decodeCertificateRequest13(message.body);
  const signatureSchemes = request.extensions.signatureAlgorithms;
  if (signatureSchemes === undefined) {
    fail("MissingExtension", "CertificateRequest has no signature_algorithms");
  }
  transcript.add(message.bytes);
  const authorities = (request.extensions.certificateAuthorities ?? []).map((name) => name.slice());
  context.facts.certificateAuthorities = authorities;
  context.facts.peerSignatureSchemes = signatureSchemes;
  return { requestContext: request.context.slice(), signatureSchemes, authorities };
}

/**
 * Puts Certificate and CertificateVerify into the flight and into `transcript`; asks the caller if nothing fits.
 * @param finish continues with the flight that contains the answer
 */
export function sendClientCertificate(
  context: HandshakeContext,
  transcript: Transcript,
  wish: CertificateRequestInfo,
  flight: Flight,
  finish: (flight: Flight) => HandshakeState,
): Next {
  const { config } = context;
  const send = (chosen: ChosenCredential | null, into: Flight): Settled | Promise<Settled> =>
    sendCertificate(context, transcript, wish, chosen, into, finish);
  const chosen = choose(context, wish, config.credentials, wish.authorities);
  if (chosen !== null || !config.askForCredential) return send(chosen, flight);
  // The flight begun so far leaves with the answer.
  return new CredentialWanted((credential, later) =>
    // The names are hints (RFC 8446 §4.2.4): the caller's choice for this request is sent regardless of them.
    send(credential === null ? null : choose(context, wish, [credential], []), later),
  );
}

function choose(
  { config }: HandshakeContext,
  wish: CertificateRequestInfo,
  credentials: readonly Credential[],
  authorities: readonly Uint8Array[],
): ChosenCredential | null {
  return chooseCredential(
    credentials,
    config.signingSchemes,
    wish.signatureSchemes,
    TLS13,
    authorities,
    config.readLeaf,
  );
}

/** The signature may take its time. */
function sendCertificate(
  context: HandshakeContext,
  transcript: Transcript,
  wish: CertificateRequestInfo,
  chosen: ChosenCredential | null,
  flight: Flight,
  finish: (flight: Flight) => HandshakeState,
): Settled | Promise<Settled> {
  const send = (message: Uint8Array): void => {
    transcript.add(message);
    flight.message(message);
  };
  send(encodeCertificate13(wish.requestContext, chosen?.credential.chain ?? [], null));
  if (chosen === null) return finish(flight);
  const { credential, scheme } = chosen;
  context.facts.ownCredential = credential;
  context.facts.ownSignatureScheme = scheme;
  const content = certificateVerifyContent("client", transcript.digest());
  return whenSettled(credential.key.sign(scheme, content), (signature) => {
    send(encodeCertificateVerify({ scheme: scheme.code, signature }));
    return finish(flight);
  });
}
