/** PEM text is not a TrustStore. */
import { acquireCredentialsHandle, SECPKG_CRED_OUTBOUND, UNISP_NAME } from "sealwire";

acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: { dwVersion: 5, hRootStore: "-----BEGIN CERTIFICATE-----" }, // TS2322
});
