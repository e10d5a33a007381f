/** An object that cannot sign is not a private key. */
import type { CertContext } from "sealwire";

export const context: CertContext = {
  chain: [],
  privateKey: { pem: "" }, // TS2353
};
