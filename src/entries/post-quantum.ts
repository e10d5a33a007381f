/**
 * The entry `sealwire/post-quantum`: the hybrid groups of RFC 10024 for all other entries, where the runtime lacks ML-KEM. Names only.
 */
export { enablePostQuantum, withPostQuantum } from "../api/enable-post-quantum.ts";
