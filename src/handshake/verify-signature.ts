/**
 * The peer's proof that it owns its certificate's key (RFC 8446 §4.4.3, RFC 5246 §7.4.3 and §7.4.8), and
 * the signature schemes that were advertised as accepted.
 */
import { fail } from "../protocol/failure.ts";
import { type SignatureScheme, signatureSchemeName } from "../protocol/signature-scheme.ts";
import type { ProtocolVersion } from "../protocol/version.ts";
import type { ExtensionValues } from "../wire/extensions/registry.ts";
import type { Configuration } from "./configuration.ts";
import { type HandshakeContext, whenSettled } from "./handshake-context.ts";
import { keyFitsScheme } from "./negotiation.ts";
import type { LeafCertificate } from "./peer-identity.ts";

/**
 * Accepted signatures, for a ClientHello or a CertificateRequest. Certificates have a list of their own where it holds
 * anything more, for a peer may show none that is signed otherwise. @rfc 8446 §4.2.3
 */
export function acceptedSignatures(
  { signatureSchemes, certificateSchemes }: Configuration,
  tls13: boolean,
): Pick<ExtensionValues, "signatureAlgorithms" | "signatureAlgorithmsCert"> {
  const codesOf = (schemes: readonly SignatureScheme[]): number[] =>
    schemes.filter(({ tls12 }) => tls12 || tls13).map(({ code }) => code);
  const signatureAlgorithms = codesOf(signatureSchemes);
  return certificateSchemes.every((scheme) => signatureSchemes.includes(scheme))
    ? { signatureAlgorithms }
    : { signatureAlgorithms, signatureAlgorithmsCert: codesOf(certificateSchemes) };
}

/**
 * Checks scheme, key and signature, and notes the scheme in the facts. Throws TlsFailure, or rejects with it if the
 * provider answers later; what was given may be overwritten then.
 * @param code the scheme the peer names
 */
export function verifyPeerSignature(
  context: HandshakeContext,
  leaf: LeafCertificate,
  version: ProtocolVersion,
  code: number,
  content: Uint8Array,
  signature: Uint8Array,
): void | Promise<void> {
  const scheme = acceptableScheme(context, leaf, version, code);
  context.facts.peerSignatureScheme = scheme;
  if (!leaf.maySign) {
    fail(
      "WrongCertificateUsage",
      "the peer's certificate may not sign: its key usage lacks digitalSignature",
    );
  }
  const { algorithm, name } = scheme;
  const { publicKey } = leaf;
  const answer =
    publicKey.verifyAsync?.(algorithm, content, signature) ??
    publicKey.verify(algorithm, content, signature);
  return whenSettled<boolean, void>(answer, (right) => {
    if (!right) fail("BadSignature", `the peer's ${name} signature over the handshake is wrong`);
  });
}

function acceptableScheme(
  context: HandshakeContext,
  leaf: LeafCertificate,
  version: ProtocolVersion,
  code: number,
): SignatureScheme {
  const scheme = context.config.signatureSchemes.find((offered) => offered.code === code);
  if (scheme === undefined) {
    fail(
      "UnofferedSignatureScheme",
      `the peer signed with ${signatureSchemeName(code)}, which is not offered`,
    );
  }
  if (!keyFitsScheme(leaf.publicKey, scheme, version)) {
    fail(
      "SignatureSchemeKeyMismatch",
      `${scheme.name} does not fit the peer's ${leaf.publicKey.curve ?? leaf.publicKey.type} key in this version`,
    );
  }
  return scheme;
}
