/**
 * Certificates as node tells them: the object of `getPeerCertificate()`, and X509Certificates that know their issuers. The
 * chain of issuers goes on into the trust store, as in node.
 */
import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, PeerCertificate } from "node:tls";
import type { TrustStore } from "../../api/common.ts";

/** Of each trust store, by subject; made when the first issuer is looked for in it. */
const BY_SUBJECT: WeakMap<TrustStore, Map<string, X509Certificate[]>> = new WeakMap();

/**
 * node's object of a chain's leaf.
 * @param chain DER, leaf first; empty: an empty object
 * @param detailed with `issuerCertificate`, up to one that is its own
 * @param anchors where issuers are that the peer did not send
 */
export function legacyCertificate(
  chain: readonly Uint8Array[],
  detailed: boolean,
  anchors: TrustStore | null,
): DetailedPeerCertificate {
  if (!detailed) {
    const [leaf] = chain;
    const short = leaf === undefined ? {} : legacy(new X509Certificate(leaf));
    return short as DetailedPeerCertificate;
  }
  const objects = pathOf(chain, anchors).map((one) => legacy(one) as DetailedPeerCertificate);
  for (const [depth, object] of objects.entries()) {
    const issuer = objects[depth + 1];
    if (issuer !== undefined) object.issuerCertificate = issuer;
    else if (selfIssued(object.raw)) object.issuerCertificate = object;
  }
  return objects[0] ?? ({} as DetailedPeerCertificate);
}

/** The leaf, with `issuerCertificate` where the issuer is known; undefined for an empty chain. */
export function linkedCertificate(
  chain: readonly Uint8Array[],
  anchors: TrustStore | null,
): X509Certificate | undefined {
  const path = pathOf(chain, anchors);
  for (const [depth, certificate] of path.entries()) {
    const value = path[depth + 1];
    if (value !== undefined) Object.defineProperty(certificate, "issuerCertificate", { value });
  }
  return path[0];
}

const legacy = (certificate: X509Certificate): PeerCertificate =>
  certificate.toLegacyObject() as PeerCertificate;

function selfIssued(der: Uint8Array): boolean {
  const certificate = new X509Certificate(der);
  return certificate.checkIssued(certificate);
}

/** The leaf, its issuer, and so on as far as they are known. */
function pathOf(chain: readonly Uint8Array[], anchors: TrustStore | null): X509Certificate[] {
  const [leaf, ...others] = chain.map((der) => new X509Certificate(der));
  if (leaf === undefined) return [];
  const path = [leaf];
  for (let top = leaf; !top.checkIssued(top) && path.length <= chain.length; ) {
    const { issuer: name } = top;
    const known = [...others, ...(anchors === null ? [] : (bySubject(anchors).get(name) ?? []))];
    const issuer = known.find((other) => !path.includes(other) && top.checkIssued(other));
    if (issuer === undefined) break;
    path.push(issuer);
    top = issuer;
  }
  return path;
}

function bySubject(store: TrustStore): Map<string, X509Certificate[]> {
  let found = BY_SUBJECT.get(store);
  if (found === undefined) {
    found = new Map();
    for (const der of store.anchors) {
      const anchor = new X509Certificate(der);
      found.set(anchor.subject, [...(found.get(anchor.subject) ?? []), anchor]);
    }
    BY_SUBJECT.set(store, found);
  }
  return found;
}
