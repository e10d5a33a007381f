/**
 * The native tier: AEADs of Node's own OpenSSL by the optional package `sealwire-native`, without a call of node:crypto for each
 * record. It is used if the package is installed, was made for this interface, finds an OpenSSL 3, and passes the self test.
 * Otherwise nothing but speed is lost, and nothing is reported.
 */
import { createRequire } from "node:module";
import type { Aead } from "../../crypto/provider.ts";
import { CIPHERS } from "../../protocol/cipher-suite.ts";
import { type AeadName, CIPHER_NUMBERS } from "../wasm/instance.ts";
import { answersAsKnown } from "../wasm/known-answers.ts";
import type { AeadMaker } from "../wasm/tier.ts";

/** An AEAD with its expanded keys, in memory of OpenSSL. */
type Handle = object;

/** What the package exports: see `native/src/seal.c`. */
export interface NativeFunctions {
  readonly interface: number;
  readonly opensslMajor: number;
  create(cipher: number, key: Uint8Array): Handle;
  seal(
    aead: Handle,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    first: Uint8Array,
    second: Uint8Array,
    tag: Uint8Array,
  ): void;
  open(
    aead: Handle,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    data: Uint8Array,
    tag: Uint8Array,
    target: Uint8Array,
  ): boolean;
  wipe(aead: Handle): void;
}

/** The version of these functions. */
const INTERFACE = 1;
const OPENSSL_MAJOR = 3;
const TAG_LENGTH = 16;

class NativeAead implements Aead {
  readonly #functions: NativeFunctions;
  readonly #handle: Handle;

  constructor(functions: NativeFunctions, name: AeadName, key: Uint8Array) {
    const { keyLength } = CIPHERS[name];
    if (key.length !== keyLength) {
      throw new RangeError(`${name} takes a key of ${keyLength} bytes, not ${key.length}`);
    }
    this.#functions = functions;
    this.#handle = functions.create(CIPHER_NUMBERS[name], key);
  }

  seal(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    first: Uint8Array,
    second: Uint8Array,
    tag: Uint8Array,
  ): void {
    this.#functions.seal(this.#handle, nonce, additionalData, first, second, tag);
  }

  open(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    data: Uint8Array,
    tag: Uint8Array,
    inPlace = true,
  ): Uint8Array | null {
    if (tag.length !== TAG_LENGTH) return null;
    const target = inPlace ? data : new Uint8Array(data.length);
    return this.#functions.open(this.#handle, nonce, additionalData, data, tag, target)
      ? target
      : null;
  }

  wipe(): void {
    this.#functions.wipe(this.#handle);
  }
}

/**
 * The tier of a package, or null where the package is of no use here.
 * @param load gives what the package exports, or throws if it is not installed or cannot be loaded
 */
export function tierOf(load: () => unknown): AeadMaker | null {
  let functions: Partial<NativeFunctions>;
  try {
    functions = load() as Partial<NativeFunctions>;
  } catch {
    // It is not installed, was not built, or was built for another runtime.
    return null;
  }
  if (functions.interface !== INTERFACE || functions.opensslMajor !== OPENSSL_MAJOR) return null;
  const complete = functions as NativeFunctions;
  const make: AeadMaker = (name, key) => new NativeAead(complete, name, key);
  return answersAsKnown(make) ? make : null;
}

let tier: AeadMaker | null | undefined;

/** The tier of this process, or null where there is none. */
export function nativeTier(): AeadMaker | null {
  if (tier === undefined) tier = tierOf(() => createRequire(import.meta.url)("sealwire-native"));
  return tier;
}
