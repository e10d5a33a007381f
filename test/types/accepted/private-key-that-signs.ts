/** An object that signs is a private key. */
import type { CertContext } from "sealwire";

export const context: CertContext = {
  chain: [new Uint8Array(1)],
  privateKey: { sign: async (scheme, data) => data.subarray(scheme & 1) },
};
