/**
 * Takes the server's Certificate: keeps chain and staple, reads the leaf's key (RFC 8446 §4.4.2).
 * The chain is judged after CertificateVerify has shown that the server owns it: a verifier that asks the network
 * or a person is not bothered with certificates that anybody could have replayed.
 */
import { fail } from "../../../protocol/failure.ts";
import { decodeCertificate13 } from "../../../wire/certificate.ts";
import { storePeerChain } from "../../peer-chain.ts";
import type { HandshakeMessage, HandshakeState } from "../../state.ts";
import { rejectUnsolicitedExtensions } from "../server-extensions.ts";
import type { CertificateRequestInfo } from "./client-authentication.ts";
import { ExpectCertificateVerify } from "./expect-certificate-verify.ts";
import type { ClientHandshake13 } from "./handshake.ts";

/** Takes the server's Certificate, whose signature is awaited next (RFC 8446 §4.4.2). */
export function acceptServerCertificate(
  handshake: ClientHandshake13,
  message: HandshakeMessage,
  wish: CertificateRequestInfo | null,
): HandshakeState {
  const { context, offer } = handshake;
  const certificate = decodeCertificate13(message.body);
  if (certificate.context.length > 0) {
    fail("ForbiddenValue", "certificate_request_context of a server's Certificate is not empty");
  }
  for (const entry of certificate.entries)
    rejectUnsolicitedExtensions(entry.extensions.order, offer.hello);
  const leaf = storePeerChain(
    context,
    certificate.entries.map((entry) => entry.certificate),
  );
  context.facts.peerOcspResponse = certificate.entries[0]?.extensions.ocspResponse?.slice() ?? null;
  context.transcript.add(message.bytes);
  return new ExpectCertificateVerify(handshake, leaf, wish);
}
