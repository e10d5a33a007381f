/**
 * A provider for clients that are to be small: keys are WebCrypto's, which answers by promise, and records, hashes and
 * MACs are
 * @noble's. What needs more code is not here and reports that: Edwards keys, CBC, static RSA, DHE, and all that only
 * servers and files of keys want.
 */
import { registeredHybrid } from "../../crypto/hybrid-registry.ts";
import type { AeadPart, CryptoProvider, KeyAgreement } from "../../crypto/provider.ts";
import type { WebKeySubtle } from "../../crypto/web-crypto.ts";
import type { CipherSuite } from "../../protocol/cipher-suite.ts";
import { isHybrid, type PlainGroupName } from "../../protocol/named-group.ts";
import { AES_GCM, aead, aeadBy, CHACHA20_POLY1305 } from "../noble/aead.ts";
import { random } from "../noble/random.ts";
import { wasmTier } from "../wasm/tier.ts";
import { HASHING } from "./hashing.ts";
import { webKeyAgreement } from "./key-agreement.ts";
import { importWebPublicKey } from "./public-key.ts";

/** ChaCha20-Poly1305, for those who want it: a cipher of constant time also without tables in hardware. */
export const chaCha20Poly1305: AeadPart = {
  name: "chacha20-poly1305",
  create: (key) => aeadBy(CHACHA20_POLY1305, "chacha20-poly1305", key),
};

function wasmPart(name: AeadPart["name"]): AeadPart {
  return {
    name,
    tier: () => (wasmTier() === null ? "noble" : "wasm"),
    create: (key) => (wasmTier() ?? aead)(name, key),
  };
}

/**
 * AES-GCM and ChaCha20-Poly1305 of RustCrypto in WebAssembly, constant in time and several times as fast as in
 * JavaScript; where WebAssembly is missing or forbidden, in JavaScript.
 */
export const wasmCiphers: readonly AeadPart[] = /* @__PURE__ */ wasmParts();

function wasmParts(): readonly AeadPart[] {
  return [wasmPart("aes-128-gcm"), wasmPart("aes-256-gcm"), wasmPart("chacha20-poly1305")];
}

/** @param subtle the runtime's `crypto.subtle` */
export function createSubtleProvider(subtle: WebKeySubtle): CryptoProvider {
  const agreements = new Map<PlainGroupName, KeyAgreement | null>();
  const curveOf = (group: PlainGroupName): KeyAgreement | null => {
    const known = agreements.get(group);
    if (known !== undefined) return known;
    const made = webKeyAgreement(subtle, group);
    agreements.set(group, made);
    return made;
  };
  const withAeads = (parts: readonly AeadPart[]): CryptoProvider => ({
    name: "subtle",
    random,
    ...HASHING,
    aead: (name, key) =>
      parts.find((part) => part.name === name)?.create(key) ?? aeadBy(AES_GCM, name, key),
    tiers: (name) => [parts.find((part) => part.name === name)?.tier?.() ?? "noble"],
    withAeads,
    preferred: "chacha20-poly1305",
    lacks: (row) => ("format" in row ? lacksSuite(row, parts) : row.algorithm.hash === null),
    keyAgreement: (group) => (isHybrid(group) ? registeredHybrid(group, curveOf) : curveOf(group)),
    importPublicKey: (spki) => importWebPublicKey(subtle, spki),
    finiteField: () => null,
    importPrivateKey: notHere,
    cbc: notHere,
    pbkdf2: notHere,
    scrypt: notHere,
  });
  return withAeads([]);
}

function lacksSuite(suite: CipherSuite, parts: readonly AeadPart[]): boolean {
  const { name } = suite.cipher;
  if (name === "chacha20-poly1305") return !parts.some((part) => part.name === name);
  const { keyExchange, authentication, format } = suite;
  return (
    format === "cbc12" || keyExchange === "rsa" || keyExchange === "dhe" || authentication === "psk"
  );
}

function notHere(): never {
  throw new TypeError("the provider for small clients does not do this: take another");
}
