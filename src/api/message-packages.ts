/**
 * The packages beside Schannel over given cryptography, one function to make each, so that a bundle holds only those that are
 * used.
 */
import { DigestPackage } from "../digest/digest-package.ts";
import type { DigestHashes, LegacyCrypto } from "../message/legacy-crypto.ts";
import { NegotiatePackage } from "../negotiate/negotiate-package.ts";
import { ntlmMechanism } from "../negotiate/ntlm-mechanism.ts";
import { NtlmPackage } from "../ntlm/ntlm-package.ts";
import { type AddedPackage, addedPackage } from "../sspi/security-package.ts";

/** Not `Date.now` itself: reading a member is an effect to bundlers, which would keep what it is given to. */
const clock = (): number => Date.now();

export function ntlmOver(crypto: LegacyCrypto): AddedPackage {
  return addedPackage(new NtlmPackage({ crypto, clock }));
}

/** Negotiate can choose NTLM. */
export function negotiateOver(crypto: LegacyCrypto): AddedPackage {
  return addedPackage(new NegotiatePackage([ntlmMechanism(new NtlmPackage({ crypto, clock }))]));
}

export function digestOver(crypto: LegacyCrypto, hashes: DigestHashes): AddedPackage {
  return addedPackage(new DigestPackage({ crypto, hashes }));
}
