/** A member of the structure is misspelled. */
import { acquireCredentialsHandle, SECPKG_CRED_OUTBOUND, UNISP_NAME } from "sealwire";

acquireCredentialsHandle({
  package: UNISP_NAME,
  credentialUse: SECPKG_CRED_OUTBOUND,
  authData: { dwVersion: 5, hRootStor: null }, // TS2561
});
