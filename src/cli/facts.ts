/**
 * What was negotiated, asked of the context by its attributes and told in words.
 */

import { X509Certificate } from "node:crypto";
import {
  type ContextHandle,
  queryContextAttributes,
  SEALWIRE_ATTR_CONNECTION,
  SEC_E_OK,
  SECPKG_ATTR_CIPHER_INFO,
  SECPKG_ATTR_REMOTE_CERT_CONTEXT,
  SECPKG_ATTR_STREAM_SIZES,
  type SecPkgContext_StreamSizes,
} from "../api/node.ts";
import { cipherSuiteName } from "../protocol/cipher-suite.ts";
import { namedGroupName } from "../protocol/named-group.ts";
import { signatureSchemeName } from "../protocol/signature-scheme.ts";
import { versionName } from "../protocol/version.ts";
import { printable } from "./terminal.ts";

export interface PeerCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly names: string | null;
  readonly validTo: string;
  readonly sha256: string;
  /** Certificates that the peer sent. */
  readonly count: number;
}

export interface Facts {
  readonly version: string;
  readonly cipherSuite: string;
  readonly group: string | null;
  readonly peerSignature: string | null;
  readonly ownSignature: string | null;
  readonly serverName: string | null;
  readonly alpn: string | null;
  readonly resumed: boolean;
  readonly helloRetryRequest: boolean;
  readonly extendedMasterSecret: boolean;
  readonly peerCertificate: PeerCertificate | null;
  readonly streamSizes: SecPkgContext_StreamSizes | null;
}

/** Everything a finished handshake has to tell. */
export function readFacts(context: ContextHandle | null): Facts {
  const connection = queryContextAttributes(context, SEALWIRE_ATTR_CONNECTION).value;
  const cipher = queryContextAttributes(context, SECPKG_ATTR_CIPHER_INFO).value;
  const name = (
    code: number | null | undefined,
    naming: (code: number) => string,
  ): string | null => (code === null || code === undefined ? null : naming(code));
  return {
    version: name(connection?.version, versionName) ?? "unknown",
    cipherSuite:
      cipher?.szCipherSuite ?? name(connection?.cipherSuite, cipherSuiteName) ?? "unknown",
    group: name(connection?.group, namedGroupName),
    peerSignature: name(connection?.peerSignatureScheme, signatureSchemeName),
    ownSignature: name(connection?.ownSignatureScheme, signatureSchemeName),
    serverName: connection?.serverName ?? null,
    alpn: connection?.alpnProtocol ?? null,
    resumed: connection?.resumed ?? false,
    helloRetryRequest: connection?.helloRetryRequest ?? false,
    extendedMasterSecret: connection?.extendedMasterSecret ?? false,
    peerCertificate: peerCertificate(context),
    streamSizes: queryContextAttributes(context, SECPKG_ATTR_STREAM_SIZES).value ?? null,
  };
}

function peerCertificate(context: ContextHandle | null): PeerCertificate | null {
  const { status, value } = queryContextAttributes(context, SECPKG_ATTR_REMOTE_CERT_CONTEXT);
  if (status !== SEC_E_OK || value === undefined) return null;
  const leaf = new X509Certificate(value.pbCertEncoded);
  return {
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    names: leaf.subjectAltName === undefined ? null : printable(leaf.subjectAltName),
    validTo: leaf.validTo,
    sha256: leaf.fingerprint256,
    count: value.hCertStore.length,
  };
}

/** The certificates that the peer sent, DER, leaf first. */
export function peerCertificates(context: ContextHandle | null): readonly Uint8Array[] {
  return queryContextAttributes(context, SECPKG_ATTR_REMOTE_CERT_CONTEXT).value?.hCertStore ?? [];
}

/** The OCSPResponse that the peer stapled, or null. */
export function peerStaple(context: ContextHandle | null): Uint8Array | null {
  return queryContextAttributes(context, SEALWIRE_ATTR_CONNECTION).value?.peerOcspResponse ?? null;
}

/** Node puts each part of a name on its own line. */
function oneLine(name: string | undefined): string {
  return printable((name ?? "").split("\n").join(", "));
}

/** The facts as pairs of words, in the order in which they are told. */
export function describeFacts(facts: Facts): readonly (readonly [string, string])[] {
  const pairs: [string, string | null][] = [
    ["version", facts.version],
    ["cipher suite", facts.cipherSuite],
    ["key exchange", keyExchange(facts)],
    ["signature", facts.peerSignature ?? facts.ownSignature],
    ["server name", facts.serverName],
    ["ALPN", facts.alpn],
    ["resumed", facts.resumed ? "yes, without certificates" : "no"],
  ];
  const certificate = facts.peerCertificate;
  if (certificate !== null)
    pairs.push(
      ["certificate", certificate.subject || "(no subject)"],
      ["", certificate.names],
      ["", `issued by ${certificate.issuer}, valid to ${certificate.validTo}`],
    );
  return pairs.filter((pair): pair is [string, string] => pair[1] !== null);
}

function keyExchange(facts: Facts): string | null {
  if (facts.group === null) return null;
  return facts.helloRetryRequest ? `${facts.group}, after HelloRetryRequest` : facts.group;
}
