/**
 * Certificates of every kind of key under one authority, for sessions in memory (fixtures/identities).
 */

import type { CertContext } from "../../src/pki/cert-context.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { fixture } from "./data.ts";

export type IdentityName =
  | "p256"
  | "p256-other"
  | "p384"
  | "p521"
  | "rsa"
  | "rsa-encipher"
  | "rsa-pss"
  | "ed25519"
  | "ed448";

const file = fixture<
  Readonly<
    Record<
      IdentityName | "authority",
      { readonly certificate: string; readonly privateKey: string }
    >
  >
>("identities/identities.json");

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

/** Chain of one (the authority is trusted and not sent) and PKCS#8. */
export function identity(name: IdentityName): CertContext {
  const { certificate, privateKey } = file[name];
  return { chain: [bytes(certificate)], privateKey: bytes(privateKey) };
}

export const AUTHORITY: TrustStore = new TrustStore([bytes(file.authority.certificate)]);
