/**
 * Obsolete algorithms of old files: DES, 3DES, RC2, MD5. The provider does it where it can
 * (node:crypto has 3DES and MD5), else node-forge, which the entries for Node import when such a file is met and not
 * before, and which other entries get from `sealwire/legacy-keys` alone. A synchronous loader can only report that it
 * must be loaded.
 */
import { concatAll } from "../../bytes/byte-arrays.ts";
import { fromLatin1, latin1 } from "../../bytes/text.ts";
import type { CryptoProvider, LegacyCipher } from "../../crypto/provider.ts";
import { TlsError } from "../../sspi/tls-error.ts";

/** What is used of node-forge, so that declarations do not need its own. Binary strings have one character per byte. */
export interface LegacyLibrary {
  readonly cipher: { createDecipher(algorithm: LegacyName, key: string): Decipher };
  readonly rc2: { createDecryptionCipher(key: string, bits: number): Decipher };
  readonly md: { readonly md5: { create(): Md5 } };
  readonly util: { createBuffer(binary: string): unknown };
}

/** RC2 takes its vector bare; both kinds take a function that leaves the padding alone. */
interface Decipher {
  readonly output: { getBytes(): string };
  start(iv: unknown): void;
  update(data: unknown): void;
  finish(pad: () => boolean): boolean;
}

interface Md5 {
  update(binary: string): unknown;
  digest(): { getBytes(): string };
}

let source: (() => Promise<LegacyLibrary>) | null = null;
let library: LegacyLibrary | null = null;

/** The reason of the TlsError that asks for `loadLegacyFormats`. */
export const LEGACY_NOT_LOADED = "LegacyFormatNotLoaded";

/** Sets the source of the library. */
export function provideLegacyLibrary(load: () => Promise<LegacyLibrary>): void {
  source = load;
}

/**
 * Imports what reading old key files takes: afterwards `certContextFromPem` reads them too.
 * @throws TlsError LegacyFormatNotLoaded: outside Node, where `enableLegacyKeys` of `sealwire/legacy-keys` was not
 *   called
 */
export async function loadLegacyFormats(): Promise<void> {
  if (library !== null) return;
  if (source === null) {
    throw new TlsError(
      'the file is encrypted with an old scheme (DES, 3DES, RC2, MD5 or AES-192), whose code is left out of bundles: call enableLegacyKeys() of "sealwire/legacy-keys" first, or convert the file: openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW',
      { reason: LEGACY_NOT_LOADED },
    );
  }
  library = await source();
}

function loaded(what: string): LegacyLibrary {
  if (library !== null) return library;
  throw new TlsError(
    `the key is encrypted with ${what}, an old scheme whose code is loaded on demand only: use certContextFromPemAsync, or call "await loadLegacyFormats()" before`,
    { reason: LEGACY_NOT_LOADED },
  );
}

const NAMES = {
  "des-cbc": "DES-CBC",
  "des-ede3-cbc": "3DES-CBC",
  "aes-192-cbc": "AES-CBC",
} as const;
type LegacyName = (typeof NAMES)[keyof typeof NAMES];

/**
 * Decrypts whole blocks, padding included.
 * @param bits of an RC2 key that count
 */
export function legacyDecrypt(
  provider: CryptoProvider,
  cipher: LegacyCipher,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
  bits: number = key.length * 8,
): Uint8Array {
  const opened = provider.legacy?.decrypt(cipher, key, iv, data) ?? null;
  if (opened !== null) return opened;
  const { cipher: ciphers, rc2, util } = loaded(cipher);
  const isRc2 = cipher === "rc2-cbc";
  const decipher = isRc2
    ? rc2.createDecryptionCipher(fromLatin1(key), bits)
    : ciphers.createDecipher(NAMES[cipher], fromLatin1(key));
  decipher.start(isRc2 ? fromLatin1(iv) : { iv: fromLatin1(iv) });
  decipher.update(util.createBuffer(fromLatin1(data)));
  decipher.finish(() => true);
  return latin1(decipher.output.getBytes());
}

/** MD5 of the parts in order, for keys of old files. */
export function legacyMd5(provider: CryptoProvider, ...parts: readonly Uint8Array[]): Uint8Array {
  const digest = provider.legacy?.md5(concatAll(parts)) ?? null;
  if (digest !== null) return digest;
  const hash = loaded("MD5").md.md5.create();
  for (const part of parts) hash.update(fromLatin1(part));
  return latin1(hash.digest().getBytes());
}
