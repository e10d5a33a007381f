/**
 * What `sspi.ts` does, for asynchronous entries: the code of revocation is imported when there is something to look at.
 */
import type { CryptoProvider } from "../crypto/provider.ts";
import { makeVerifierOnDemand } from "../pki/revocation/on-demand.ts";
import { certificateServicesWith } from "../pki/services-with.ts";
import { initiatorOver } from "./initiator.ts";
import type { Initiator } from "./types.ts";

export function createWebInitiator(provider: CryptoProvider): Initiator {
  return initiatorOver(provider, certificateServicesWith(provider, makeVerifierOnDemand));
}
