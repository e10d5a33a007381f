/**
 * How far from the limits: records against `openssl speed`, where it is installed, and the portable provider against
 * node-forge and node:crypto.
 */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import forge from "node-forge";
import { portableProvider } from "../src/providers/noble/provider.ts";
import { nodeProvider } from "../src/providers/node/provider.ts";
import { prepareSeal, SUITES } from "./records.ts";
import type { BenchRow, Subjects, Work } from "./row.ts";

const LENGTH = 16_384;
const KEY = new Uint8Array(16).fill(7);
const NONCE = new Uint8Array(12).fill(9);
const HEADER = new Uint8Array(5);
const NOTHING = new Uint8Array(0);

const run = promisify(execFile);

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Bytes that OpenSSL seals in the time of the call, by its own reckoning; starting it does not count. */
const opensslSpeed: Work = async () => {
  const began = performance.now();
  const options = ["-evp", "aes-256-gcm", "-bytes", String(LENGTH), "-seconds", "1", "-mr"];
  const { stdout } = await run("openssl", ["speed", "-elapsed", ...options]);
  const rate = Number(/\+F:\d+:[^:]+:([\d.]+)/.exec(stdout)?.[1]);
  if (!(rate > 0)) throw new Error(`openssl speed: ${stdout}`);
  return (rate * (performance.now() - began)) / 1000;
};

const sealing = (provider: typeof portableProvider): Work => {
  const aead = provider.aead("aes-128-gcm", KEY);
  const content = new Uint8Array(LENGTH);
  const tag = new Uint8Array(16);
  return () => {
    aead.seal(NONCE, HEADER, content, NOTHING, tag);
    return LENGTH;
  };
};

const forgeSealing = (): Work => {
  const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString("binary");
  const content = binary(new Uint8Array(LENGTH));
  return () => {
    const cipher = forge.cipher.createCipher("AES-GCM", binary(KEY));
    cipher.start({ iv: binary(NONCE), additionalData: binary(HEADER), tagLength: 128 });
    cipher.update(forge.util.createBuffer(content));
    cipher.finish();
    return LENGTH;
  };
};

function speedRow(): BenchRow[] {
  const suite = SUITES.find(({ cipher }) => cipher === "aes-256-gcm");
  if (suite === undefined || !hasOpenssl()) return [];
  return [
    {
      name: `seal ${LENGTH} B, TLS 1.3 ${suite.words}, the limit`,
      unit: "bytes",
      peerName: "openssl speed",
      prepare: (): Subjects => ({ ...prepareSeal(suite, LENGTH), peer: opensslSpeed }),
    },
  ];
}

export const limitRows: readonly BenchRow[] = [
  ...speedRow(),
  {
    name: `AES-128-GCM of ${LENGTH} B, portable provider`,
    unit: "bytes",
    peerName: "node-forge",
    prepare: () => ({ sealwire: sealing(portableProvider), peer: forgeSealing() }),
  },
  {
    name: `AES-128-GCM of ${LENGTH} B, portable provider beside the other`,
    unit: "bytes",
    peerName: "our node provider",
    prepare: () => ({ sealwire: sealing(portableProvider), peer: sealing(nodeProvider) }),
  },
];
