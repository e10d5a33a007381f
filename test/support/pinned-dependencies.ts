/**
 * The dependencies of a package, with real cryptography (node:crypto) and the simplest of trust: a leaf certificate is trusted if the
 * store holds that very certificate. For whole sessions where the certificates are not the subject.
 */

import { X509Certificate } from "node:crypto";
import { equalBytes } from "../../src/bytes/byte-arrays.ts";
import { CLIENTS } from "../../src/engine/engine-factories.ts";
import { refusalFor } from "../../src/handshake/peer-identity.ts";
import type { CertContext } from "../../src/pki/cert-context.ts";
import { fail } from "../../src/protocol/failure.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import type { PackageDependencies } from "../../src/schannel/package-dependencies.ts";
import { PRE_SHARED_KEYS } from "../../src/schannel/pre-shared-keys.ts";
import { SERVER_SUPPORT } from "../../src/schannel/server-support.ts";
import { fixture } from "./data.ts";

interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

const identities = fixture<Readonly<Record<"server" | "client" | "rsa" | "weak", Identity>>>(
  "schannel/identities.json",
);

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, "base64"));

const context = ({ certificate, privateKey }: Identity): CertContext => ({
  chain: [bytes(certificate)],
  privateKey: bytes(privateKey),
});

/** For "localhost". */
export const SERVER_IDENTITY: CertContext = context(identities.server);
export const RSA_IDENTITY: CertContext = context(identities.rsa);
/** RSA with 1024 bits. */
export const WEAK_IDENTITY: CertContext = context(identities.weak);
export const CLIENT_IDENTITY: CertContext = context(identities.client);

/** A trust store of leaves. */
export interface Pins {
  readonly pins: readonly Uint8Array[];
}

export const SERVER_PIN: Pins = { pins: SERVER_IDENTITY.chain };
export const RSA_PIN: Pins = { pins: RSA_IDENTITY.chain };
export const CLIENT_PIN: Pins = { pins: CLIENT_IDENTITY.chain };

export const PINNED_ENVIRONMENT: PackageDependencies = {
  provider: nodeProvider,
  clock: Date.now,
  clients: CLIENTS,
  servers: SERVER_SUPPORT,
  preSharedKeys: PRE_SHARED_KEYS,
  certificates: {
    readLeaf: (der) => {
      const certificate = new X509Certificate(der);
      const spki = certificate.publicKey.export({ type: "spki", format: "der" });
      const publicKey = nodeProvider.importPublicKey(new Uint8Array(spki));
      if (publicKey === null) return fail("UnsupportedCertificateKey", "unsupported key");
      return {
        publicKey,
        maySign: true,
        mayEncipher: true,
        notBefore: Date.parse(certificate.validFrom),
        notAfter: Date.parse(certificate.validTo),
        signatureHash: "sha256",
        issuer: der.subarray(0, 0),
      };
    },
    checksRevocation: true,
    names: (der) => {
      const { subject, issuer } = new X509Certificate(der);
      return { subject, issuer };
    },
    verifier: (trust) => ({
      verify: ({ chain, name }) => {
        const [leaf] = chain;
        const pinned = (trust as Pins | null)?.pins ?? [];
        if (leaf === undefined || !pinned.some((pin) => equalBytes(pin, leaf))) {
          return refusalFor({ reason: "UnknownIssuer", message: "not pinned" });
        }
        return name === null || name === "localhost"
          ? { ok: true }
          : refusalFor({ reason: "NameMismatch", message: `not for ${name}` });
      },
    }),
    roots: (trust) => (trust as Pins).pins,
    signingKey: (privateKey) => {
      const key = nodeProvider.importPrivateKey(privateKey as Uint8Array);
      return key ?? fail("UnsupportedCertificateKey", "unsupported key");
    },
  },
};
