/** A chain is for a server or a client. */
import { type TrustStore, verifyChain } from "sealwire";

export const go = (chain: Uint8Array[], trust: TrustStore) =>
  verifyChain({ chain, trust, purpose: "email" }); // TS2322
