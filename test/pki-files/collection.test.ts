/**
 * PFX files as NSS (Firefox), GnuTLS, Java, OpenSSL, Windows and macOS write them, read by every provider; and what the libraries
 * for such files make of them, which is why the reader is ours.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import forge from "node-forge";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { enableLegacyKeys } from "../../src/entries/legacy-keys.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import type { TlsError } from "../../src/sspi/tls-error.ts";
import { fixture, ROOT } from "../support/data.ts";
import { loadersOf, PROVIDERS } from "./openssl-files.ts";

interface Entry {
  readonly file: string;
  readonly passphrase: string;
  readonly subject?: string;
  /** Where there are so many that JavaScript takes seconds. */
  readonly iterations?: number;
}
interface Collection {
  readonly read: readonly Entry[];
  readonly refused: readonly (Entry & { readonly reason: string })[];
}

const collection = suite("PFX files: collection");
collection.before(enableLegacyKeys);

const { read, refused } = fixture<Collection>("pfx/index.json");
const fileOf = ({ file }: Entry): Uint8Array =>
  new Uint8Array(readFileSync(join(ROOT, "fixtures", "pfx", file)));

const quick = read.filter(({ iterations }) => iterations === undefined);
const SLOW = "nss-rsa.p12";

for (const provider of PROVIDERS) {
  const { certContextFromPfx } = loadersOf(provider);
  // One of the slow files is enough for hashes in JavaScript; `pfx.test.ts` has every scheme with few iterations.
  const files =
    provider === nodeProvider ? read : [...quick, ...read.filter(({ file }) => file === SLOW)];
  for (const entry of files) {
    collection(`${entry.file} is read by ${provider.name}`, async () => {
      const { chain, privateKey } = await certContextFromPfx(fileOf(entry), entry.passphrase);
      const leaf = new X509Certificate(chain[0] ?? new Uint8Array(0));
      const key = createPrivateKey({
        key: Buffer.from(privateKey as Uint8Array),
        format: "der",
        type: "pkcs8",
      });
      assert.ok(leaf.checkPrivateKey(key));
      if (entry.subject !== undefined) {
        assert.ok(leaf.subject.split("\n").includes(`CN=${entry.subject}`), leaf.subject);
      }
    });
  }
  for (const { reason, ...entry } of refused) {
    collection(`${entry.file} is refused by ${provider.name}`, async () => {
      await certContextFromPfx(fileOf(entry), entry.passphrase).then(
        () => assert.unreachable("refused"),
        (error: TlsError) => assert.is(error.reason, reason, error.message),
      );
    });
  }
}

/** What node-forge does not read: a file without a passphrase, whose is not the empty one, and PBMAC1. It has no RC4 either. */
const NOT_BY_FORGE: readonly string[] = [
  "windows-azure.p12",
  "rfc9579-a1.p12",
  "rfc9579-a2.p12",
  "rfc9579-a3.p12",
];

collection("node-forge does not read all of them, so it cannot take the reader's place", () => {
  const failed = quick.filter((entry) => {
    try {
      const der = forge.util.createBuffer(Buffer.from(fileOf(entry)).toString("latin1"));
      const pfx = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(der), false, entry.passphrase);
      return pfx.safeContents.length === 0;
    } catch {
      return true;
    }
  });
  assert.equal(
    failed.map(({ file }) => file),
    NOT_BY_FORGE,
  );
});

collection.run();
