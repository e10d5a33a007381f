/**
 * Old key and PFX formats where the application says that it has such files.
 */
export { enableLegacyKeys } from "../pki/keys/bundled-library.ts";
