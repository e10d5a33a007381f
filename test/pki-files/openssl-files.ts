/**
 * Keys, certificates and PFX files made by the system's openssl, once per process, in a temporary folder.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Loaders } from "../../src/api/function-types.ts";
import { createLoaders } from "../../src/api/loaders.ts";
import type { CryptoProvider } from "../../src/crypto/provider.ts";
import { portableProvider } from "../../src/providers/noble/provider.ts";
import { nodeProvider } from "../../src/providers/node/provider.ts";

export const PASSPHRASE = "Pa$$ wörd €";
export const PROVIDERS: readonly CryptoProvider[] = [nodeProvider, portableProvider];

export const loadersOf = (provider: CryptoProvider): Loaders => createLoaders(provider, Date.now);

const folder = mkdtempSync(join(tmpdir(), "sealwire-files-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

export const path = (name: string): string => join(folder, name);

export function openssl(...parameters: readonly string[]): Uint8Array {
  return new Uint8Array(execFileSync("openssl", parameters, { stdio: "pipe", cwd: folder }));
}

export const text = (name: string): string => readFileSync(path(name), "utf8");
export const bytes = (name: string): Uint8Array => new Uint8Array(readFileSync(path(name)));
export const write = (name: string, content: string | Uint8Array): void =>
  writeFileSync(path(name), content);

/** Kinds of keys, with what `openssl genpkey` is told. */
export const KEY_KINDS: Readonly<Record<string, readonly string[]>> = {
  rsa: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
  "rsa-pss": ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
  p256: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  p384: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
  p521: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
  ed25519: ["-algorithm", "ED25519"],
  ed448: ["-algorithm", "ED448"],
};

const made = new Set<string>();

/** Makes `KIND.key` and a self-signed `KIND.pem`. */
export function makeIdentity(kind: string): { readonly key: string; readonly certificate: string } {
  if (!made.has(kind)) {
    openssl("genpkey", ...(KEY_KINDS[kind] ?? []), "-out", `${kind}.key`);
    openssl(
      ...["req", "-x509", "-new", "-key", `${kind}.key`, "-subj", `/CN=${kind}`, "-days", "30"],
      ...["-out", `${kind}.pem`],
    );
    made.add(kind);
  }
  return { key: text(`${kind}.key`), certificate: text(`${kind}.pem`) };
}
