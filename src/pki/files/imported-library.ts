/**
 * node-forge for the entries of Node: imported when an old file is read.
 */
import type { LegacyLibrary } from "./legacy-library.ts";

/** Imports the library. */
export async function importLegacyLibrary(): Promise<LegacyLibrary> {
  return (await import("node-forge")).default;
}
