/**
 * tls-server-end-point (RFC 5929 §4.1) for every signature algorithm that a certificate can have, also those that chains may
 * not use: both sides, under manual validation, come to the same bytes.
 */
import { createHash } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DerTag, derElement, derObjectIdentifier } from "../../src/bytes/der.ts";
import { fromLatin1 } from "../../src/bytes/text.ts";
import { TLS12, TLS13 } from "../../src/protocol/version.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { SCH_CRED_MANUAL_CRED_VALIDATION } from "../../src/schannel/constants.ts";
import { SECPKG_ATTR_ENDPOINT_BINDINGS } from "../../src/sspi/attributes.ts";
import * as status from "../../src/sspi/security-status.ts";
import { makeCertificate, makeKey, sequence, serverExtensions } from "../pki/certificate-maker.ts";
import { acquire, functionsOf, SspiSide, versionOnly } from "../support/sspi-session.ts";

const bindings = suite("schannel: tls-server-end-point");
const key = makeKey("p256");
const NULL = derElement(DerTag.Null);

function pss(hashOid: string, maskOid = hashOid, salt = 32): Uint8Array {
  const hash = (oid: string): Uint8Array => sequence(derObjectIdentifier(oid), NULL);
  const mask = sequence(derObjectIdentifier("1.2.840.113549.1.1.8"), hash(maskOid));
  const parts = [hash(hashOid), mask, derElement(DerTag.Integer, Uint8Array.of(salt))];
  return sequence(
    derObjectIdentifier("1.2.840.113549.1.1.10"),
    sequence(...parts.map((part, number) => derElement(0xa0 | number, part))),
  );
}

const SHA256 = "2.16.840.1.101.3.4.2.1";
const SHA384 = "2.16.840.1.101.3.4.2.2";
const SHA512 = "2.16.840.1.101.3.4.2.3";

/** AlgorithmIdentifier, by its OID or whole; the hash of the bindings, null where RFC 5929 defines none. */
const ALGORITHMS: readonly (readonly [string, string | Uint8Array, string | null])[] = [
  ["RSA with MD5", "1.2.840.113549.1.1.4", "sha256"],
  ["RSA with SHA-1", "1.2.840.113549.1.1.5", "sha256"],
  ["RSA with SHA-1 of OIW", "1.3.14.3.2.29", "sha256"],
  ["RSA with SHA-224", "1.2.840.113549.1.1.14", "sha224"],
  ["RSA with SHA-256", "1.2.840.113549.1.1.11", "sha256"],
  ["RSA with SHA-384", "1.2.840.113549.1.1.12", "sha384"],
  ["RSA with SHA-512", "1.2.840.113549.1.1.13", "sha512"],
  ["DSA with SHA-1", "1.2.840.10040.4.3", "sha256"],
  ["DSA with SHA-224", "2.16.840.1.101.3.4.3.1", "sha224"],
  ["DSA with SHA-256", "2.16.840.1.101.3.4.3.2", "sha256"],
  ["DSA with SHA-384", "2.16.840.1.101.3.4.3.3", "sha384"],
  ["DSA with SHA-512", "2.16.840.1.101.3.4.3.4", "sha512"],
  ["ECDSA with SHA-1", "1.2.840.10045.4.1", "sha256"],
  ["ECDSA with SHA-224", "1.2.840.10045.4.3.1", "sha224"],
  ["ECDSA with SHA-256", "1.2.840.10045.4.3.2", "sha256"],
  ["ECDSA with SHA-384", "1.2.840.10045.4.3.3", "sha384"],
  ["ECDSA with SHA-512", "1.2.840.10045.4.3.4", "sha512"],
  ["RSA-PSS with SHA-1", pss("1.3.14.3.2.26", "1.3.14.3.2.26", 20), "sha256"],
  ["RSA-PSS with SHA-256", pss(SHA256), "sha256"],
  ["RSA-PSS with SHA-384", pss(SHA384, SHA384, 48), "sha384"],
  ["RSA-PSS with SHA-512 and another salt", pss(SHA512, SHA512, 20), "sha512"],
  ["RSA-PSS with SHA-512 and a mask of SHA-256", pss(SHA512, SHA256), "sha512"],
  ["Ed25519", "1.3.101.112", null],
  ["Ed448", "1.3.101.113", null],
  ["ML-DSA-65", "2.16.840.1.101.3.4.3.18", null],
  ["RSA with MD2", "1.2.840.113549.1.1.2", null],
  ["RSA with SHA3-256", "2.16.840.1.101.3.4.3.14", null],
  ["an unknown algorithm", "1.3.6.1.4.1.55738.666.2", null],
];

for (const provider of [nodeProvider, portableProvider]) {
  const functions = functionsOf(provider);
  for (const [label, version] of [
    ["TLS 1.2", TLS12],
    ["TLS 1.3", TLS13],
  ] as const) {
    for (const [name, algorithm, hash] of ALGORITHMS) {
      const title = hash === null ? "has no bindings" : `is hashed with ${hash}`;
      bindings(`${provider.name}, ${label}: a certificate of ${name} ${title}`, () => {
        const certificate = makeCertificate({
          ...{ subject: "localhost", issuer: "Somebody", key, signer: key },
          extensions: serverExtensions(key, "dns:localhost"),
          algorithm:
            typeof algorithm === "string" ? sequence(derObjectIdentifier(algorithm)) : algorithm,
        });
        const privateKey = new Uint8Array(key.secret.export({ format: "der", type: "pkcs8" }));
        const auth = versionOnly(version);
        const paCred = [{ chain: [certificate], privateKey }];
        const dwFlags = SCH_CRED_MANUAL_CRED_VALIDATION;
        const client = new SspiSide(
          functions,
          "client",
          acquire(functions, "client", { ...auth, dwFlags }),
        );
        const server = new SspiSide(
          functions,
          "server",
          acquire(functions, "server", { ...auth, paCred }),
        );
        for (let turn = 0; turn < 6 && !(client.ready && server.ready); turn++) {
          server.receive(client.step());
          client.receive(server.step());
        }
        for (const side of [client, server]) {
          const answer = functions.queryContextAttributes(
            side.handle,
            SECPKG_ATTR_ENDPOINT_BINDINGS,
          );
          if (hash === null) {
            assert.is(answer.status, status.SEC_E_UNSUPPORTED_FUNCTION);
            continue;
          }
          const expected = createHash(hash).update(certificate).digest();
          const data = answer.value?.Bindings.subarray(32) ?? new Uint8Array(0);
          const prefix = "tls-server-end-point:";
          assert.is(fromLatin1(data.subarray(0, prefix.length)), prefix);
          assert.is(
            Buffer.from(data.subarray(prefix.length)).toString("hex"),
            expected.toString("hex"),
          );
        }
      });
    }
  }
}

bindings.run();
