/**
 * node-forge, for what nobody should use any more and old files are made of: DES, 3DES, RC2, MD5. It is imported when such
 * a file is met and not before; a synchronous loader can only say that it has to be.
 */
import type forge from "node-forge";
import { fromLatin1, latin1 } from "../../bytes/text.ts";
import { TlsError } from "../../sspi/tls-error.ts";

type Library = typeof forge;
export type LegacyCipher = "des-cbc" | "des-ede3-cbc" | "rc2-cbc" | "aes-192-cbc";

let library: Library | null = null;

/** The reason of the TlsError that asks for `loadLegacyFormats`. */
export const LEGACY_NOT_LOADED = "LegacyFormatNotLoaded";

/** Imports what reading old key files takes: afterwards `certContextFromPem` reads them too. */
export async function loadLegacyFormats(): Promise<void> {
  library ??= (await import("node-forge")).default;
}

function loaded(what: string): Library {
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

/**
 * Decrypts whole blocks, padding included.
 * @param bits of an RC2 key that count
 */
export function legacyDecrypt(
  cipher: LegacyCipher,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
  bits: number = key.length * 8,
): Uint8Array {
  const { cipher: ciphers, rc2, util } = loaded(cipher);
  const isRc2 = cipher === "rc2-cbc";
  const decipher = (isRc2
    ? rc2.createDecryptionCipher(fromLatin1(key), bits)
    : ciphers.createDecipher(NAMES[cipher], fromLatin1(key))) as unknown as Decipher;
  decipher.start(isRc2 ? fromLatin1(iv) : { iv: fromLatin1(iv) });
  decipher.update(util.createBuffer(fromLatin1(data)));
  decipher.finish(() => true);
  return latin1(decipher.output.getBytes());
}

/** RC2 takes its vector bare; both kinds take a function that leaves the padding alone. */
interface Decipher {
  readonly output: { getBytes(): string };
  start(iv: string | { readonly iv: string }): void;
  update(data: unknown): void;
  finish(pad: () => boolean): boolean;
}

/** MD5 of the parts in order, for keys of old files. */
export function legacyMd5(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = loaded("MD5").md.md5.create();
  for (const part of parts) hash.update(fromLatin1(part));
  return latin1(hash.digest().getBytes());
}
