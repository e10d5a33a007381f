/**
 * node-forge for bundles that ask for it: it is part of them.
 */
import forge from "node-forge";
import type { LegacyLibrary } from "./legacy-library.ts";

/** The library, which is there. */
export function bundledLibrary(): Promise<LegacyLibrary> {
  return Promise.resolve(forge);
}
