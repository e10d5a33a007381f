/**
 * node-forge for bundles that ask for it: it is part of them.
 */
import forge from "node-forge";
import { provideLegacyLibrary } from "./legacy-library.ts";

/**
 * Brings along what old key and PFX files are read with (DES, 3DES, RC2, MD5, AES-192), for `sealwire` and `sealwire/web`
 * outside Node. In Node it is not needed.
 */
export function enableLegacyKeys(): void {
  provideLegacyLibrary(() => Promise.resolve(forge));
}
