/**
 * NTLM as a mechanism of SPNEGO ([MS-SPNG] 1.9). As with Windows, both ends sign the list of mechanisms.
 */
import { isNtlm } from "../ntlm/messages.ts";
import type { NtlmPackage } from "../ntlm/ntlm-package.ts";
import type { Mechanism } from "./mechanism.ts";

export const NTLM_OID = "1.3.6.1.4.1.311.2.2.10";

/** NTLM for Negotiate. */
export function ntlmMechanism(its: NtlmPackage): Mechanism {
  return { package: its, identifiers: [NTLM_OID], recognizes: isNtlm, signsList: true };
}
