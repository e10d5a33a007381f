/**
 * Private keys in every form and encryption that openssl writes, read by both providers; and each way in which they do not fit.
 */
import { createPrivateKey } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enableLegacyKeys } from "../../src/entries/legacy-keys.ts";
import { loadLegacyFormats } from "../../src/pki/files/legacy-library.ts";
import { TlsError } from "../../src/sspi/tls-error.ts";
import {
  KEY_KINDS,
  loadersOf,
  makeIdentity,
  openssl,
  PASSPHRASE,
  PROVIDERS,
  text,
} from "./openssl-files.ts";

const keys = suite("key files");

const pkcs8 = (pem: string): Uint8Array =>
  new Uint8Array(createPrivateKey(pem).export({ format: "der", type: "pkcs8" }));

function refusedFor(reason: string, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    assert.instance(error, TlsError);
    assert.is((error as TlsError).reason, reason, (error as TlsError).message);
    return;
  }
  assert.unreachable(`not refused: ${reason} expected`);
}

/** Schemes of `openssl pkcs8`, those first that need nothing of the legacy library. */
const SCHEMES: Readonly<Record<string, { readonly own: boolean; readonly words: string[] }>> = {
  "PBES2, AES-256, HMAC-SHA256": { own: true, words: ["-v2", "aes-256-cbc"] },
  "PBES2, AES-128, HMAC-SHA1": {
    own: true,
    words: ["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"],
  },
  "PBES2, AES-256, HMAC-SHA384": {
    own: true,
    words: ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA384"],
  },
  "PBES2, AES-256, HMAC-SHA512, 20000 iterations": {
    own: true,
    words: ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512", "-iter", "20000"],
  },
  "PBES2, AES-256, scrypt": { own: true, words: ["-v2", "aes-256-cbc", "-scrypt"] },
  "PBES2, AES-192": { own: false, words: ["-v2", "aes-192-cbc"] },
  "PBES2, 3DES": { own: false, words: ["-v2", "des3"] },
  "PBES2, DES": {
    own: false,
    words: ["-v2", "des", "-provider", "legacy", "-provider", "default"],
  },
  "PBES2, RC2": {
    own: false,
    words: ["-v2", "rc2-cbc", "-provider", "legacy", "-provider", "default"],
  },
  ...Object.fromEntries(
    ["PBE-SHA1-3DES", "PBE-SHA1-2DES"].map((name) => [name, { own: false, words: ["-v1", name] }]),
  ),
  ...Object.fromEntries(
    [
      ...["PBE-SHA1-RC4-128", "PBE-SHA1-RC4-40", "PBE-SHA1-RC2-128", "PBE-SHA1-RC2-40"],
      ...["PBE-MD5-DES", "PBE-SHA1-DES", "PBE-MD5-RC2-64", "PBE-SHA1-RC2-64"],
    ].map((name) => [
      name,
      {
        own: name.includes("RC4"),
        words: ["-v1", name, "-provider", "legacy", "-provider", "default"],
      },
    ]),
  ),
};

const written = new Set<string>();

/** Has openssl write the P-256 key encrypted; the file's name. */
function encrypted(scheme: string): string {
  const name = `${scheme.replace(/\W/g, "")}.enc`;
  if (written.has(name)) return name;
  written.add(name);
  const { key } = makeIdentity("p256");
  assert.ok(key);
  openssl(
    ...["pkcs8", "-topk8", "-in", "p256.key", "-out", name, "-passout", `pass:${PASSPHRASE}`],
    ...(SCHEMES[scheme]?.words ?? []),
  );
  return name;
}

keys(
  "what only the legacy library reads is refused before it is there, and says what to do",
  async () => {
    const { certificate, key } = makeIdentity("p256");
    for (const provider of PROVIDERS) {
      const { certContextFromPem, certContextFromPemAsync } = loadersOf(provider);
      for (const [scheme, { own }] of Object.entries(SCHEMES)) {
        if (own) continue;
        const file = text(encrypted(scheme));
        // OpenSSL 3 has 3DES and AES-192 without its legacy provider.
        if (provider.name === "node" && /[23]DES|AES-192/.test(scheme)) {
          const read = certContextFromPem(certificate, file, PASSPHRASE);
          assert.equal(read.privateKey, pkcs8(key), scheme);
          continue;
        }
        refusedFor("LegacyFormatNotLoaded", () =>
          certContextFromPem(certificate, file, PASSPHRASE),
        );
        await certContextFromPemAsync(certificate, file, PASSPHRASE).then(
          () => assert.unreachable(scheme),
          (error: TlsError) => assert.match(error.message, "sealwire/legacy-keys"),
        );
      }
    }
    enableLegacyKeys();
  },
);

keys("every encryption of PKCS#8 that openssl makes", async () => {
  const { certificate, key } = makeIdentity("p256");
  for (const scheme of Object.keys(SCHEMES)) {
    const file = text(encrypted(scheme));
    for (const provider of PROVIDERS) {
      const loaders = loadersOf(provider);
      const read = SCHEMES[scheme]?.own
        ? loaders.certContextFromPem(certificate, file, PASSPHRASE)
        : await loaders.certContextFromPemAsync(certificate, file, PASSPHRASE);
      assert.equal(read.privateKey, pkcs8(key), `${scheme}, ${provider.name}`);
    }
  }
});

keys("old PEM encryption", async () => {
  await loadLegacyFormats();
  for (const kind of ["rsa", "p256"]) {
    const { certificate, key } = makeIdentity(kind);
    for (const cipher of ["aes128", "aes192", "aes256", "des3"]) {
      const command = kind === "rsa" ? ["rsa", "-traditional"] : ["ec"];
      const out = `${kind}-${cipher}.enc`;
      openssl(
        ...command,
        ...["-in", `${kind}.key`, "-out", out, `-${cipher}`, "-passout", `pass:${PASSPHRASE}`],
      );
      assert.match(text(out), /DEK-Info/);
      for (const provider of PROVIDERS) {
        const { certContextFromPem } = loadersOf(provider);
        const read = certContextFromPem(certificate, text(out), PASSPHRASE);
        assert.equal(read.privateKey, kind === "rsa" ? pkcs8(key) : read.privateKey);
        refusedFor("WrongPassphrase", () => certContextFromPem(certificate, text(out), "wrong"));
        refusedFor("PassphraseRequired", () => certContextFromPem(certificate, text(out)));
      }
    }
  }
});

keys("every kind of key: PKCS#8, SEC1, PKCS#1, PEM and DER, as text and bytes", () => {
  for (const kind of Object.keys(KEY_KINDS)) {
    const { certificate, key } = makeIdentity(kind);
    const old =
      kind === "rsa"
        ? openssl("rsa", "-in", "rsa.key", "-traditional")
        : kind.startsWith("p")
          ? openssl("ec", "-in", `${kind}.key`)
          : new TextEncoder().encode(key);
    const der = openssl("pkey", "-in", `${kind}.key`, "-outform", "DER");
    for (const provider of PROVIDERS) {
      const { certContextFromPem } = loadersOf(provider);
      for (const form of [key, old, new TextDecoder().decode(old), der, pkcs8(key)]) {
        const { chain, privateKey } = certContextFromPem(certificate, form);
        assert.is(chain.length, 1);
        assert.instance(privateKey, Uint8Array, `${kind}, ${provider.name}`);
      }
      // Certificate as bytes of PEM, and both in one text.
      const both = certContextFromPem(new TextEncoder().encode(`${key}\n${certificate}`));
      assert.instance(both.privateKey, Uint8Array);
    }
  }
});

keys("each fault has a reason of its own", () => {
  const { certificate, key } = makeIdentity("p256");
  const other = makeIdentity("p384");
  const locked = text(encrypted("PBES2, AES-256, HMAC-SHA256"));
  for (const provider of PROVIDERS) {
    const { certContextFromPem } = loadersOf(provider);
    const load = (...given: Parameters<typeof certContextFromPem>) => {
      return () => certContextFromPem(...given);
    };
    refusedFor("WrongPassphrase", load(certificate, locked, "wrong"));
    refusedFor("PassphraseRequired", load(certificate, locked));
    refusedFor("NoUsableCredential", load(certificate, other.key));
    refusedFor("MissingPrivateKey", load(certificate, certificate));
    refusedFor("MalformedPrivateKey", load(certificate, Uint8Array.of(0x30, 1, 0)));
    refusedFor("MalformedCertificate", load(key, key));
    refusedFor("MalformedCertificate", load(Uint8Array.of(0x30, 0)));
    refusedFor("MalformedPem", load(certificate.replace("-----END", "-----FIN")));
    refusedFor("MalformedPem", load(certificate.replace("MII", "MI*")));
    refusedFor("UnsupportedEncryption", load(certificate, camellia(), PASSPHRASE));
  }
});

/** A key encrypted with a cipher that is not built. */
function camellia(): string {
  openssl(
    ...["pkcs8", "-topk8", "-in", "p256.key", "-out", "camellia.enc", "-v2", "camellia-256-cbc"],
    ...["-passout", `pass:${PASSPHRASE}`],
  );
  return text("camellia.enc");
}

keys.run();
