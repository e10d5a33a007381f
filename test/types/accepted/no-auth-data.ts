/** Credentials without a structure. */
import { acquireCredentialsHandle, SECPKG_CRED_OUTBOUND, UNISP_NAME } from "sealwire";

export const made = acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: null,
});
