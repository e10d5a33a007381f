/**
 * RSA-PSS keys whose parameters allow one hash (RFC 4055 §3.1): each side chooses the scheme that the key can do, and
 * takes no other from the peer.
 */
import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type RSAPSSKeyPairKeyObjectOptions,
  sign,
} from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { chooseScheme, keyFitsScheme } from "../../src/handshake/negotiation.ts";
import type { CertContext } from "../../src/pki/cert-context.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { SIGNATURE_SCHEMES, type SignatureScheme } from "../../src/protocol/signature-scheme.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import * as flags from "../../src/sspi/context-flags.ts";
import {
  authorityExtensions,
  extendedKeyUsage,
  keyUsage,
  makeCertificate,
  makeKey,
  subjectAltName,
} from "../pki/certificate-maker.ts";
import { AUTHORITY } from "../support/identities.ts";
import { acquire, functionsOf, type Role, SspiSide, versionOnly } from "../support/sspi-session.ts";

const restricted = suite("engine: RSA-PSS keys restricted to a hash");
const PROVIDERS: readonly CryptoProvider[] = [nodeProvider, portableProvider];
const VERSIONS = [
  ["TLS 1.2", TLS12],
  ["TLS 1.3", TLS13],
] as const;

/** hash, salt of the key, and the one scheme that it can do; null: none. */
const KEYS = [
  ["sha256", 32, "rsa_pss_pss_sha256"],
  ["sha384", 48, "rsa_pss_pss_sha384"],
  ["sha512", 64, "rsa_pss_pss_sha512"],
  ["sha384", 20, "rsa_pss_pss_sha384"],
  ["sha512", 65, null],
] as const;

function pssKey(hash: string, saltLength: number): KeyObject {
  const parameters = { hashAlgorithm: hash, mgf1HashAlgorithm: hash, saltLength };
  const options = { modulusLength: 2048, ...parameters };
  // The types of this version of Node say that the salt is a text.
  return generateKeyPairSync("rsa-pss", options as unknown as RSAPSSKeyPairKeyObjectOptions)
    .privateKey;
}

const der = (key: KeyObject): Uint8Array =>
  new Uint8Array(createPublicKey(key).export({ format: "der", type: "spki" }));
const nameOf = (scheme: SignatureScheme | null): string | null => scheme?.name ?? null;
const CODES = SIGNATURE_SCHEMES.map(({ code }) => code);

const authorityKey = makeKey("p256");
const authority = makeCertificate({
  ...{ subject: "Authority", issuer: "Authority", key: authorityKey, signer: authorityKey },
  extensions: authorityExtensions(authorityKey, authorityKey),
});
const trust = new TrustStore([authority, ...AUTHORITY.anchors]);

function certificateOf(key: KeyObject): Uint8Array {
  return makeCertificate({
    ...{ subject: "localhost", issuer: "Authority", signer: authorityKey },
    key: { kind: "rsa2048", spki: der(key), secret: key, id: new Uint8Array(20) },
    extensions: [
      keyUsage(0x80),
      extendedKeyUsage(OID.serverAuth, OID.clientAuth),
      subjectAltName("dns:localhost"),
    ],
  });
}

/** The ways in which a caller has the key. */
const FORMS: Readonly<Record<string, (key: KeyObject) => CertContext["privateKey"]>> = {
  "PKCS#8": (key) => new Uint8Array(key.export({ format: "der", type: "pkcs8" })),
  "a key object": (key) => key,
  "an object that signs": (key) => ({
    sign(code: number, data: Uint8Array) {
      const hash = SIGNATURE_SCHEMES.find((scheme) => scheme.code === code)?.algorithm.hash ?? null;
      const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
      return new Uint8Array(sign(hash, data, { key, saltLength }));
    },
  }),
};

/** The scheme of the role's signature in a whole handshake. */
function schemeOf(
  provider: CryptoProvider,
  version: typeof TLS12 | typeof TLS13,
  role: Role,
  own: CertContext,
): string | null {
  const functions = functionsOf(provider);
  const auth = { hRootStore: trust, ...versionOnly(version) };
  const server = role === "server" ? { paCred: [own] } : {};
  const client = role === "client" ? { paCred: [own] } : {};
  const ends = {
    client: new SspiSide(
      functions,
      "client",
      acquire(functions, "client", { ...auth, ...client }),
      {
        contextReq: flags.ISC_REQ_USE_SUPPLIED_CREDS,
      },
    ),
    server: new SspiSide(
      functions,
      "server",
      acquire(functions, "server", { ...auth, ...server }),
      {
        contextReq: role === "client" ? flags.ASC_REQ_MUTUAL_AUTH : 0,
      },
    ),
  };
  for (let turn = 0; turn < 12 && !(ends.client.ready && ends.server.ready); turn++) {
    for (const [mine, other] of [
      [ends.client, ends.server],
      [ends.server, ends.client],
    ] as const) {
      if (mine.ready && mine.inbox.length === 0) continue;
      other.receive(mine.step());
      assert.not(mine.failed, mine.error?.message);
    }
  }
  assert.ok(ends.client.ready && ends.server.ready, "both sides are ready");
  const { peerSignatureScheme } = ends[role === "client" ? "server" : "client"].connection();
  return nameOf(SIGNATURE_SCHEMES.find(({ code }) => code === peerSignatureScheme) ?? null);
}

for (const [hash, salt, scheme] of KEYS) {
  const key = pssKey(hash, salt);
  const what = `a key for ${hash} with a salt of ${salt}`;
  for (const provider of PROVIDERS) {
    restricted(`${provider.name}: ${what} signs with ${scheme ?? "nothing"}`, () => {
      const mine = provider.importPrivateKey(
        new Uint8Array(key.export({ format: "der", type: "pkcs8" })),
      );
      const theirs = provider.importPublicKey(der(key));
      if (mine === null || theirs === null) throw new Error("the key is not read");
      for (const [, version] of VERSIONS) {
        const chosen = chooseScheme(mine, SIGNATURE_SCHEMES, CODES, version);
        assert.is(nameOf(chosen), scheme);
        const fitting = SIGNATURE_SCHEMES.filter((row) => keyFitsScheme(theirs, row, version));
        assert.equal(fitting.map(nameOf), scheme === null ? [] : [scheme]);
      }
    });
  }
  if (scheme === null) continue;
  const certificate = certificateOf(key);
  for (const provider of PROVIDERS) {
    for (const [label, version] of VERSIONS) {
      for (const role of ["client", "server"] as const) {
        for (const [form, give] of Object.entries(FORMS)) {
          restricted(`${provider.name}, ${label}: ${what}, ${form}, signs for the ${role}`, () => {
            const own = { chain: [certificate], privateKey: give(key) };
            assert.is(schemeOf(provider, version, role, own), scheme);
          });
        }
      }
    }
  }
}

restricted.run();
