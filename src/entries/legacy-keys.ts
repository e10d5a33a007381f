/**
 * The entry `sealwire/legacy-keys`: old key and PFX formats for the other entries outside Node. Names only.
 */
export { enableLegacyKeys } from "../api/enable-legacy-keys.ts";
