/**
 * Certificates whose form RFC 5280 forbids and which OpenSSL and Go read: `basic` reads them, the strict profiles refuse
 * them with a sentence that says why. What nobody can read is refused with a sentence as well.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi } from "../../src/api/compose.ts";
import { DerTag, derElement, derObjectIdentifier } from "../../src/bytes/der.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { OID } from "../../src/pki/object-identifiers.ts";
import { TrustStore } from "../../src/pki/trust-store.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import {
  authorityExtensions,
  type CertificateSpec,
  extension,
  makeCertificate,
  makeKey,
  NOON,
  sequence,
  serverExtensions,
} from "./certificate-maker.ts";

const forms = suite("pki: forms of certificates");
const HOST = "www.example.com";
const [ecKey, rsaKey, leafKey] = [makeKey("p256"), makeKey("rsa2048"), makeKey("p256")];
const authority = (signer: typeof ecKey): Uint8Array =>
  makeCertificate({
    ...{ subject: "Root", issuer: "Root", key: signer, signer },
    extensions: authorityExtensions(signer, signer),
  });
const roots = new Map([ecKey, rsaKey].map((signer) => [signer, authority(signer)]));
const ECDSA = derObjectIdentifier("1.2.840.10045.4.3.2");
const RSA = derObjectIdentifier("1.2.840.113549.1.1.11");
const CURVE = derObjectIdentifier("1.2.840.10045.3.1.7");
const NULL = derElement(DerTag.Null);

const leafOf = (change: Partial<CertificateSpec>): Uint8Array => {
  const signer = change.signer ?? ecKey;
  return makeCertificate({
    ...{ subject: HOST, issuer: "Root", key: leafKey, signer },
    extensions: serverExtensions(signer, `dns:${HOST}`),
    ...change,
  });
};

interface Form {
  readonly change: Partial<CertificateSpec>;
  /** Null: accepted. */
  readonly basic: RegExp | null;
  readonly strict: RegExp | null;
  /** No name can be in it. */
  readonly nameless?: boolean;
}

const with1 = (...more: readonly Uint8Array[]): Partial<CertificateSpec> => ({
  extensions: [...serverExtensions(ecKey, `dns:${HOST}`), ...more],
});
const named = (...names: readonly string[]): Partial<CertificateSpec> => ({
  extensions: serverExtensions(ecKey, `dns:${HOST}`, ...names),
});
const notWellFormed = /is not a name|not well formed/;

const FORMS: Readonly<Record<string, Form>> = {
  "an empty list of extensions": {
    change: { extensions: [] },
    basic: null,
    strict: /its list of extensions is empty/,
    nameless: true,
  },
  "ecdsa-with-SHA256 with NULL": {
    change: { algorithm: sequence(ECDSA, NULL) },
    basic: null,
    strict: /ecdsa with sha256, has parameters, which RFC 5758 §3.2 forbids/,
  },
  "ecdsa-with-SHA256 with a curve": {
    change: { algorithm: sequence(ECDSA, CURVE) },
    basic: null,
    strict: /ecdsa with sha256, has parameters/,
  },
  "sha256WithRSAEncryption with NULL": {
    change: { signer: rsaKey, algorithm: sequence(RSA, NULL) },
    basic: null,
    strict: null,
  },
  "sha256WithRSAEncryption without parameters": {
    change: { signer: rsaKey, algorithm: sequence(RSA) },
    basic: null,
    strict: null,
  },
  "sha256WithRSAEncryption with an OID": {
    change: { signer: rsaKey, algorithm: sequence(RSA, CURVE) },
    basic: null,
    strict: /rsa-pkcs1 with sha256, has parameters, which RFC 4055 §5 forbids/,
  },
  "a subjectKeyIdentifier that is none": {
    change: with1(extension(OID.subjectKeyIdentifier, false, Uint8Array.of(1, 2))),
    basic: /the extension subjectKeyIdentifier \(2\.5\.29\.14\) cannot be read/,
    strict: /the extension subjectKeyIdentifier/,
  },
  "an authorityInfoAccess of nothing": {
    change: with1(extension(OID.authorityInfoAccess, false, sequence())),
    basic: /the extension authorityInfoAccess \(1\.3\.6\.1\.5\.5\.7\.1\.1\) cannot be read/,
    strict: /the extension authorityInfoAccess/,
  },
  "a name with an underscore": {
    change: named("dns:a_b.example.com"),
    basic: null,
    strict: notWellFormed,
  },
  "a name with a trailing period": {
    change: named("dns:example.com."),
    basic: null,
    strict: notWellFormed,
  },
  "a label that begins with a hyphen": {
    change: named("dns:-a.example.com"),
    basic: null,
    strict: notWellFormed,
  },
  "a label that ends with a hyphen": {
    change: named("dns:a-.example.com"),
    basic: null,
    strict: notWellFormed,
  },
  "a label of 63 characters": {
    change: named(`dns:${"a".repeat(63)}.example.com`),
    basic: null,
    strict: null,
  },
  "a label of 64 characters": {
    change: named(`dns:${"a".repeat(64)}.example.com`),
    basic: null,
    strict: notWellFormed,
  },
  "a name of 254 characters": {
    change: named(`dns:${"a.".repeat(126)}bc`),
    basic: null,
    strict: notWellFormed,
  },
  "an empty label": { change: named("dns:a..example.com"), basic: null, strict: notWellFormed },
  "a blank": { change: named("dns: "), basic: null, strict: notWellFormed },
  "an empty name": { change: named("dns:"), basic: null, strict: notWellFormed },
  "an address as a name": { change: named("dns:192.0.2.1"), basic: null, strict: notWellFormed },
  "a wildcard": { change: named("dns:*.example.com"), basic: null, strict: null },
  "a wildcard within a label": {
    change: named("dns:w*.example.com"),
    basic: null,
    strict: notWellFormed,
  },
  "a second wildcard": { change: named("dns:*.*.example.com"), basic: null, strict: notWellFormed },
  "a label of digits": { change: named("dns:1.example.com"), basic: null, strict: null },
  "a mailbox": { change: named("email:me@example.com"), basic: null, strict: null },
  "a mailbox without a host": { change: named("email:me"), basic: null, strict: notWellFormed },
  "a relative URI": { change: named("uri:/path"), basic: null, strict: notWellFormed },
  "an absolute URI": {
    change: named("uri:https://www.example.com/path"),
    basic: null,
    strict: null,
  },
  "a URI without an authority": { change: named("uri:urn:example:1"), basic: null, strict: null },
  "a URI with an address": { change: named("uri:https://192.0.2.1/"), basic: null, strict: null },
};

for (const provider of [nodeProvider, portableProvider]) {
  const { verifyChain } = createSspi(provider);
  for (const [what, { change, basic, strict, nameless = false }] of Object.entries(FORMS)) {
    const root = roots.get(change.signer ?? ecKey) ?? new Uint8Array(0);
    for (const [profile, expected] of [
      ["basic", basic],
      ["rfc5280", strict],
      ["webpki", strict],
    ] as const) {
      const outcome = expected === null ? "good" : "refused";
      forms(`${provider.name}, ${profile}: ${what} is ${outcome}`, () => {
        const { ok, message } = verifyChain({
          ...{ chain: [leafOf(change)], trust: new TrustStore([root]), profile },
          ...{ purpose: "server", time: NOON, name: nameless ? null : HOST },
        });
        assert.is(ok, expected === null, message);
        if (expected !== null) assert.match(message ?? "", expected);
      });
    }
  }

  forms(`${provider.name}: extensions of version 1 are refused with the version`, () => {
    const good = leafOf({});
    // The version is the first field: [0] { INTEGER 2 }. Without it the certificate is of version 1.
    const at = good.findIndex((_, i) =>
      [0xa0, 3, 2, 1, 2].every((byte, j) => good[i + j] === byte),
    );
    const bad = good.slice();
    bad[at + 4] = 0;
    const { ok, message } = verifyChain({
      ...{ chain: [bad], trust: new TrustStore([...roots.values()]), profile: "basic" },
      ...{ purpose: "server", time: NOON },
    });
    assert.not(ok);
    assert.match(message ?? "", /version 1 and has extensions/);
  });

  forms(`${provider.name}: a salt that is not the hash's length is named`, () => {
    const sha256 = sequence(derObjectIdentifier("2.16.840.1.101.3.4.2.1"), NULL);
    const mask = sequence(derObjectIdentifier("1.2.840.113549.1.1.8"), sha256);
    const salt = derElement(DerTag.Integer, Uint8Array.of(20));
    const parameters = [sha256, mask, salt].map((part, i) => derElement(0xa0 | i, part));
    const algorithm = sequence(
      derObjectIdentifier("1.2.840.113549.1.1.10"),
      sequence(...parameters),
    );
    const { message } = verifyChain({
      ...{ chain: [leafOf({ signer: rsaKey, algorithm })], purpose: "server", time: NOON },
      trust: new TrustStore([roots.get(rsaKey) ?? new Uint8Array(0)]),
    });
    assert.match(message ?? "", /RSA-PSS with sha256 and a salt of 20 bytes/);
  });
}

for (const [profile, needed] of [
  ["basic", false],
  ["webpki", false],
  ["rfc5280", true],
] as const) {
  const needs = needed ? "needs an" : "needs no";
  forms(`${profile}: an anchor that is not self-issued ${needs} authorityKeyIdentifier`, () => {
    const { verifyChain } = createSspi(nodeProvider);
    const middle = makeCertificate({
      ...{ subject: "Middle", issuer: "Elsewhere", key: ecKey, signer: rsaKey },
      extensions: authorityExtensions(ecKey, ecKey).slice(0, 3),
    });
    const leaf = makeCertificate({
      ...{ subject: HOST, issuer: "Middle", key: leafKey, signer: ecKey },
      extensions: serverExtensions(ecKey, `dns:${HOST}`),
    });
    const asked = { purpose: "server", time: NOON, name: HOST, profile } as const;
    const found = verifyChain({ ...asked, chain: [leaf], trust: new TrustStore([middle]) });
    assert.is(found.ok, !needed, found.message);
    if (profile === "basic") return;
    // The same certificate as an intermediate must have one.
    const root = makeCertificate({
      ...{ subject: "Elsewhere", issuer: "Elsewhere", key: rsaKey, signer: rsaKey },
      extensions: authorityExtensions(rsaKey, rsaKey),
    });
    const below = verifyChain({ ...asked, chain: [leaf, middle], trust: new TrustStore([root]) });
    assert.match(below.message ?? "", /it has no authorityKeyIdentifier/);
  });
}

/** The forms that `basic` reads and RFC 5280 forbids. */
forms("openssl reads what basic reads", () => {
  const folder = mkdtempSync(join(tmpdir(), "sealwire-forms-"));
  try {
    for (const [what, { change, basic }] of Object.entries(FORMS)) {
      if (basic !== null) continue;
      const root = roots.get(change.signer ?? ecKey) ?? new Uint8Array(0);
      const [rootFile, leafFile] = [join(folder, "root.pem"), join(folder, "leaf.pem")];
      writeFileSync(rootFile, toPem("CERTIFICATE", root));
      writeFileSync(leafFile, toPem("CERTIFICATE", leafOf(change)));
      const attime = String(NOON.getTime() / 1000);
      const parameters = ["verify", "-CAfile", rootFile, "-no-CApath", "-no-CAstore"];
      const answer = execFileSync("openssl", [...parameters, "-attime", attime, leafFile], {
        encoding: "utf8",
      });
      assert.match(answer, /: OK/, what);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

forms.run();
