/**
 * PFX files as openssl makes them, modern and legacy, read by both providers; chains in any order.
 */
import { createPrivateKey } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enableLegacyKeys } from "../../src/entries/legacy-keys.ts";
import { TlsError } from "../../src/sspi/tls-error.ts";
import {
  bytes,
  KEY_KINDS,
  loadersOf,
  makeIdentity,
  openssl,
  PASSPHRASE,
  PROVIDERS,
  text,
  write,
} from "./openssl-files.ts";

const pfx = suite("PFX files");

pfx.before(enableLegacyKeys);

const LEGACY = ["-provider", "legacy", "-provider", "default"];

/** What `openssl pkcs12 -export` is told. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  "AES-256, SHA-256 MAC": [],
  "AES-128, SHA-384 MAC": [
    "-keypbe",
    "AES-128-CBC",
    "-certpbe",
    "AES-128-CBC",
    "-macalg",
    "sha384",
  ],
  "AES-256, SHA-512 MAC, 5000 iterations": ["-macalg", "sha512", "-iter", "5000"],
  "AES-192": ["-keypbe", "AES-192-CBC", "-certpbe", "AES-192-CBC"],
  "3DES, SHA-1 MAC": ["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"],
  "RC2-40 and 3DES, as old Windows": ["-legacy"],
  "RC2-128": ["-keypbe", "PBE-SHA1-RC2-128", "-certpbe", "PBE-SHA1-RC2-128", ...LEGACY],
  "RC4-128": ["-keypbe", "PBE-SHA1-RC4-128", "-certpbe", "PBE-SHA1-RC4-40", ...LEGACY],
  "nothing encrypted": ["-keypbe", "NONE", "-certpbe", "NONE"],
  "no MAC": ["-nomac"],
};

const pkcs8 = (pem: string): Uint8Array =>
  new Uint8Array(createPrivateKey(pem).export({ format: "der", type: "pkcs8" }));

function exported(
  kind: string,
  name: string,
  words: readonly string[],
  passphrase: string,
): Uint8Array {
  openssl(
    ...["pkcs12", "-export", "-inkey", `${kind}.key`, "-in", `${kind}.pem`, "-out", name],
    ...["-passout", `pass:${passphrase}`, ...words],
  );
  return bytes(name);
}

async function refusedFor(reason: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    assert.instance(error, TlsError);
    assert.is((error as TlsError).reason, reason, (error as TlsError).message);
    return;
  }
  assert.unreachable(`not refused: ${reason} expected`);
}

pfx("every variant that openssl makes", async () => {
  const { key } = makeIdentity("rsa");
  for (const [name, words] of Object.entries(VARIANTS)) {
    const file = exported("rsa", "variant.p12", words, PASSPHRASE);
    for (const provider of PROVIDERS) {
      const { certContextFromPfx } = loadersOf(provider);
      const { chain, privateKey } = await certContextFromPfx(file, PASSPHRASE);
      assert.is(chain.length, 1, name);
      assert.equal(privateKey, pkcs8(key), `${name}, ${provider.name}`);
      if (name !== "no MAC") {
        await refusedFor("WrongPassphrase", () => certContextFromPfx(file, "wrong"));
      }
    }
  }
});

pfx("every kind of key", async () => {
  for (const kind of Object.keys(KEY_KINDS)) {
    const { key } = makeIdentity(kind);
    const file = exported(kind, `${kind}.p12`, [], PASSPHRASE);
    for (const provider of PROVIDERS) {
      const { privateKey } = await loadersOf(provider).certContextFromPfx(file, PASSPHRASE);
      assert.equal(privateKey, pkcs8(key), `${kind}, ${provider.name}`);
    }
  }
});

pfx("an empty passphrase, none at all, and one that is missing", async () => {
  makeIdentity("p256");
  for (const words of [[], ["-legacy"]]) {
    const empty = exported("p256", "empty.p12", words, "");
    const locked = exported("p256", "locked.p12", words, PASSPHRASE);
    for (const provider of PROVIDERS) {
      const { certContextFromPfx } = loadersOf(provider);
      assert.instance((await certContextFromPfx(empty, "")).privateKey, Uint8Array);
      assert.instance((await certContextFromPfx(empty)).privateKey, Uint8Array);
      await refusedFor("PassphraseRequired", () => certContextFromPfx(locked));
    }
  }
});

pfx("what is no PFX", async () => {
  const file = exported("p256", "whole.p12", [], PASSPHRASE);
  for (const provider of PROVIDERS) {
    const { certContextFromPfx } = loadersOf(provider);
    for (const wrong of [new Uint8Array(0), Uint8Array.of(0x30, 0), file.subarray(0, 200)]) {
      await refusedFor("MalformedPfx", () => certContextFromPfx(wrong, PASSPHRASE));
    }
  }
});

pfx("a chain in any order is put in order, the key's certificate first", async () => {
  const make = (name: string, issuer: string | null, extension: string): void => {
    write("ext", extension);
    openssl("genpkey", ...(KEY_KINDS["p256"] ?? []), "-out", `${name}.key`);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", `/CN=${name}`, "-out", `${name}.csr`);
    const signer =
      issuer === null
        ? ["-signkey", `${name}.key`]
        : ["-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`, "-CAcreateserial"];
    openssl(
      ...["x509", "-req", "-in", `${name}.csr`, "-days", "30", "-out", `${name}.pem`],
      ...["-extfile", "ext", ...signer],
    );
  };
  make("root", null, "basicConstraints=critical,CA:TRUE");
  make("middle", "root", "basicConstraints=critical,CA:TRUE");
  make("leaf", "middle", "basicConstraints=CA:FALSE");
  const [root, middle, leaf] = ["root", "middle", "leaf"].map((name) => text(`${name}.pem`));
  write("others.pem", `${root}${middle}`);
  openssl(
    ...["pkcs12", "-export", "-inkey", "leaf.key", "-in", "leaf.pem", "-certfile", "others.pem"],
    ...["-out", "chain.p12", "-passout", "pass:x"],
  );
  for (const provider of PROVIDERS) {
    const { certContextFromPem, certContextFromPfx } = loadersOf(provider);
    const expected = certContextFromPem(`${leaf}${middle}${root}`, text("leaf.key")).chain;
    for (const order of [`${root}${leaf}${middle}`, `${middle}${root}${leaf}`]) {
      assert.equal(certContextFromPem(order, text("leaf.key")).chain, expected);
      assert.equal(certContextFromPem(order).chain, expected);
    }
    assert.equal((await certContextFromPfx(bytes("chain.p12"), "x")).chain, expected);
    // The key of an intermediate makes that one the leaf.
    const upper = certContextFromPem(`${leaf}${middle}${root}`, text("middle.key")).chain;
    assert.equal(upper[0], expected[1]);
  }
});

pfx.run();
