/**
 * The dependencies of a package, without cryptography worth the name: certificates are any bytes that begin with a SEQUENCE, keys any
 * value, trust stores `{ roots }`. For tests of the package that need no handshake.
 */

import { createHash, createHmac, randomBytes } from "node:crypto";
import type { CryptoProvider, KeyAgreement } from "../../src/crypto/provider.ts";
import { CLIENTS } from "../../src/engine/engine-factories.ts";
import { type LeafCertificate, refusalFor } from "../../src/handshake/peer-identity.ts";
import type { CertContext } from "../../src/pki/cert-context.ts";
import { fail } from "../../src/protocol/failure.ts";
import type { PackageDependencies } from "../../src/schannel/package-dependencies.ts";
import { PRE_SHARED_KEYS } from "../../src/schannel/pre-shared-keys.ts";
import { SERVER_SUPPORT } from "../../src/schannel/server-support.ts";

/** Any DER that starts like a certificate. */
export const FAKE_LEAF: Uint8Array = Uint8Array.of(0x30, 3, 2, 1, 1);
export const FAKE_CERTIFICATE: CertContext = { chain: [FAKE_LEAF], privateKey: "key" };
export const FAKE_TRUST: { readonly roots: readonly Uint8Array[] } = { roots: [FAKE_LEAF] };

const missing = (): never => {
  throw new Error("the fake provider does not have this");
};

const AGREEMENT: KeyAgreement = { generate: missing, fromPrivateKey: missing };

const provider: CryptoProvider = {
  name: "fake",
  random: (length) => new Uint8Array(randomBytes(length)),
  hash: missing,
  digest: (name, data) => new Uint8Array(createHash(name).update(data).digest()),
  hmac: (name, key, ...parts) => {
    const mac = createHmac(name, key);
    for (const part of parts) mac.update(part);
    return new Uint8Array(mac.digest());
  },
  pbkdf2: missing,
  scrypt: missing,
  aead: missing,
  cbc: missing,
  keyAgreement: (group) => (group === "x448" ? null : AGREEMENT),
  finiteField: missing,
  importPublicKey: missing,
  importPrivateKey: missing,
};

function readLeaf(der: Uint8Array): LeafCertificate {
  if (der[0] !== 0x30) fail("MalformedCertificate", "not a SEQUENCE");
  return {
    publicKey: { type: "ec", curve: "secp256r1", bits: 256, verify: () => true },
    maySign: true,
    mayEncipher: true,
    notBefore: Date.UTC(2020, 0, 1),
    notAfter: Date.UTC(2040, 0, 1),
    signatureHash: "sha256",
    issuer: der.subarray(0, 1),
  };
}

function rootsOf(trust: unknown): readonly Uint8Array[] {
  const { roots } = trust as { roots?: Uint8Array[] };
  if (!Array.isArray(roots)) throw new TypeError("no TrustStore");
  return roots;
}

export const FAKE_ENVIRONMENT: PackageDependencies = {
  provider,
  clock: () => Date.UTC(2026, 0, 1),
  clients: CLIENTS,
  servers: SERVER_SUPPORT,
  preSharedKeys: PRE_SHARED_KEYS,
  certificates: {
    readLeaf,
    checksRevocation: true,
    names: () => ({ subject: "CN=fake", issuer: "CN=fake" }),
    verifier: (trust) => {
      if (trust !== null) rootsOf(trust);
      return {
        verify: () =>
          trust === null
            ? refusalFor({ reason: "UnknownIssuer", message: "no trust store" })
            : { ok: true },
      };
    },
    roots: rootsOf,
    signingKey: (privateKey) => {
      if (privateKey === "bad") fail("UnsupportedCertificateKey", "a bad key");
      return { type: "ec", curve: "secp256r1", bits: 256, sign: () => new Uint8Array(8) };
    },
  },
};
