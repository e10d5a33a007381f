/**
 * The client's flight in a full TLS 1.2 handshake: Certificate, ClientKeyExchange, CertificateVerify, ChangeCipherSpec,
 * Finished (RFC 5246 §7.3, §7.4.6 to §7.4.9).
 */
import type { SignatureScheme } from "../../../protocol/signature-scheme.ts";
import { TLS12 } from "../../../protocol/version.ts";
import { encodeCertificate12 } from "../../../wire/certificate.ts";
import {
  type CertificateRequest12,
  ClientCertificateType,
} from "../../../wire/certificate-request.ts";
import { encodeCertificateVerify } from "../../../wire/certificate-verify.ts";
import { encodeClientKeyExchange } from "../../../wire/key-exchange-12.ts";
import { sendFinished12 } from "../../finish-12.ts";
import type { Flight } from "../../flight.ts";
import { type HandshakeContext, whenSettled } from "../../handshake-context.ts";
import { type ChosenCredential, chooseCredential } from "../../negotiation.ts";
import { storePskIdentity } from "../../peer-chain.ts";
import type { Credential } from "../../peer-identity.ts";
import { Secrets12 } from "../../secrets-12.ts";
import type { KeyExchangeResult, RunKeyExchange } from "../../server-authentication.ts";
import { CredentialWanted, type HandshakeState, type Next } from "../../state.ts";
import { expectServerEnd } from "./expect-server-finished.ts";
import type { ClientHandshake12 } from "./handshake.ts";

/** @param request the server's CertificateRequest, or null */
export function sendClientFlight(
  handshake: ClientHandshake12,
  agree: RunKeyExchange,
  request: CertificateRequest12 | null,
  flight: Flight,
): Next {
  const { context } = handshake;
  if (request === null) {
    context.transcript.forgetMessages();
    return exchangeKeys(handshake, agree, null, flight);
  }
  const { config } = context;
  const chosen = choose(context, config.credentials, request);
  if (chosen !== null || !config.askForCredential) {
    return authenticate(handshake, agree, chosen, flight);
  }
  return new CredentialWanted((credential, later) => {
    const answer = credential === null ? null : chooseSupplied(context, credential, request);
    return authenticate(handshake, agree, answer, later);
  });
}

function choose(
  context: HandshakeContext,
  credentials: readonly Credential[],
  request: CertificateRequest12,
): ChosenCredential | null {
  const { signingSchemes, readLeaf } = context.config;
  const { certificateTypes, signatureAlgorithms, authorities } = request;
  const fits = ({ keyType }: SignatureScheme): boolean =>
    certificateTypes.includes(
      keyType === "rsa" || keyType === "rsa-pss"
        ? ClientCertificateType.RsaSign
        : ClientCertificateType.EcdsaSign,
    );
  const schemes = signingSchemes.filter(fits);
  return chooseCredential(credentials, schemes, signatureAlgorithms, TLS12, authorities, readLeaf);
}

/** Types and names are hints (RFC 5246 §7.4.4): the caller's choice for this request is sent regardless of them. */
function chooseSupplied(
  { config: { signingSchemes, readLeaf } }: HandshakeContext,
  credential: Credential,
  { signatureAlgorithms }: CertificateRequest12,
): ChosenCredential | null {
  return chooseCredential([credential], signingSchemes, signatureAlgorithms, TLS12, [], readLeaf);
}

function authenticate(
  handshake: ClientHandshake12,
  agree: RunKeyExchange,
  chosen: ChosenCredential | null,
  flight: Flight,
): HandshakeState | Promise<HandshakeState> {
  const { context } = handshake;
  context.send(encodeCertificate12(chosen?.credential.chain ?? []), flight);
  if (chosen === null) context.transcript.forgetMessages();
  else {
    context.facts.ownCredential = chosen.credential;
    context.facts.ownSignatureScheme = chosen.scheme;
  }
  return exchangeKeys(handshake, agree, chosen, flight);
}

function exchangeKeys(
  handshake: ClientHandshake12,
  agree: RunKeyExchange,
  chosen: ChosenCredential | null,
  flight: Flight,
): HandshakeState | Promise<HandshakeState> {
  return whenSettled<KeyExchangeResult, HandshakeState>(agree(), (agreed) =>
    sendKeys(handshake, agreed, chosen, flight),
  );
}

function sendKeys(
  handshake: ClientHandshake12,
  agreed: KeyExchangeResult,
  chosen: ChosenCredential | null,
  flight: Flight,
): HandshakeState | Promise<HandshakeState> {
  const { context, suite } = handshake;
  const kind = suite.keyExchange === "tls13" ? "ecdhe" : suite.keyExchange;
  if (agreed.identity !== null) storePskIdentity(context, agreed.identity);
  context.send(encodeClientKeyExchange(kind, agreed), flight);
  const secrets = Secrets12.fromPremaster(context, suite, agreed.premaster);
  if (chosen === null) return finish(handshake, secrets, flight);
  const { credential, scheme } = chosen;
  const content = context.transcript.messages();
  context.transcript.forgetMessages();
  return whenSettled<Uint8Array, HandshakeState>(
    credential.key.sign(scheme, content),
    (signature) => {
      context.send(encodeCertificateVerify({ scheme: scheme.code, signature }), flight);
      return finish(handshake, secrets, flight);
    },
  );
}

function finish(handshake: ClientHandshake12, secrets: Secrets12, flight: Flight): HandshakeState {
  const verifyData = sendFinished12("client", handshake.context, secrets, flight);
  handshake.context.facts.firstFinished = verifyData;
  return expectServerEnd(handshake, secrets, verifyData);
}
