/**
 * Public keys of ML-DSA (FIPS 204, RFC 9881): Wycheproof where node has them, elsewhere the refusal; lengths and parameters;
 * the algorithm is that of the key's own parameter set; a leaf with such a key in a chain.
 */
import { createPublicKey } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import { DerTag, derElement, derObjectIdentifier } from "../../src/bytes/der.ts";
import { fromHex } from "../../src/bytes/text.ts";
import { mayUse, parsePrivateKey, parsePublicKey } from "../../src/crypto/key-encoding.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { PROVIDERS } from "../providers/subjects.ts";
import { checkFile, type Pinned } from "../providers/wycheproof.ts";
import {
  authorityExtensions,
  makeCertificate,
  makeKey,
  NOON,
  serverExtensions,
} from "./certificate-maker.ts";

const SETS = [
  ["ml-dsa-44", "2.16.840.1.101.3.4.3.17", 1312],
  ["ml-dsa-65", "2.16.840.1.101.3.4.3.18", 1952],
  ["ml-dsa-87", "2.16.840.1.101.3.4.3.19", 2592],
] as const;

const WYCHEPROOF: readonly [file: string, set: (typeof SETS)[number][0], pinned: Pinned][] = [
  ["mldsa_44_verify", "ml-dsa-44", [173, 7]],
  ["mldsa_65_verify", "ml-dsa-65", [203, 7]],
];

/** SubjectPublicKeyInfo of any bytes. */
function spkiOf(oid: string, length: number, ...parameters: readonly Uint8Array[]): Uint8Array {
  const key = new Uint8Array(length).fill(7);
  return derElement(
    DerTag.Sequence,
    derElement(DerTag.Sequence, derObjectIdentifier(oid), ...parameters),
    derElement(DerTag.BitString, Uint8Array.of(0), key),
  );
}

function nodeHasMlDsa(): boolean {
  const key = Buffer.from(spkiOf(SETS[0][1], SETS[0][2]));
  try {
    const { asymmetricKeyType } = createPublicKey({ key, format: "der", type: "spki" });
    return (asymmetricKeyType as string) === "ml-dsa-44";
  } catch {
    return false;
  }
}

const HAS = nodeHasMlDsa();
console.log(`node:crypto has ML-DSA: ${HAS}`);

const mlDsa = suite("ML-DSA");

mlDsa("node has it from version 24 on", () => {
  assert.is(HAS, Number.parseInt(process.versions.node, 10) >= 24);
});

for (const provider of PROVIDERS) {
  const able = HAS && provider.name === "node";
  for (const [file, family, pinned] of WYCHEPROOF) {
    mlDsa(`${provider.name}: Wycheproof ${file}: ${able ? "verified" : "keys are refused"}`, () => {
      if (!able) {
        checkFile<{ publicKeyDer: string }, object>(file, [0, pinned[0] + pinned[1]], (group) => {
          assert.is(provider.importPublicKey(fromHex(group.publicKeyDer)), null);
          return null;
        });
        return;
      }
      checkFile<{ publicKeyDer: string }, { ctx?: string; msg: string; sig: string }>(
        file,
        pinned,
        (group, test) => {
          const key = provider.importPublicKey(fromHex(group.publicKeyDer));
          const right =
            key?.verify({ family, hash: null }, fromHex(test.msg), fromHex(test.sig)) === true;
          if ((test.ctx ?? "") === "") return right;
          // @rfc 9881 §3 The context of certificates is empty: what was signed under another is wrong.
          assert.not(right, `case ${test.tcId}`);
          return null;
        },
      );
    });
  }
}

mlDsa("a key is exactly as long as its parameter set says, without parameters", () => {
  for (const [type, oid, length] of SETS) {
    const parts = parsePublicKey(spkiOf(oid, length));
    assert.is(parts?.type, type);
    assert.is(parts?.key.length, length);
    for (const other of [0, length - 1, length + 1, 1312 + 1952 + 2592 - length])
      assert.is(parsePublicKey(spkiOf(oid, other)), null, `${type}: ${other} bytes`);
    assert.is(parsePublicKey(spkiOf(oid, length, derElement(DerTag.Null))), null);
  }
});

mlDsa("a private key is refused, whatever it holds", () => {
  for (const [, oid] of SETS) {
    const pkcs8 = derElement(
      DerTag.Sequence,
      derElement(DerTag.Integer, Uint8Array.of(0)),
      derElement(DerTag.Sequence, derObjectIdentifier(oid)),
      derElement(DerTag.OctetString, derElement(DerTag.OctetString, new Uint8Array(32))),
    );
    assert.is(parsePrivateKey(pkcs8), null);
  }
});

mlDsa("a key verifies the algorithm of its own parameter set only", () => {
  for (const [type] of SETS)
    for (const [family] of SETS)
      assert.is(mayUse({ type, pssHash: null }, { family, hash: null }), type === family);
  assert.not(mayUse({ type: "ml-dsa-44", pssHash: null }, { family: "ed25519", hash: null }));
  assert.not(mayUse({ type: "ed25519", pssHash: null }, { family: "ml-dsa-44", hash: null }));
  assert.not(mayUse({ type: "ed25519", pssHash: null }, { family: "ed448", hash: null }));
  assert.not(mayUse({ type: "ed448", pssHash: null }, { family: "ed25519", hash: null }));
});

for (const provider of PROVIDERS) {
  mlDsa(`${provider.name}: a leaf with such a key, by profile`, () => {
    const { verifyChain } = createSspi(provider);
    const rootKey = makeKey("p256");
    const root = makeCertificate({
      ...{ subject: "Root", issuer: "Root", key: rootKey, signer: rootKey },
      extensions: authorityExtensions(rootKey, rootKey),
    });
    for (const [type, oid, length] of SETS) {
      const leaf = makeCertificate({
        ...{ subject: "a.example", issuer: "Root", signer: rootKey },
        key: { ...rootKey, spki: spkiOf(oid, length) },
        extensions: serverExtensions(rootKey, "dns:a.example"),
      });
      const judge = (profile: "basic" | "rfc5280" | "webpki") =>
        verifyChain({
          ...{ chain: [leaf], trust: new TrustStore([root]), purpose: "server" },
          ...{ name: "a.example", time: NOON, profile },
        });
      const web = judge("webpki");
      assert.not(web.ok);
      for (const profile of ["basic", "rfc5280"] as const) {
        const { ok, reason, message } = judge(profile);
        assert.is(ok, HAS && provider === nodeProvider, message ?? "");
        if (ok) continue;
        assert.is(reason, "UnsupportedCertificateKey");
        assert.match(message ?? "", `is ${type.toUpperCase()}, which this provider cannot verify`);
        assert.match(message ?? "", "Node 24");
      }
      if (HAS && provider === nodeProvider)
        assert.match(web.message ?? "", `its key is of type ${type}`);
    }
  });
}

mlDsa.run();
