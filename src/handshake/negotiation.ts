/**
 * Choices as pure functions: version, suite, group, signature scheme, application protocol, credential.
 * They look at two lists and answer; sending, refusing and remembering are the states' business.
 */
import { equalBytes } from "../bytes/byte-arrays.ts";
import { mayUse } from "../crypto/key-encoding.ts";
import type { SigningKey } from "../crypto/provider.ts";
import { type CipherSuite, HASHES } from "../protocol/cipher-suite.ts";
import type { NamedGroup } from "../protocol/named-group.ts";
import { type SignatureScheme, signatureScheme } from "../protocol/signature-scheme.ts";
import { type ProtocolVersion, TLS13 } from "../protocol/version.ts";
import type { Configuration } from "./configuration.ts";
import type { Credential, LeafReader } from "./peer-identity.ts";

/** Our highest version that the peer offers, or null. `ours` is highest first. */
export function chooseVersion(
  ours: readonly ProtocolVersion[],
  offered: readonly number[],
): ProtocolVersion | null {
  return ours.find((version) => offered.includes(version)) ?? null;
}

/** The first of our groups that the peer offers and that is for this version, or null. */
export function chooseGroup(
  ours: readonly NamedGroup[],
  offered: readonly number[],
  version: ProtocolVersion,
): NamedGroup | null {
  return (
    ours.find(
      (group) => offered.includes(group.code) && (version === TLS13 ? group.tls13 : group.tls12),
    ) ?? null
  );
}

/** What of a key decides on its schemes. */
type FittingKey = Pick<SigningKey, "type" | "curve" | "bits" | "pssHash">;

/** True if a key can make signatures of a scheme in this version (RFC 8446 §4.2.3, RFC 8422 §5.1.1). */
export function keyFitsScheme(
  key: FittingKey,
  scheme: SignatureScheme,
  version: ProtocolVersion,
): boolean {
  if (key.type !== scheme.keyType) return false;
  if (version === TLS13) {
    // RFC 8446 binds the curve to the hash, and forbids PKCS#1 v1.5 and SHA-1 in handshake signatures.
    if (!scheme.tls13 || (scheme.curve !== null && scheme.curve !== key.curve)) return false;
  } else if (!scheme.tls12) return false;
  // @rfc 4055 §3.1: the parameters of the key may name the one hash.
  if (!mayUse({ type: key.type, pssHash: key.pssHash ?? null }, scheme.algorithm)) return false;
  // A PSS block must hold hash, salt of the same length and two bytes (RFC 8017 §9.1.1).
  const { family, hash } = scheme.algorithm;
  if (family === "rsa-pss" && hash !== null) {
    return Math.ceil((key.bits - 1) / 8) >= 2 * HASHES[hash].length + 2;
  }
  return true;
}

/** The first of our schemes that the peer accepts and our key can do, or null. */
export function chooseScheme(
  key: FittingKey,
  ours: readonly SignatureScheme[],
  accepted: readonly number[],
  version: ProtocolVersion,
): SignatureScheme | null {
  return (
    ours.find((scheme) => accepted.includes(scheme.code) && keyFitsScheme(key, scheme, version)) ??
    null
  );
}

/** The rows of the numbers we know, in the peer's order. */
export function knownSchemes(codes: readonly number[]): SignatureScheme[] {
  const known: SignatureScheme[] = [];
  for (const code of codes) {
    const scheme = signatureScheme(code);
    if (scheme !== undefined) known.push(scheme);
  }
  return known;
}

/** The first of our protocols that the peer offers, or null (RFC 7301 §3.2: the server decides). */
export function chooseProtocol(ours: readonly string[], offered: readonly string[]): string | null {
  return ours.find((protocol) => offered.includes(protocol)) ?? null;
}

/** The first credential with a scheme for the peer, and that scheme. */
export interface ChosenCredential {
  readonly credential: Credential;
  readonly scheme: SignatureScheme;
}

/**
 * Chooses the first credential that can sign for the peer.
 * @param authorities DER names the peer trusts; empty: any. A chain fits if one of its issuers is named.
 */
export function chooseCredential(
  credentials: readonly Credential[],
  ours: readonly SignatureScheme[],
  accepted: readonly number[],
  version: ProtocolVersion,
  authorities: readonly Uint8Array[],
  readLeaf: LeafReader,
): ChosenCredential | null {
  for (const credential of credentials) {
    if (!issuedByOneOf(credential, authorities, readLeaf)) continue;
    const scheme = chooseScheme(credential.key, ours, accepted, version);
    if (scheme !== null) return { credential, scheme };
  }
  return null;
}

/** Suites for a version that both have: in our order, or in the client's if that is preferred. */
export function commonSuites(
  {
    cipherSuites,
    preferClientCipherOrder,
  }: Pick<Configuration, "cipherSuites" | "preferClientCipherOrder">,
  offered: readonly number[],
  version: ProtocolVersion,
): CipherSuite[] {
  const common = cipherSuites.filter(
    (suite) => suite.version === version && offered.includes(suite.code),
  );
  if (preferClientCipherOrder) {
    common.sort((one, other) => offered.indexOf(one.code) - offered.indexOf(other.code));
  }
  return common;
}

function issuedByOneOf(
  credential: Credential,
  authorities: readonly Uint8Array[],
  readLeaf: LeafReader,
): boolean {
  if (authorities.length === 0) return true;
  return credential.chain.some((der) => {
    const { issuer } = readLeaf(der);
    return authorities.some((name) => equalBytes(name, issuer));
  });
}
