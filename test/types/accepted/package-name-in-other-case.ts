/** Names of packages do not care for case. */
import { acquireCredentialsHandle, SECPKG_CRED_OUTBOUND } from "sealwire";

export const made = acquireCredentialsHandle({
  package: "schannel",
  credentialUse: SECPKG_CRED_OUTBOUND,
});
