/**
 * Files in the forms in which they come: text and bytes in every usual encoding, with text round it, DER, PKCS#7; and what is said
 * of a file that does not hold what was asked for.
 */
import { generateKeyPairSync } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as web from "../../src/entries/streams.ts";
import { toPem } from "../../src/pki/files/pem.ts";
import { trustStoreFromPem } from "../../src/pki/trust-store.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import type { TlsError } from "../../src/sspi/tls-error.ts";
import {
  bytes,
  loadersOf,
  makeIdentity,
  openssl,
  PROVIDERS,
  text,
  write,
} from "./openssl-files.ts";

const forms = suite("files: forms");
const { certificate, key } = makeIdentity("p256");
const der = openssl("x509", "-in", "p256.pem", "-outform", "DER");
openssl("crl2pkcs7", "-nocrl", "-certfile", "p256.pem", "-out", "p256.p7b");
openssl("crl2pkcs7", "-nocrl", "-certfile", "p256.pem", "-outform", "DER", "-out", "p256.p7c");
openssl("x509", "-in", "p256.pem", "-addtrust", "serverAuth", "-trustout", "-out", "trusted.pem");

const request = openssl("req", "-new", "-key", "p256.key", "-subj", "/CN=x", "-outform", "DER");
openssl(
  ...["pkcs12", "-export", "-in", "p256.pem", "-inkey", "p256.key", "-out", "p256.pfx"],
  ...["-passout", "pass:x"],
);
const pfx = bytes("p256.pfx");
write("ca.cnf", "[ca]\ndefault_ca=x\n[x]\ndatabase=index\ndefault_md=sha256\n");
write("index", "");
const crlPem = new TextDecoder().decode(
  openssl(
    ...["ca", "-config", "ca.cnf", "-gencrl", "-crldays", "9"],
    ...["-cert", "p256.pem", "-keyfile", "p256.key"],
  ),
);
write("list.pem", crlPem);
const crl = openssl("crl", "-in", "list.pem", "-outform", "DER");

const utf16 = (content: string): Buffer => Buffer.from(content, "utf16le");
const ascii = (content: string): Uint8Array => new TextEncoder().encode(content);

/** How a PEM text may come. */
const ENCODINGS: Readonly<Record<string, (pem: string) => string | Uint8Array | ArrayBuffer>> = {
  text: (pem) => pem,
  "text with a mark": (pem) => `\ufeff${pem}`,
  "text with CRLF": (pem) => pem.replace(/\n/g, "\r\n"),
  "text with CR": (pem) => pem.replace(/\n/g, "\r"),
  "text with words before and after": (pem) => `subject: CN=é\n0\n${pem}\n-- the end`,
  "a Buffer": (pem) => Buffer.from(pem),
  "a Uint8Array": ascii,
  "an ArrayBuffer": (pem) => new Uint8Array(ascii(pem)).buffer,
  "a view inside of other memory": (pem) =>
    Buffer.concat([ascii("0".repeat(9)), ascii(pem)]).subarray(9),
  "UTF-8 with a mark": (pem) => Buffer.concat([Uint8Array.of(0xef, 0xbb, 0xbf), ascii(pem)]),
  "UTF-8 that is not ASCII": (pem) => Buffer.from(`Schlüssel für Köln\n${pem}`),
  "UTF-8 that begins like DER": (pem) => Buffer.from(`0\n${pem}`),
  "UTF-16 LE with a mark": (pem) => utf16(`\ufeff${pem}`),
  "UTF-16 LE": utf16,
  "UTF-16 BE with a mark": (pem) => utf16(`\ufeff${pem}`).swap16(),
  "UTF-16 BE": (pem) => utf16(pem).swap16(),
};

/** Other files with the certificate. */
const CERTIFICATES: Readonly<Record<string, string | Uint8Array>> = {
  DER: der,
  "PKCS#7 in PEM": text("p256.p7b"),
  "PKCS#7 in DER": bytes("p256.p7c"),
  'a "TRUSTED CERTIFICATE"': text("trusted.pem"),
  "an X509 CERTIFICATE": certificate.replaceAll("CERTIFICATE", "X509 CERTIFICATE"),
};

const plain = (found: Uint8Array | undefined): Uint8Array => new Uint8Array(found ?? []);

for (const [name, encode] of Object.entries(ENCODINGS)) {
  forms(`certificate, key and anchors as ${name}`, () => {
    assert.equal(plain(trustStoreFromPem(encode(certificate)).anchors[0]), plain(der));
    web.acquireCredentials({ ca: encode(certificate) });
    for (const provider of PROVIDERS) {
      const { certContextFromPem } = loadersOf(provider);
      const read = certContextFromPem(encode(certificate), encode(key));
      assert.equal(plain(read.chain[0]), plain(der));
      assert.ok(certContextFromPem(encode(certificate + key)).privateKey, "both in one file");
    }
  });
}

for (const [name, file] of Object.entries(CERTIFICATES)) {
  forms(`a certificate as ${name}`, () => {
    assert.equal(plain(trustStoreFromPem(file).anchors[0]), plain(der));
    for (const provider of PROVIDERS) {
      const read = loadersOf(provider).certContextFromPem(file, key);
      assert.equal(plain(read.chain[0]), plain(der));
    }
  });
}

/** What holds no certificate, and a word of what is said of it. */
const WITHOUT: Readonly<Record<string, readonly [unknown, RegExp]>> = {
  "an empty text": ["", /empty/],
  "no bytes": [new Uint8Array(0), /empty/],
  "a key": [key, /"PRIVATE KEY"/],
  "a key in DER": [openssl("pkey", "-in", "p256.key", "-outform", "DER"), /private key/],
  "a path": ["../pki/ca.pem", /path/],
  "a path of Windows": ["C:\\pki\\ca", /path/],
  "a PFX": [pfx, /DER of a PFX/],
  "a CRL in DER": [crl, /DER of a CRL/],
  "a request for a certificate in DER": [request, /DER of a certificate request/],
  words: ["hello", /nor text with a PEM block/],
  "a CRL": [toPem("X509 CRL", Uint8Array.of(0x30, 0)), /"X509 CRL"/],
  "a PKCS#7 that is cut": [toPem("PKCS7", Uint8Array.of(0x30, 0)), /PKCS#7 in .* cannot be read/],
  "a TRUSTED CERTIFICATE that is cut": [
    toPem("TRUSTED CERTIFICATE", Uint8Array.of(0x30)),
    /TRUSTED CERTIFICATE in .* cannot be read/,
  ],
  undefined: [undefined, /undefined/],
  null: [null, /null/],
  "a number": [7, /number/],
};

for (const [name, [file, words]] of Object.entries(WITHOUT)) {
  forms(`${name} is not a certificate, and that is said`, () => {
    const calls: readonly (() => unknown)[] = [
      () => trustStoreFromPem(file as string),
      ...(file === undefined ? [] : [() => web.acquireCredentials({ ca: file as string })]),
      ...PROVIDERS.map((one) => () => loadersOf(one).certContextFromPem(file as string, key)),
    ];
    for (const call of calls) {
      assert.throws(
        call,
        (error: TlsError) => error.name === "TlsError" && words.test(error.message),
      );
    }
  });
}

const legacyPem = (...words: string[]): string => new TextDecoder().decode(openssl(...words));

/** Keys that cannot be used, and what is said. */
const KEYS: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  "an EC key with explicit parameters": [
    () =>
      legacyPem("ecparam", "-name", "prime256v1", "-genkey", "-param_enc", "explicit", "-noout"),
    /explicit.*openssl ec/,
  ],
  "an RSA key of three primes": [() => legacyPem("genrsa", "-primes", "3", "3072"), /primes/],
  "an OpenSSH key": [
    () => toPem("OPENSSH PRIVATE KEY", ascii("openssh-key-v1\0")),
    /OpenSSH.*ssh-keygen/,
  ],
  "a key for X25519": [
    () => generateKeyPairSync("x25519").privateKey.export({ format: "pem", type: "pkcs8" }),
    /key agreement/,
  ],
  "a DSA key": [
    () => {
      openssl("dsaparam", "-out", "dsa.params", "1024");
      return legacyPem("gendsa", "dsa.params");
    },
    /DSA/,
  ],
  "an EC key on another curve": [
    () => legacyPem("ecparam", "-name", "secp256k1", "-genkey", "-noout"),
    /1\.3\.132\.0\.10/,
  ],
  "a certificate": [() => certificate, /"CERTIFICATE"/],
  "a certificate in DER": [() => der, /DER of a certificate/],
  "a public key in DER": [
    () => openssl("pkey", "-in", "p256.key", "-pubout", "-outform", "DER"),
    /DER of a public key/,
  ],
  "a request for a certificate in DER": [() => request, /DER of a certificate request/],
  "a PFX": [() => pfx, /DER of a PFX/],
  nothing: [() => "", /empty/],
  "a path": [() => "pki/server.key", /path/],
};

for (const [name, [make, words]] of Object.entries(KEYS)) {
  forms(`${name} is not taken as a key, and that is said`, () => {
    for (const provider of PROVIDERS) {
      assert.throws(
        () => loadersOf(provider).certContextFromPem(certificate, make() as string),
        (error: TlsError) => error.name === "TlsError" && words.test(error.message),
      );
    }
  });
}

/** What holds no revocation list. */
const NO_CRL: Readonly<Record<string, readonly [string | Uint8Array, RegExp]>> = {
  "an empty text": ["", /empty/],
  "a certificate": [certificate, /"CERTIFICATE"/],
  "a certificate in DER": [der, /DER of a certificate/],
  "a key": [key, /"PRIVATE KEY"/],
  "a path": ["pki/list.crl", /path/],
  words: ["hello", /nor text with a PEM block/],
};

const judged = (given: string | Uint8Array) =>
  loadersOf(nodeProvider).verifyChain({
    ...{ chain: [der], trust: trustStoreFromPem(certificate), name: null, purpose: "server" },
    crls: [given],
  });

for (const [name, encode] of Object.entries(ENCODINGS)) {
  forms(`a revocation list as ${name} is read`, () => {
    const given = encode(crlPem);
    const file = given instanceof ArrayBuffer ? new Uint8Array(given) : given;
    assert.is(judged(file).ok, judged(crl).ok);
    assert.is(judged(file).reason, judged(crl).reason);
    assert.is.not(judged(file).reason, "UnusableCrl");
  });
}

for (const [name, [file, words]] of Object.entries(NO_CRL)) {
  forms(`${name} is not a revocation list, and that is said`, () => {
    const { ok, reason, faults } = judged(file);
    assert.is(ok, false);
    assert.is(reason, "UnusableCrl");
    assert.match(faults.map(({ message }) => message).join(), words);
  });
}

forms("a PEM text, a certificate or a key is not a PFX, and that is said", async () => {
  for (const [given, words] of [
    [certificate + key, /"CERTIFICATE", "PRIVATE KEY"/],
    [der, /DER of a certificate/],
    ["hello", /nor text with a PEM block/],
  ] as const) {
    const file = typeof given === "string" ? ascii(given) : given;
    for (const provider of PROVIDERS) {
      await loadersOf(provider)
        .certContextFromPfx(file, "x")
        .then(
          () => assert.unreachable("refused"),
          (error: TlsError) => {
            assert.is(error.reason, "MalformedPfx");
            assert.match(error.message, words);
          },
        );
    }
  }
});

forms("a passphrase is text or bytes, and nothing else", async () => {
  const locked = legacyPem("pkcs8", "-topk8", "-in", "p256.key", "-passout", "pass:grün");
  openssl(
    "pkcs12",
    "-export",
    "-in",
    "p256.pem",
    "-inkey",
    "p256.key",
    "-out",
    "b.pfx",
    "-passout",
    "pass:grün",
  );
  for (const provider of PROVIDERS) {
    const { certContextFromPem, certContextFromPfx } = loadersOf(provider);
    for (const passphrase of ["grün", Buffer.from("grün"), new Uint8Array(Buffer.from("grün"))]) {
      assert.ok(certContextFromPem(certificate, locked, passphrase).privateKey);
      const pfx = bytes("b.pfx");
      assert.ok((await certContextFromPfx(pfx, passphrase)).privateKey);
      assert.ok((await certContextFromPfx(new Uint8Array(pfx).buffer, passphrase)).privateKey);
    }
    for (const passphrase of [7, true, {}, Uint8Array.of(0xff)]) {
      assert.throws(
        () => certContextFromPem(certificate, locked, passphrase as string),
        (error: TlsError) => error.reason === "InvalidOption",
      );
    }
    for (const pfx of ["text", undefined, null, 7]) {
      await certContextFromPfx(pfx as never, "x").then(
        () => assert.unreachable("refused"),
        (error: TlsError) => assert.is(error.reason, "InvalidOption"),
      );
    }
  }
});

forms.run();
