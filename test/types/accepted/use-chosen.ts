/** The use of a credential is one of two. */
import {
  acquireCredentialsHandle,
  SECPKG_CRED_INBOUND,
  SECPKG_CRED_OUTBOUND,
  UNISP_NAME,
} from "sealwire";

export const acquire = (isServer: boolean) =>
  acquireCredentialsHandle({
    package: UNISP_NAME,
    credentialUse: isServer ? SECPKG_CRED_INBOUND : SECPKG_CRED_OUTBOUND,
    authData: { dwVersion: 5 },
  });
