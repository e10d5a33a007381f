/**
 * Of a private key nothing is left in memory of ours when the credential is freed, in whatever form it was given; what a loader
 * gave to its caller is the caller's to overwrite. Numbers of RSA are BigInts in the portable provider and out of reach.
 */
import { createPrivateKey } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createSspi, type Sspi } from "../../src/api/compose.ts";
import { createLoaders } from "../../src/api/loaders.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { enableLegacyKeys } from "../../src/entries/legacy-keys.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";
import { createWebProvider } from "../../src/providers/webcrypto/noble-webcrypto-provider.ts";
import { bytes, makeIdentity, openssl, text } from "../pki-files/openssl-files.ts";
import { RecordedMemory } from "../support/recorded-memory.ts";
import { acquire, SspiSession, SspiSide } from "../support/sspi-session.ts";

const PROVIDERS: readonly CryptoProvider[] = [
  nodeProvider,
  portableProvider,
  createWebProvider(globalThis.crypto.subtle as never),
];
const KINDS = ["p256", "p384", "ed25519", "rsa"] as const;
const SHOWN = 12;

/** Bytes of the key that nothing but the key has. */
function secretOf(pem: string): number[] {
  const { d = "", p } = createPrivateKey(pem).export({ format: "jwk" });
  return [...Buffer.from(p ?? d, "base64url").subarray(0, SHOWN)];
}

const pass = ["-passout", "pass:x"];

/** Files of a key by what they are. */
function filesOf(kind: string): Readonly<Record<string, string | Uint8Array>> {
  const { key } = makeIdentity(kind);
  const name = `${kind}.key`;
  const file = `${kind}.file`;
  const made = (...words: readonly string[]): string => {
    openssl(...words, "-out", file);
    return text(file);
  };
  const traditional =
    kind === "ed25519"
      ? {}
      : {
          "the old PEM": made("pkey", "-in", name, "-traditional"),
          "the old PEM, encrypted": made("pkey", "-in", name, "-traditional", "-aes128", ...pass),
          "the old PEM, encrypted with 3DES": made(
            "pkey",
            "-in",
            name,
            "-traditional",
            "-des3",
            ...pass,
          ),
        };
  return {
    "PKCS#8 in PEM": key,
    "PKCS#8 in DER": openssl("pkey", "-in", name, "-outform", "DER"),
    ...traditional,
    "PKCS#8 encrypted with AES": made("pkcs8", "-topk8", "-in", name, ...pass),
    "PKCS#8 encrypted with 3DES": made(
      "pkcs8",
      "-topk8",
      "-in",
      name,
      "-v1",
      "PBE-SHA1-3DES",
      ...pass,
    ),
  };
}

const keys = suite("secrets: private keys");
keys.before(enableLegacyKeys);

function shake(functions: Sspi, context: object): void {
  const server = acquire(functions, "server", { paCred: [context as never] });
  const client = acquire(functions, "client");
  const session = new SspiSession(
    new SspiSide(functions, "client", client),
    new SspiSide(functions, "server", server),
  );
  for (const side of [session.client, session.server]) {
    if (side.context !== undefined) functions.deleteSecurityContext(side.context);
  }
  functions.freeCredentialsHandle(server);
  functions.freeCredentialsHandle(client);
}

for (const provider of PROVIDERS) {
  const functions = createSspi(provider);
  const loaders = createLoaders(provider, Date.now);
  for (const kind of KINDS) {
    const { certificate, key } = makeIdentity(kind);
    const secret = secretOf(key);
    const files = filesOf(kind);
    openssl(
      ...["pkcs12", "-export", "-in", `${kind}.pem`, "-inkey", `${kind}.key`],
      ...["-out", `${kind}.pfx`, ...pass],
    );
    const pfx = bytes(`${kind}.pfx`);
    const load: Readonly<Record<string, () => Promise<{ privateKey?: unknown }>>> = {
      ...Object.fromEntries(
        Object.entries(files).map(([form, file]) => [
          form,
          () => loaders.certContextFromPemAsync(certificate, file, "x"),
        ]),
      ),
      "a PFX": () => loaders.certContextFromPfx(pfx, "x"),
    };
    for (const [form, run] of Object.entries(load)) {
      keys(`${provider.name}: nothing is left of a key of ${kind} in ${form}`, async () => {
        const recorded = new RecordedMemory();
        recorded.start();
        try {
          const context = await run();
          shake(functions, context);
          (context.privateKey as Uint8Array).fill(0);
        } finally {
          recorded.stop();
        }
        assert.is(recorded.holders(secret).join("\n\n"), "");
      });
    }
  }
}

keys("a key that is not freed is found", async () => {
  const { certificate, key } = makeIdentity("p256");
  const recorded = new RecordedMemory();
  recorded.start();
  const { certContextFromPem } = createLoaders(portableProvider, Date.now);
  const context = certContextFromPem(certificate, key);
  recorded.stop();
  assert.ok(recorded.holders(secretOf(key)).length > 0);
  assert.ok(context.privateKey);
});

keys.run();
