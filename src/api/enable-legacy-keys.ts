/**
 * Old key and PFX formats where the application enables them.
 */
import { bundledLibrary } from "../pki/files/bundled-library.ts";
import { provideLegacyLibrary } from "../pki/files/legacy-library.ts";

/**
 * Brings along what old key and PFX files are read with (DES, 3DES, RC2, MD5, AES-192), for `sealwire` and
 * `sealwire/web` outside Node. In Node it is not needed.
 */
export function enableLegacyKeys(): void {
  provideLegacyLibrary(bundledLibrary);
}
