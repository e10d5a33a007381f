/**
 * Which AEAD does what in Node: all records in the native tier, where its package is installed. Otherwise short records in WebAssembly, since a call of node:crypto costs more than sealing
 * them; all others by node:crypto, which has AES in hardware. What node:crypto lacks is WebAssembly's at every length.
 */
import { getCipherInfo } from "node:crypto";
import type { Aead, CipherTier } from "../../crypto/provider.ts";
import { CIPHERS, type CipherName } from "../../protocol/cipher-suite.ts";
import { nativeTier } from "../native/tier.ts";
import { type AeadMaker, wasmTier } from "../wasm/tier.ts";
import { type AeadName, nodeCryptoAead } from "./aead.ts";

/**
 * Bytes up to which WebAssembly is the faster one, measured with Node 20 to 26. AES takes four blocks at a time: with one
 * for the tag, 112 bytes are two times four.
 */
const SHORT: Readonly<Record<AeadName, number>> = {
  "aes-128-gcm": 112,
  "aes-256-gcm": 112,
  "chacha20-poly1305": 1024,
};

/** Below any length. */
const NEVER = -1;

/** Bun's node:crypto takes 0.7 µs for a record where Node's takes 3. */
const CHEAP_CALLS = "bun" in process.versions;

/** Bytes up to which records are WebAssembly's; Infinity: all. */
function shortest(name: AeadName): number {
  if (wasmTier() === null) return NEVER;
  if (lacksNodeCipher(name)) return Number.POSITIVE_INFINITY;
  return CHEAP_CALLS ? NEVER : SHORT[name];
}

/** Two AEADs under one key, each made when the first record of its lengths comes. */
class TieredAead implements Aead {
  readonly #name: AeadName;
  readonly #limit: number;
  readonly #makeShort: AeadMaker;
  #key: Uint8Array | null;
  #short: Aead | null = null;
  #long: Aead | null = null;

  constructor(name: AeadName, key: Uint8Array, limit: number, makeShort: AeadMaker) {
    this.#name = name;
    this.#limit = limit;
    this.#makeShort = makeShort;
    this.#key = new Uint8Array(key);
  }

  seal(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    first: Uint8Array,
    second: Uint8Array,
    tag: Uint8Array,
  ): void {
    this.#for(first.length + second.length).seal(nonce, additionalData, first, second, tag);
  }

  open(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    data: Uint8Array,
    tag: Uint8Array,
    inPlace?: boolean,
  ): Uint8Array | null {
    return this.#for(data.length).open(nonce, additionalData, data, tag, inPlace);
  }

  wipe(): void {
    this.#short?.wipe();
    this.#long?.wipe();
    this.#short = null;
    this.#long = null;
    this.#key?.fill(0);
    this.#key = null;
  }

  #for(length: number): Aead {
    if (length <= this.#limit) {
      this.#short ??= this.#makeShort(this.#name, this.#liveKey());
      return this.#short;
    }
    this.#long ??= nodeCryptoAead(this.#name, this.#liveKey());
    return this.#long;
  }

  #liveKey(): Uint8Array {
    if (this.#key === null) throw new TypeError("this AEAD was wiped; make a new one");
    return this.#key;
  }
}

/** An AEAD under one key of the cipher's length (RangeError otherwise); the key is copied. */
export function aead(name: AeadName, key: Uint8Array): Aead {
  const native = nativeTier();
  if (native !== null) return native(name, key);
  const wasm = wasmTier();
  const limit = shortest(name);
  if (wasm === null || limit === NEVER) return nodeCryptoAead(name, key);
  if (limit === Number.POSITIVE_INFINITY) return wasm(name, key);
  const { keyLength } = CIPHERS[name];
  if (key.length !== keyLength) {
    throw new RangeError(`${name} takes a key of ${keyLength} bytes, not ${key.length}`);
  }
  return new TieredAead(name, key, limit, wasm);
}

/** What computes a cipher, for short records first. */
export function tiers(name: CipherName): readonly CipherTier[] {
  if (name === "aes-128-cbc" || name === "aes-256-cbc") return ["node"];
  if (nativeTier() !== null) return ["native"];
  const limit = shortest(name);
  if (limit === NEVER) return ["node"];
  return limit === Number.POSITIVE_INFINITY ? ["wasm"] : ["wasm", "node"];
}

const missing = new Map<CipherName, boolean>();

/**
 * Whether the node:crypto of this runtime lacks a cipher: what imitates Node need not have ChaCha20-Poly1305, nor an
 * OpenSSL under FIPS rules.
 */
function lacksNodeCipher(name: CipherName): boolean {
  const known = missing.get(name);
  if (known !== undefined) return known;
  const lacking = getCipherInfo(name) === undefined;
  missing.set(name, lacking);
  return lacking;
}

/** Whether no tier of this runtime has a cipher. */
export function lacksCipher(name: CipherName): boolean {
  return lacksNodeCipher(name) && tiers(name)[0] === "node";
}
