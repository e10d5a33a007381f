/**
 * Revocation options of a credential: its SCH_CRED_REVOCATION_* and SCH_CRED_IGNORE_* flags (reference 1.7) and
 * `sealwire.revocation`.
 */

import type { RevocationOptions } from "../pki/revocation/revocation-options.ts";
import type { RevocationPolicy } from "../pki/services.ts";
import * as constants from "./constants.ts";

/** The policy that a verifier is given. `offline: "soft"` is both IGNORE flags in one word. */
export function revocationPolicy(flags: number, options: RevocationOptions): RevocationPolicy {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const soft = options.offline === "soft";
  return {
    check: has(constants.SCH_CRED_REVOCATION_CHECK_END_CERT)
      ? "end-cert"
      : has(constants.SCH_CRED_REVOCATION_CHECK_CHAIN)
        ? "chain"
        : has(constants.SCH_CRED_REVOCATION_CHECK_CHAIN_EXCLUDE_ROOT)
          ? "chain-exclude-root"
          : "none",
    ignoreNoRevocationCheck: soft || has(constants.SCH_CRED_IGNORE_NO_REVOCATION_CHECK),
    ignoreOffline: soft || has(constants.SCH_CRED_IGNORE_REVOCATION_OFFLINE),
  };
}
