/**
 * Certificates to measure with: a server's, signed by an authority that is trusted and not sent.
 */
import { toPem } from "../src/pki/files/pem.ts";
import { AUTHORITY, identity } from "../test/support/identities.ts";

export interface Identity {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly privateKey: Uint8Array;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** Who signed it. */
  readonly authorityPem: string;
}

/** For "localhost". */
export function serverIdentity(kind: "p256" | "rsa"): Identity {
  const { chain, privateKey } = identity(kind);
  const [certificate] = chain;
  const [authority] = AUTHORITY.anchors;
  if (certificate === undefined || authority === undefined || !(privateKey instanceof Uint8Array)) {
    throw new Error("the fixtures are empty");
  }
  return {
    certificate,
    privateKey,
    certificatePem: toPem("CERTIFICATE", certificate),
    privateKeyPem: toPem("PRIVATE KEY", privateKey),
    authorityPem: toPem("CERTIFICATE", authority),
  };
}
