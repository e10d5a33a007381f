/**
 * Certificates in the shape of node's `getPeerCertificate()`.
 */
import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, PeerCertificate } from "node:tls";

/**
 * node's object of a chain's leaf.
 * @param chain DER, leaf first; empty: an empty object
 * @param detailed with `issuerCertificate`, up to one that is its own
 */
export function legacyCertificate(
  chain: readonly Uint8Array[],
  detailed: boolean,
): DetailedPeerCertificate {
  const [leaf, ...others] = chain.map((der) => new X509Certificate(der));
  if (leaf === undefined) return {} as DetailedPeerCertificate;
  return detailed ? withIssuer(leaf, others) : (legacy(leaf) as DetailedPeerCertificate);
}

const legacy = (certificate: X509Certificate): PeerCertificate =>
  certificate.toLegacyObject() as PeerCertificate;

function withIssuer(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
): DetailedPeerCertificate {
  const object = legacy(certificate) as DetailedPeerCertificate;
  if (certificate.checkIssued(certificate)) object.issuerCertificate = object;
  else {
    const issuer = others.find((other) => certificate.checkIssued(other));
    if (issuer !== undefined) {
      const rest = others.filter((other) => other !== issuer);
      object.issuerCertificate = withIssuer(issuer, rest);
    }
  }
  return object;
}
