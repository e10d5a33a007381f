/**
 * Old key and PFX formats in Node: what reads them is imported when there is one.
 */
import { importLegacyLibrary } from "../pki/files/imported-library.ts";
import { provideLegacyLibrary } from "../pki/files/legacy-library.ts";

/** Sets the source of the imported code. */
export function readLegacyFiles(): void {
  provideLegacyLibrary(importLegacyLibrary);
}
