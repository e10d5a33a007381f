/** There is no structure of version 6. */
import { acquireCredentialsHandle, SECPKG_CRED_OUTBOUND, UNISP_NAME } from "sealwire";

acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: { dwVersion: 6 }, // TS2322
});
